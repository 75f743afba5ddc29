package main

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// foreignNames looks at other accounts' buckets, and has one CreateBucket of each refused.
func (r *run) foreignNames(ctx context.Context) {
	store := s3store.New(r.s3, r.account, r.stage.HomesBucket)
	spec, err := r.spec(r.org("foreign"))
	if !r.succeeds("an id of the run is one of an organization", err) {
		return
	}
	for name := range strings.SplitSeq(r.foreign, ",") {
		const claim = "another account's bucket"
		r.say("%s", name)
		_, err := r.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
		if strings.HasPrefix(access.Answer(err), "404") { // CreateBucket would make it
			r.notChecked(claim+", "+name, "it isn't there")
			continue
		}
		seen, err := store.Look(ctx, spec, bucket.Candidate{Name: name})
		r.succeeds("another account's bucket: a look has an answer", err)
		is(r.report, "another account's bucket: it can't be read", seen.State, bucket.Unreadable)
		creation, err := store.Create(ctx, spec, bucket.Candidate{Name: name})
		r.succeeds("another account's bucket: CreateBucket has an answer", err)
		is(r.report, "another account's bucket: the name is taken", creation, provision.NameTaken)
	}
}

// sendElsewhere sends a message for an organization whose name is ours in another Region.
func (r *run) sendElsewhere(ctx context.Context) error {
	if !r.real {
		return nil // inAnotherRegion says so
	}
	spec, err := r.spec(r.org("far"))
	if err != nil {
		return err
	}
	there := "us-west-2"
	if r.region == there {
		there = "us-east-2"
	}
	far := r.operator()
	far.Region, far.S3 = there, s3.New(r.s3.Options(), func(o *s3.Options) { o.Region = there })
	if err := far.CreateBucket(ctx, spec.Candidates[0], map[string]string{bucket.TagKey: r.org("far")}); err != nil {
		return err
	}
	r.elsewhere, err = r.send(ctx, r.message(r.org("far")))
	return err
}

func (r *run) inAnotherRegion(ctx context.Context) error {
	if r.elsewhere == "" {
		r.notChecked("a name of ours in another Region", "this server has one Region, or no messages")
		return nil
	}
	o, err := r.mailbox.outcomeOf(ctx, r.elsewhere, atLength)
	if !r.succeeds("a name of ours in another Region: its outcome comes", err) {
		return nil
	}
	is(r.report, "a name of ours in another Region: the outcome is BucketInAnotherRegion", o.Error != nil && o.Error.Code == "BucketInAnotherRegion", true)
	return nil
}
