package s3store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// Look reads the bucket's tags, with our account as the expected owner.
func (s *Store) Look(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error) {
	out, err := s.api.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &c.Name, ExpectedBucketOwner: &s.account})
	if err != nil {
		return sightingOf(err, spec, c)
	}
	if out.TagSet == nil {
		// Not "untagged": S3 says that with a code of its own.
		return bucket.Sighting{}, fault.New(fault.ServiceUnavailable, "look at bucket %s: S3 answered with an empty body", c.Name)
	}
	tags := make(map[string]string, len(out.TagSet))
	for _, t := range out.TagSet {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tagged(c, spec, tags, servedFrom(out.ResultMetadata)), nil
}

// tagged returns the sighting of a bucket by its tags and the Region that the answer
// named, if it did.
func tagged(c bucket.Candidate, spec bucket.Spec, tags map[string]string, region string) bucket.Sighting {
	s := bucket.Tagged(c, spec.OrgID, tags)
	s.Lacks = spec.Lacking(tags)
	if region != "" && region != spec.Region && s.State != bucket.Taken {
		s.State, s.Seen = bucket.Elsewhere, "it is in "+region
	}
	return s
}

const regionHeader = "X-Amz-Bucket-Region"

// servedFrom returns the Region that a successful answer names, or "".
func servedFrom(m middleware.Metadata) string {
	if response, _ := awsmiddleware.GetRawResponse(m).(*smithyhttp.Response); response != nil {
		return response.Header.Get(regionHeader)
	}
	return ""
}

// sightingOf returns the sighting of a bucket whose tags S3 refused to show
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
func sightingOf(err error, spec bucket.Spec, c bucket.Candidate) (bucket.Sighting, error) {
	r := refusalOf(err)
	seen := bucket.Sighting{Candidate: c, Seen: fmt.Sprintf("reading its tags was answered with %d %s", r.status, r.code)}
	switch {
	case r.code == "NoSuchTagSet":
		return tagged(c, spec, nil, r.region), nil
	case r.code == "NoSuchBucket", r.code == "NotFound":
		seen.State = bucket.Absent
	case r.redirects():
		seen.Redirected = true
		if r.region != "" {
			seen.Seen += ", it is in " + r.region
		}
	case r.denies():
		seen.Denied = true
	default:
		return bucket.Sighting{}, classify(err, "look at bucket %s", c.Name)
	}
	return seen, nil
}

// creationTags returns the organization's tag and those that the rules demand.
func creationTags(spec bucket.Spec) []types.Tag {
	tags := []types.Tag{{Key: aws.String(bucket.TagKey), Value: aws.String(string(spec.OrgID))}}
	for _, key := range slices.Sorted(maps.Keys(spec.Tags)) {
		tags = append(tags, types.Tag{Key: aws.String(key), Value: aws.String(spec.Tags[key])})
	}
	return tags
}

// Create creates the bucket with its tags, so that it never exists without them.
func (s *Store) Create(ctx context.Context, spec bucket.Spec, c bucket.Candidate) (provision.Creation, error) {
	in := &s3.CreateBucketInput{
		Bucket:                    &c.Name,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{Tags: creationTags(spec)},
		ObjectOwnership:           types.ObjectOwnership(spec.Ownership),
	}
	// us-east-1 is S3's default; S3 refuses it as a constraint
	// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html).
	if spec.Region != "us-east-1" {
		in.CreateBucketConfiguration.LocationConstraint = types.BucketLocationConstraint(spec.Region)
	}
	if c.AccountRegional {
		in.BucketNamespace = types.BucketNamespaceAccountRegional
	}
	_, err := s.api.CreateBucket(ctx, in)
	if err == nil {
		return provision.Created, nil
	}
	switch refusalOf(err).code {
	case "BucketAlreadyExists":
		return provision.NameTaken, nil
	case "BucketAlreadyOwnedByYou":
		return provision.AlreadyOwned, nil
	case "UnsupportedArgument":
		// Some Regions' S3 takes no tags here
		// (https://github.com/hashicorp/terraform-provider-aws/issues/45684).
		return 0, wrap(fault.TagsAtCreationUnsupported, err, "create bucket %s with its tag in Region %s", c.Name, spec.Region)
	}
	return 0, denied(classify(err, "create bucket %s", c.Name), spec, c)
}

// denied names the settings that may meet a service control policy, if one denies a
// creation or may: S3 doesn't say what the policy asks for, and not always what denies
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
func denied(err error, spec bucket.Spec, c bucket.Candidate) error {
	remedies := spec.Remedies(c)
	ofOrganization := containsFold(err.Error(), "service control policy")
	ofAnother := containsFold(err.Error(), "-based policy") || containsFold(err.Error(), "boundary") || containsFold(err.Error(), "session policy")
	if !fault.Is(err, fault.AccessDenied) || ofAnother && !ofOrganization || remedies == "" {
		return err
	}
	f := *fault.Of(err)
	if ofOrganization {
		f.Message += "; a setting of the stage may meet that policy: " + remedies
	} else {
		f.Message += "; if a service control policy denies it, a setting of the stage may meet that: " + remedies
	}
	return &f
}
