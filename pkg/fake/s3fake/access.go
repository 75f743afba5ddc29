package s3fake

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// open returns the bucket of a request, or why S3 refuses it. S3 checks, in this
// order, that the bucket exists, is in the endpoint's Region and belongs to the
// expected owner, and that the caller has permission. A write also needs the bucket
// to exist now, not only in a reader's view.
func (s *Server) open(r Request, op *operation) (*Bucket, *answer) {
	view := s.view(r.Bucket)
	if view == nil || r.Write() && s.truth(r.Bucket) == nil {
		a := noSuchBucket()
		return nil, &a
	}
	if r.Caller != "" && r.Region != view.Region {
		a := elsewhere(r, view.Region)
		return nil, &a
	}
	if expected := r.ExpectedOwner(); expected != "" && expected != view.Owner {
		a := denied()
		return nil, &a
	}
	if why := s.lacks(r, op); why != nil {
		return nil, why
	}
	if !s.permits(s.identity(r.Caller), *view, op.action, resourceOf(r)) {
		a := denied()
		return nil, &a
	}
	return view, nil
}

// elsewhere returns the answer to a request for a bucket of another Region, whoever
// owns it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
func elsewhere(r Request, region string) answer {
	a := refuse(http.StatusMovedPermanently, "PermanentRedirect",
		"The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.")
	a.header.Set("X-Amz-Bucket-Region", region)
	return a
}

// ownershipHeader sets a bucket's object ownership at creation, for which S3 asks for a
// right of its own (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html).
const ownershipHeader = "X-Amz-Object-Ownership"

// lacks returns a refusal if IAM doesn't allow the caller the operation.
func (s *Server) lacks(r Request, op *operation) *answer {
	id := s.identity(r.Caller)
	needed := []string{op.action}
	if op.name == "CreateBucket" && hasTags(r.Body) {
		needed = append(needed, "s3:TagResource")
	}
	if op.name == "CreateBucket" && r.Header.Get(ownershipHeader) != "" {
		needed = append(needed, "s3:PutBucketOwnershipControls")
	}
	for _, action := range needed {
		lacks := func(lacked string) bool {
			lacked, on, _ := strings.Cut(lacked, " on ")
			return lacked == action && strings.HasPrefix(r.Bucket, on)
		}
		if slices.ContainsFunc(id.Lacks, lacks) {
			a := unauthorized(id, action, resourceOf(r), "no identity-based policy allows the "+action+" action")
			return &a
		}
	}
	return nil
}

// unauthorized is an AccessDenied that says why, which S3 does for callers of
// the same account
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
func unauthorized(id Identity, action, resource, why string) answer {
	return refuse(http.StatusForbidden, "AccessDenied",
		fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %q because %s", id.ARN, action, resource, why))
}

// resourceOf is the ARN of what a request is about, in the partition aws.
func resourceOf(r Request) string {
	arn := "arn:aws:s3:::" + r.Bucket
	if r.Key != "" {
		arn += "/" + r.Key
	}
	return arn
}

// permits reports whether the bucket's policy lets the caller do something. Callers of
// the owning account may do what isn't denied; unprivileged ones and those of other
// accounts need an Allow
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
func (s *Server) permits(id Identity, b Bucket, action, resource string) bool {
	policy := s.policy(b.Policy)
	if policy.denies(id, action, resource) {
		return false
	}
	if id.Account == b.Owner {
		return !id.Unprivileged || policy.allows(id, action, resource)
	}
	if s3rules.IsPublic([]byte(b.Policy)) && s.restricts(b).RestrictPublicBuckets {
		return false
	}
	return policy.allows(id, action, resource)
}

// restricts returns the effective access block: a flag is on if it is on in the
// bucket's or in the account's.
func (s *Server) restricts(b Bucket) AccessBlock {
	all := s.blocks[b.Owner]
	if own := b.AccessBlock; own != nil {
		all.BlockPublicAcls = all.BlockPublicAcls || own.BlockPublicAcls
		all.IgnorePublicAcls = all.IgnorePublicAcls || own.IgnorePublicAcls
		all.BlockPublicPolicy = all.BlockPublicPolicy || own.BlockPublicPolicy
		all.RestrictPublicBuckets = all.RestrictPublicBuckets || own.RestrictPublicBuckets
	}
	return all
}

// AnonymousCanRead reports whether the bucket's policy and the access blocks let
// anyone get the object now, whatever reads still show. Conditions are judged in the
// worse way for privacy: an Allow's are taken to hold and a Deny's not to.
func (s *Server) AnonymousCanRead(bucket, key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.truth(bucket)
	return b != nil && s.permits(Identity{}, *b, "s3:GetObject", "arn:aws:s3:::"+bucket+"/"+key)
}
