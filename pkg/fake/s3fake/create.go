package s3fake

import (
	"encoding/xml"
	"fmt"
	"net/http"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// createConfiguration is the body of CreateBucket
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html).
type createConfiguration struct {
	XMLName            xml.Name `xml:"CreateBucketConfiguration"`
	LocationConstraint string
	Tags               []tag `xml:"Tags>Tag"`
}

type tag struct{ Key, Value string }

func readCreateConfiguration(body []byte) (c createConfiguration, err error) {
	if len(body) > 0 {
		err = xml.Unmarshal(body, &c)
	}
	return c, err
}

func hasTags(body []byte) bool {
	c, err := readCreateConfiguration(body)
	return err == nil && len(c.Tags) > 0
}

func createBucket(s *Server, r Request, _ *Bucket) answer {
	id := s.identity(r.Caller)
	if id.anonymous() {
		return denied()
	}
	c, err := readCreateConfiguration(r.Body)
	if err != nil {
		return malformedXML()
	}
	region, refused := regionFor(r.Region, c.LocationConstraint)
	if refused != nil {
		return *refused
	}
	if bad := s3rules.CheckName(r.Bucket, r.Header.Get("X-Amz-Bucket-Namespace"), id.Account, region); bad != nil {
		return refuse(http.StatusBadRequest, bad.Code, bad.Message)
	}
	tags, refused := tagSet(c.Tags)
	if refused != nil {
		return *refused
	}
	if s.rules.NoTags && len(tags) > 0 {
		return refuse(http.StatusBadRequest, "UnsupportedArgument", "The request contained an unsupported argument.")
	}
	if !s.rules.allow(r.Header, tags) {
		return refuse(http.StatusForbidden, "AccessDenied", fmt.Sprintf("User: %s is not authorized to perform: s3:CreateBucket on resource: %q with an explicit deny in a service control policy", id.ARN, resourceOf(r)))
	}
	if there := s.truth(r.Bucket); there != nil {
		return alreadyThere(*there, id.Account, region, len(tags) > 0 && !s.recreates)
	}
	if s.owned[id.Account] >= s.quota {
		return refuse(http.StatusBadRequest, "TooManyBuckets", "You have attempted to create more buckets than allowed")
	}
	return s.create(r.Bucket, Bucket{Owner: id.Account, Region: region, Tags: tags})
}

// create makes a bucket that blocks all public access.
func (s *Server) create(name string, b Bucket) answer {
	block := allBlocked
	b.AccessBlock = &block
	s.add(name, &b)
	a := ok(http.StatusOK)
	a.header.Set("Location", "/"+name)
	return a
}

// regionFor returns the Region of the new bucket. The endpoint of us-east-1 creates
// anywhere but takes no constraint to itself; every other one needs its own
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html).
func regionFor(endpoint, constraint string) (string, *answer) {
	switch {
	case endpoint == defaultRegion && constraint == "":
		return defaultRegion, nil
	case constraint == defaultRegion:
		a := refuse(http.StatusBadRequest, "InvalidLocationConstraint", "The specified location-constraint is not valid")
		return "", &a
	case constraint == endpoint || endpoint == defaultRegion:
		return constraint, nil
	case constraint == "":
		constraint = "unspecified"
	}
	a := refuse(http.StatusBadRequest, "IllegalLocationConstraintException",
		fmt.Sprintf("The %s location constraint is incompatible for the region specific endpoint this request was sent to.", constraint))
	return "", &a
}

// alreadyThere answers when the name is in use. To its owner in us-east-1 a
// request without tags is no error: an old behaviour that S3 keeps
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html, BucketAlreadyOwnedByYou).
func alreadyThere(b Bucket, account, region string, tagged bool) answer {
	switch {
	case b.Owner != account:
		return refuse(http.StatusConflict, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.")
	case b.Region == defaultRegion && region == defaultRegion && !tagged:
		return ok(http.StatusOK)
	}
	return refuse(http.StatusConflict, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")
}

func deleteBucket(s *Server, r Request, _ *Bucket) answer {
	if len(s.buckets[r.Bucket].objects) > 0 {
		return refuse(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty")
	}
	s.add(r.Bucket, nil)
	return ok(http.StatusNoContent)
}

// Rules are what a service control policy, or the Region, asks of new buckets.
type Rules struct {
	// NoTags: without tags, as S3 in some Regions answered
	// (https://github.com/hashicorp/terraform-provider-aws/issues/45684).
	NoTags bool
	// AccountRegional: of the account's own namespace.
	AccountRegional bool
	// Tags: with these tags.
	Tags map[string]string
	// OwnerEnforced: with this object ownership in the request.
	OwnerEnforced bool
}

// SetRules sets the service control policy's rules from now on.
func (s *Server) SetRules(r Rules) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = r
}

func (r Rules) allow(header http.Header, tags map[string]string) bool {
	for key, value := range r.Tags {
		if has, ok := tags[key]; !ok || has != value {
			return false
		}
	}
	return (!r.AccountRegional || header.Get("X-Amz-Bucket-Namespace") == "account-regional") &&
		(!r.OwnerEnforced || header.Get(ownershipHeader) == "BucketOwnerEnforced")
}
