package provision

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// claimed is Claims whose every claim is answered alike.
type claimed struct {
	Claims
	winner string
	won    bool
	err    error
}

func (c claimed) Claim(context.Context, org.ID, Claim) (string, bool, error) {
	return c.winner, c.won, c.err
}

func started(c Claims) *provisioning {
	return NewService(bucket.Naming{}, nil, c).begin(bucket.Spec{}, "m", nil)
}

// TestAClaimThatAnotherDeliveryWonIsAConflictUnlessTheBucketIsNew: the other one may have
// changed the bucket since it was read, but nobody has read a new one.
func TestAClaimThatAnotherDeliveryWonIsAConflictUnlessTheBucketIsNew(t *testing.T) {
	down := fault.New(fault.ServiceUnavailable, "down")
	for name, c := range map[string]struct {
		claims                     claimed
		isNew, claimed             bool
		conflict, noted, isClaimed bool
	}{
		"won":                             {claims: claimed{winner: "b", won: true}, isClaimed: true},
		"won, new":                        {claims: claimed{winner: "b", won: true}, isNew: true, isClaimed: true},
		"another delivery's, same bucket": {claims: claimed{winner: "b"}, conflict: true, noted: true, isClaimed: true},
		"another delivery's, new bucket":  {claims: claimed{winner: "b"}, isNew: true, noted: true, isClaimed: true},
		"another bucket":                  {claims: claimed{winner: "other"}, noted: true},
		"claimed before":                  {claims: claimed{err: down}, claimed: true, isClaimed: true},
	} {
		p, h := started(c.claims), home{name: "b", isNew: c.isNew, claimed: c.claimed}
		winner, err := p.claim(t.Context(), &h)
		if isConflict(err) != c.conflict || !c.conflict && err != nil || p.claimedAt.IsZero() == c.noted || h.claimed != c.isClaimed {
			t.Errorf("%s: %q, %v, claimed %v, noted at %v", name, winner, err, h.claimed, p.claimedAt)
		}
		if want := map[bool]string{true: "b", false: c.claims.winner}[c.claimed]; winner != want {
			t.Errorf("%s: the winner is %q", name, winner)
		}
	}
	p, h := started(claimed{winner: "b", err: down}), home{name: "b"}
	if _, err := p.claim(t.Context(), &h); !errors.Is(err, error(down)) && !fault.Is(err, fault.ServiceUnavailable) || h.claimed || !p.claimedAt.IsZero() {
		t.Errorf("a claim that failed: %v, claimed %v", err, h.claimed)
	}
}

// TestAHomeThatAnotherDeliveryIsOpeningIsAConflictOfTheAccessBlock.
func TestAHomeThatAnotherDeliveryIsOpeningIsAConflictOfTheAccessBlock(t *testing.T) {
	p := started(nil)
	p.claimedAt = time.Now()
	err := p.grantAccess(t.Context(), home{name: "b"}, bucket.Observed{}, bucket.Plan{Before: &bucket.AccessBlock{}})
	if !isConflict(err) || fault.Of(err).Step != fault.StepAccessBlock {
		t.Errorf("got %v at %s", err, fault.Of(err).Step)
	}
}

// TestASwitchForgetsWhatWasSeenOfAndDoneToTheBucketThatIsLeft, except for how long it took.
func TestASwitchForgetsWhatWasSeenOfAndDoneToTheBucketThatIsLeft(t *testing.T) {
	p := started(nil)
	p.restricted, p.observed, p.neutralised, p.warnings = true, true, true, []fault.Warning{{Code: fault.ForeignDeny}}
	p.record.changed(bucket.FacetPolicy)
	p.record.took(fault.StepPolicy, time.Second)
	p.switchFrom(home{name: "left"}, "to")
	if p.restricted || p.observed || p.neutralised || len(p.record.list()) != 0 || p.record.durations[fault.StepPolicy] != time.Second {
		t.Errorf("restricted %v, observed %v, neutralised %v, changes %v, durations %v", p.restricted, p.observed, p.neutralised, p.record.list(), p.record.durations)
	}
	if w := p.allWarnings(); len(w) != 1 || w[0].Code != fault.MultipleHomes || w[0].Text != "bucket left is tagged for this organization, too; to is its home, and the other one isn't used" {
		t.Errorf("warnings %v", w)
	}
}

func TestTwoLooksAreTheSameIfTheyShowTheSameBucketsInTheSameStates(t *testing.T) {
	see := func(name string, s bucket.State) bucket.Sighting {
		return bucket.Sighting{Candidate: bucket.Candidate{Name: name}, State: s, Seen: "at " + time.Now().String()}
	}
	look := survey{sightings: []bucket.Sighting{see("a", bucket.Ours), see("b", bucket.Taken)}}
	for name, c := range map[string]struct {
		other []bucket.Sighting
		want  bool
	}{
		"the same":      {[]bucket.Sighting{see("a", bucket.Ours), see("b", bucket.Taken)}, true},
		"another state": {[]bucket.Sighting{see("a", bucket.Ours), see("b", bucket.Absent)}, false},
		"another name":  {[]bucket.Sighting{see("a", bucket.Ours), see("c", bucket.Taken)}, false},
		"one less":      {[]bucket.Sighting{see("a", bucket.Ours)}, false},
	} {
		if got := look.same(survey{sightings: c.other}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// looking is Buckets that shows every bucket alike.
type looking struct {
	Buckets
	seen bucket.Sighting
}

func (l looking) Look(context.Context, bucket.Spec, bucket.Candidate) (bucket.Sighting, error) {
	return l.seen, nil
}

// TestABucketThatIsNotOursAnyMore is doubt if it is claimed, or if its tags say so. What a
// look doesn't show of another one may pass.
func TestABucketThatIsNotOursAnyMore(t *testing.T) {
	for state, want := range map[bucket.State]struct{ unclaimed, claimed fault.Code }{
		bucket.Unproved: {fault.OwnershipUnproved, fault.OwnershipUnproved}, bucket.Taken: {fault.OwnershipUnproved, fault.OwnershipUnproved},
		bucket.Absent: {fault.OperationConflict, fault.OwnershipUnproved}, bucket.Unreadable: {fault.OperationConflict, fault.OwnershipUnproved},
		bucket.Elsewhere: {fault.OperationConflict, fault.BucketInAnotherRegion},
	} {
		p := NewService(bucket.Naming{}, looking{seen: bucket.Sighting{State: state}}, nil).begin(bucket.Spec{}, "m", nil)
		for claimed, code := range map[bool]fault.Code{false: want.unclaimed, true: want.claimed} {
			if err := p.stillOurs(t.Context(), home{claimed: claimed}); !fault.Is(err, code) || fault.Of(err).Step != fault.StepObserve {
				t.Errorf("%s, claimed %v: %v, want %s", state, claimed, err, code)
			}
		}
	}
}

// TestWhatPassesBesideThePolicysPut: only an own change of the block excuses a policy that is refused.
func TestWhatPassesBesideThePolicysPut(t *testing.T) {
	for name, c := range map[string]struct {
		code   fault.Code
		step   fault.Step
		opened bool // by this delivery
		want   bool
	}{
		"conflict anywhere":                   {fault.OperationConflict, fault.StepObserve, false, true},
		"doubt":                               {fault.OwnershipUnproved, fault.StepObserve, false, true},
		"another Region":                      {fault.BucketInAnotherRegion, fault.StepObserve, false, true},
		"two homes":                           {fault.MultipleHomes, fault.StepObserve, false, false},
		"throttled policy":                    {fault.Throttled, fault.StepPolicy, false, true},
		"throttled access block":              {fault.Throttled, fault.StepAccessBlock, false, true},
		"throttled look":                      {fault.Throttled, fault.StepObserve, true, false},
		"no answer to the policy":             {fault.ServiceUnavailable, fault.StepPolicy, false, true},
		"throttled search":                    {fault.Throttled, fault.StepSearch, false, true},
		"no answer to the search":             {fault.ServiceUnavailable, fault.StepSearch, false, true},
		"search refused, opened":              {fault.AccessDenied, fault.StepSearch, true, false},
		"no answer to a read":                 {fault.ServiceUnavailable, fault.StepObserve, true, false},
		"policy refused by the block, opened": {fault.PublicPolicyBlocked, fault.StepPolicy, true, true},
		"policy refused, opened":              {fault.AccessDenied, fault.StepPolicy, true, true},
		"policy refused by the block":         {fault.PublicPolicyBlocked, fault.StepPolicy, false, false},
		"policy refused":                      {fault.AccessDenied, fault.StepPolicy, false, false},
		"access block refused":                {fault.AccessDenied, fault.StepAccessBlock, true, false},
		"no user":                             {fault.ClientUserNotFound, fault.StepPolicy, true, false},
	} {
		p := started(nil)
		if c.opened {
			p.record.changed(bucket.FacetAccessBlock)
		}
		if got := p.passes(&fault.Error{Code: c.code, Step: c.step}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAFailureThatLastsComesBeforeATransientOne(t *testing.T) {
	transient, other, lasting := fault.New(fault.Throttled, "1"), fault.New(fault.Throttled, "2"), fault.New(fault.AccessDenied, "3")
	tasks := func(errs ...error) (all []func() error) {
		for _, err := range errs {
			all = append(all, func() error { return err })
		}
		return all
	}
	if err := parallel(tasks(nil, transient, lasting)...); err != error(lasting) {
		t.Errorf("got %v", err)
	}
	if err := parallel(tasks(nil, transient, other)...); err != error(transient) {
		t.Errorf("got %v", err)
	}
}

func TestADeliveryNeedsTwoSecondsToBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for left, want := range map[time.Duration]bool{2 * time.Second: true, 2*time.Second - 1: false, time.Minute: true} {
			ctx, cancel := context.WithTimeout(t.Context(), left)
			if got := EnoughTime(ctx); got != want {
				t.Errorf("%s: %v", left, got)
			}
			cancel()
		}
		if !EnoughTime(t.Context()) {
			t.Error("without a deadline there's time enough")
		}
	})
}

func TestTheDeadlinesTryHidesNoCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errs := []error{conflict(), fault.New(fault.DeadlineExceeded, "late")}
		n := 0
		err := retry(t.Context(), isConflict, func() error { n++; return errs[n-1] })
		if n != 2 || !isConflict(err) {
			t.Errorf("%d tries: %v", n, err)
		}
		n = 1 // without a try before, the deadline is the cause
		if err := retry(t.Context(), isConflict, func() error { n++; return errs[n-1] }); n != 2 || !fault.Is(err, fault.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestPausesSpreadOverTheirWholeRange(t *testing.T) {
	var all []time.Duration
	for range 2000 {
		all = append(all, jitter(time.Second))
	}
	if least, most := slices.Min(all), slices.Max(all); least < 750*time.Millisecond || least > 760*time.Millisecond || most > 1250*time.Millisecond || most < 1240*time.Millisecond {
		t.Errorf("a second became %s to %s", least, most)
	}
}

func TestNoPauseEndsWithTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if sleep(ctx, time.Second) || time.Since(began) != 0 {
			t.Error("a pause as long as the time left was begun")
		}
		if !sleep(ctx, time.Second-1) || time.Since(began) != time.Second-1 {
			t.Error("a shorter pause wasn't made")
		}
	})
}

// outcomes keeps what is announced.
type outcomes struct {
	id     org.ID
	result Result
}

func (o *outcomes) Provisioned(_ context.Context, r Result, _ Source) error { o.result = r; return nil }
func (o *outcomes) Failed(_ context.Context, id org.ID, _ *fault.Error, _ Source) error {
	o.id = id
	return nil
}

// TestAnIllegalIDIsNeverPublished, though the message's failure is.
func TestAnIllegalIDIsNeverPublished(t *testing.T) {
	for code, want := range map[fault.Code]org.ID{fault.InvalidOrganizationID: "", fault.MalformedMessage: "", fault.Throttled: "s3alias"} {
		o := &outcomes{id: "nothing"}
		report := NewHandler(nil, o).Handle(t.Context(), Delivery{Event: org.OrganizationCreated{OrgID: "s3alias"}, Refused: fault.New(code, "x"), Last: true})
		if o.id != want || !report.Announced || report.Failure.Step != fault.StepParse {
			t.Errorf("%s: published for %q; %+v", code, o.id, report)
		}
	}
}
