package diagnosis_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

func TestTheAccountIsAskedOnlyWhatMatters(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(w *world)
		asked   []string
	}{
		"all is well":               {func(w *world) { w.s3.Put(n1, w.ready(n1)) }, []string{"account block"}},
		"only the folder is absent": {func(w *world) { b := w.ready(n1); b.Objects = nil; w.s3.Put(n1, b) }, []string{"account block"}},
		"the policy is absent":      {func(w *world) { w.s3.Put(n1, w.half()) }, []string{"account block", "user"}},
		"a bucket would be created": {func(*world) {}, []string{"account block", "headroom", "user"}},
		"the account blocks it":     {func(w *world) { w.s3.Put(n1, w.half()); w.blockAccount(allOn) }, []string{"account block", "organization block", "user"}},
		"it's blocked anyway":       {func(w *world) { w.s3.Put(n1, s3fake.Bucket{}) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.prepare(w)
				w.organization()
				if asked := slices.Sorted(maps.Keys(w.account.asked)); !slices.Equal(asked, c.asked) {
					t.Errorf("asked %q, want %q", asked, c.asked)
				}
			})
		})
	}
}

func TestWhatCannotBeAskedIsSaid(t *testing.T) {
	permissions := map[string]string{
		"user": "iam:GetUser on " + user, "headroom": "servicequotas:GetServiceQuota",
		"account block": "s3:GetAccountPublicAccessBlock",
	}
	for question, permission := range permissions {
		t.Run(question, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.cannotTell(question)
				d := w.organization()
				if d.Verdict != diagnosis.WouldWork || len(d.Unchecked) != 1 || !strings.HasSuffix(d.Unchecked[0].String(), "needs permission "+permission) {
					t.Errorf("diagnosed %s, unchecked %q", d.Verdict, d.Unchecked)
				}
				if !strings.HasSuffix(d.Reason, "as far as could be checked") {
					t.Errorf("the reason %q doesn't say that something is unchecked", d.Reason)
				}
			})
		})
	}
}

func TestWhoSetABlockIsNamedWhereItCanBeTold(t *testing.T) {
	const organization, account = "of the organization in AWS Organizations", "of the account"
	on := bucket.AccessBlock{BlockPublicPolicy: true, RestrictPublicBuckets: true}
	for name, c := range map[string]struct {
		account, organization bucket.AccessBlock
		untold                []string
		blocked               bool
		whose                 string
		unchecked             int
	}{
		"set by the account":                             {account: on, blocked: true, whose: account},
		"set by the organization":                        {account: on, organization: on, blocked: true, whose: organization},
		"the organization doesn't tell":                  {account: on, organization: on, untold: []string{"organization block"}, blocked: true, whose: account},
		"the account doesn't tell":                       {account: on, organization: on, untold: []string{"account block"}, blocked: true, whose: organization},
		"neither tells":                                  {account: on, organization: on, untold: []string{"account block", "organization block"}, unchecked: 1},
		"the account doesn't tell, nothing is set above": {account: on, untold: []string{"account block"}, unchecked: 1},
		"nothing is set":                                 {},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.account.own, w.account.organization = c.account, c.organization
				w.cannotTell(c.untold...)
				d := w.organization()
				if (d.Code == fault.PublicPolicyBlocked) != c.blocked || !strings.Contains(d.Reason, c.whose) || len(d.Unchecked) != c.unchecked {
					t.Errorf("diagnosed %s %s: %s; unchecked: %q", d.Verdict, d.Code, d.Reason, d.Unchecked)
				}
				if (len(d.Warnings) == 1) != c.blocked || c.blocked && !strings.Contains(d.Warnings[0].Text, c.whose) {
					t.Errorf("warnings %q", d.Warnings)
				}
			})
		})
	}
}

func TestABlockThatComesAfterThePolicyBlocksNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, w.ready(n1))
		w.blockAccount(allOn)
		d := w.organization()
		if d.Verdict != diagnosis.Healthy {
			t.Errorf("diagnosed %s %s: %s", d.Verdict, d.Code, d.Reason)
		}
		if len(d.Warnings) != 1 || d.Warnings[0].Code != fault.RestrictPublicBuckets {
			t.Errorf("warnings %q, want one that the public is kept out", d.Warnings)
		}
		if w.s3.AnonymousCanRead(n1, "pub/x") {
			t.Error("the public isn't kept out")
		}
	})
}

func TestTheFirstFailureThatAMessageMeetsCountsAndTheOthersAreTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.setQuota(0)
		w.removeUser()
		w.blockAccount(s3fake.AccessBlock{BlockPublicPolicy: true})
		d := w.organization()
		var codes []fault.Code
		for _, warning := range d.Warnings {
			codes = append(codes, warning.Code)
		}
		if d.Code != fault.BucketQuotaExceeded || !slices.Equal(codes, []fault.Code{fault.ClientUserNotFound, fault.PublicPolicyBlocked}) {
			t.Errorf("diagnosed %s, warnings %q", d.Code, d.Warnings)
		}
	})
}

// TestManyOrganizationsAskTheAccountOnce: what doesn't depend on the organization
// isn't asked for each.
func TestManyOrganizationsAskTheAccountOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		const organizations = 200
		var wg sync.WaitGroup
		for i := range organizations {
			wg.Go(func() { w.diagnoser.Message(w.t.Context(), fmt.Sprintf(`{"orgId":"o%d"}`, i)) })
		}
		wg.Wait()
		want := map[string]int{"user": organizations, "headroom": 1, "account block": 1}
		if !maps.Equal(w.account.asked, want) {
			t.Errorf("asked %v, want %v", w.account.asked, want)
		}
		time.Sleep(2 * time.Minute)
		w.diagnoser.Organization(w.t.Context(), id)
		if w.account.asked["account block"] != 2 {
			t.Error("an answer is kept for ever")
		}
	})
}

func TestDiagnosesOfOneOrganizationAreSharedForSomeSecondsOnly(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetDelay(100 * time.Millisecond)
		w.diagnoser.Organization(w.t.Context(), id)
		calls := len(w.s3.Calls())
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { w.diagnoser.Message(w.t.Context(), message) })
		}
		wg.Wait()
		if more := len(w.s3.Calls()) - calls; more != 0 {
			t.Errorf("%d calls more", more)
		}
		w.s3.Put(n1, s3fake.Bucket{})
		time.Sleep(10 * time.Second)
		if d := w.diagnoser.Organization(w.t.Context(), id); d.Verdict != diagnosis.Blocked {
			t.Errorf("ten seconds later it's still %s", d.Verdict)
		}
	})
}

func TestAMessagesOwnPartsAreNotGivenToTheNextOne(t *testing.T) {
	inWorld(t, func(w *world) {
		long := strings.Repeat("x", 300)
		first := w.message(`{"orgId":"xmsqa1","correlationId":"` + long + `"}`)
		second := w.message(`{"orgId":"xmsqa1","correlationId":"b"}`)
		if len(first.Warnings) != 1 || first.CorrelationID != "" {
			t.Errorf("the first has correlation id %q and warnings %q", first.CorrelationID, first.Warnings)
		}
		if len(second.Warnings) != 0 || second.CorrelationID != "b" {
			t.Errorf("the second has correlation id %q and warnings %q", second.CorrelationID, second.Warnings)
		}
	})
}
