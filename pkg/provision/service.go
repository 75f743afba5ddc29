package provision

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Service provisions buckets. It keeps nothing between runs: S3 is the only
// record, the buckets themselves and one claim for each organization.
type Service struct {
	naming  bucket.Naming
	buckets Buckets
	claims  Claims
}

// NewService returns a service. The naming settings have to be valid.
func NewService(naming bucket.Naming, buckets Buckets, claims Claims) *Service {
	return &Service{naming, buckets, claims}
}

// Provision makes sure that the organization has its bucket, ready to be used.
// It can be called any number of times, also concurrently and after being cut
// off anywhere. messageID names the message in the claim. durations, if not nil,
// receives the duration of each step; parallel steps each count in full. With an
// error the result names the bucket that was worked on, if there was one.
func (s *Service) Provision(ctx context.Context, id org.ID, messageID string, durations map[fault.Step]time.Duration) (Result, error) {
	spec, err := s.naming.Spec(id)
	if err != nil {
		return Result{}, fault.At(fault.StepParse, err)
	}
	p := s.begin(spec, messageID, durations)
	var name string
	work, done := context.WithCancel(ctx)
	err = parallel(
		func() (err error) { defer done(); name, err = p.run(ctx); return err },
		func() error { _ = p.checkAccount(ctx, work, deliveryWaits); return nil },
	)
	return p.result(name), err
}

// begin returns the state of a new provisioning.
func (s *Service) begin(spec bucket.Spec, messageID string, durations map[fault.Step]time.Duration) *provisioning {
	if durations == nil {
		durations = map[fault.Step]time.Duration{}
	}
	return &provisioning{
		naming: s.naming, buckets: s.buckets, claims: s.claims, spec: spec, message: messageID,
		record: record{changes: map[bucket.Facet]bool{}, durations: durations},
	}
}

// result returns what was done to the bucket.
func (p *provisioning) result(name string) Result {
	r := Result{Spec: p.spec, Bucket: name, Status: StatusUnchanged, Changes: p.record.list(), Warnings: p.allWarnings()}
	switch {
	case p.record.has(bucket.FacetBucket):
		r.Status = StatusCreated
	case len(r.Changes) > 0:
		r.Status = StatusRepaired
	}
	return r
}

// How long the account's public access block is waited for. An examination may be paced,
// with others before it.
const (
	deliveryWaits    = 2 * time.Second
	examinationWaits = 30 * time.Second
)

// checkAccount warns if the public access block of the account keeps the public out: of
// each flag the strictest setting holds
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html),
// and S3 refuses a policy for BlockPublicPolicy alone. The error is why that isn't known.
func (p *provisioning) checkAccount(ctx, work context.Context, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	block, err := p.buckets.ReadAccountBlock(ctx, work)
	switch {
	case err != nil:
		p.account = &fault.Warning{Code: fault.AccountBlockUnknown, Text: "whether the account lets the public read " + bucket.FolderKey + " isn't known: " + fault.Of(err).Message}
	case block.RestrictPublicBuckets:
		p.account = &fault.Warning{Code: fault.RestrictPublicBuckets, Text: "it is on in the public access block of the account or its organization, so the public can't read " + bucket.FolderKey + ", whatever the bucket's own settings are"}
	}
	return err
}

// allWarnings returns the one about the account, which an outcome mustn't
// lose, the last plan's, and the one about a second bucket.
func (p *provisioning) allWarnings() []fault.Warning {
	all := []fault.Warning{}
	if p.account != nil {
		all = append(all, *p.account)
	}
	all = append(all, p.warnings...)
	if p.second != nil {
		all = append(all, *p.second)
	}
	return all
}

// warnSecond warns of a second bucket of the organization.
func (p *provisioning) warnSecond(other, home string) {
	p.second = &fault.Warning{Code: fault.MultipleHomes, Text: "bucket " + other + " is tagged for this organization, too; " + home + " is its home, and the other one isn't used"}
}

// switchFrom resets the state when another bucket turns out to be claimed.
func (p *provisioning) switchFrom(left home, to string) {
	p.record = record{changes: map[bucket.Facet]bool{}, durations: p.record.durations}
	p.restricted, p.observed, p.neutralised, p.warnings = false, false, false, nil
	p.warnSecond(left.name, to)
}

func isConflict(err error) bool { return fault.Is(err, fault.OperationConflict) }

func isDoubt(err error) bool {
	return fault.Is(err, fault.OwnershipUnproved) || fault.Is(err, fault.BucketInAnotherRegion)
}
