package bucketstest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// claiming is about ReadClaim and Claim.
func claimCases() []Case {
	all := []Case{
		{"ReadClaim finds no claim, though its caller may not learn that a key is absent", "", func(s *fixture) { s.hasClaim(provision.Claim{}) }},
		{"Claim claims once, and its claim is read back", "", func(s *fixture) {
			want := s.claimOf(s.first, "message-1")
			s.claims(want, s.first, true)
			s.hasClaim(want)
			s.claims(s.claimOf(s.second, "message-2"), s.first, false)
			s.hasClaim(want)
		}},
		{"Claim doesn't claim anew what is claimed for the same bucket", "", func(s *fixture) {
			want := s.claimOf(s.first, "message-1")
			s.claims(want, s.first, true)
			s.claims(s.claimOf(s.first, "message-2"), s.first, false)
			s.hasClaim(want)
		}},
		{"ReadClaim reads a claim that was made by hand", "", func(s *fixture) {
			s.putClaim(`{"bucket":"fusion-rms-chosen"}`)
			s.hasClaim(provision.Claim{Bucket: "fusion-rms-chosen"})
		}},
		{"Claim, called several times at once, claims once", "", (*fixture).claimsOnce},
		{"without their bucket there are no claims, and none can be made", "", func(s *fixture) {
			_, err := s.WithoutHomes.ReadClaim(s.ctx, s.spec.OrgID)
			s.fails("ReadClaim", err, fault.ClaimsUnavailable)
			_, _, err = s.WithoutHomes.Claim(s.ctx, s.spec.OrgID, s.claimOf(s.first, "message-1"))
			s.fails("Claim", err, fault.ClaimsUnavailable)
		}},
	}
	for what, text := range map[string]string{
		"isn't JSON": "fusion-rms-chosen", "names no bucket": `{"messageId":"m"}`, "is empty": "", "is longer than any claim": `{"bucket":"` + strings.Repeat("x", 5000) + `"}`,
	} {
		all = append(all, Case{"a claim that " + what + " is doubt, and stays", "", func(s *fixture) {
			s.putClaim(text)
			_, err := s.Claims.ReadClaim(s.ctx, s.spec.OrgID)
			s.fails("ReadClaim", err, fault.OwnershipUnproved)
			_, won, err := s.Claims.Claim(s.ctx, s.spec.OrgID, s.claimOf(s.first, "message-1"))
			s.fails("Claim", err, fault.OwnershipUnproved)
			o, readErr := s.Backdoor.Object(s.ctx, s.HomesBucket, s.claimKey())
			s.must(readErr)
			if won || o == nil || o.Body != text {
				s.Errorf("the claim is %+v after Claim (won %t), want %q", o, won, text)
			}
		}})
	}
	return all
}

func (s *fixture) claimKey() string { return bucket.ClaimPrefix + string(s.spec.OrgID) }

func (s *fixture) putClaim(text string) {
	s.Helper()
	s.must(s.Backdoor.PutObject(s.ctx, s.HomesBucket, s.claimKey(), Object{ContentType: "application/json", Body: text}))
}

func (s *fixture) claimOf(c bucket.Candidate, messageID string) provision.Claim {
	return provision.Claim{Bucket: c.Name, MessageID: messageID, At: time.Date(2026, 11, 28, 1, 2, 3, 0, time.UTC)}
}

// claims checks how Claim ends.
func (s *fixture) claims(c provision.Claim, winner bucket.Candidate, won bool) {
	s.Helper()
	gotWinner, gotWon, err := s.Claims.Claim(s.ctx, s.spec.OrgID, c)
	s.must(err)
	if gotWinner != winner.Name || gotWon != won {
		s.Errorf("Claim of %s: %s is claimed, by this call %t; want %s, %t", c.Bucket, gotWinner, gotWon, winner.Name, won)
	}
}

// hasClaim checks what ReadClaim reads.
func (s *fixture) hasClaim(want provision.Claim) {
	s.Helper()
	got, err := s.Claims.ReadClaim(s.ctx, s.spec.OrgID)
	s.must(err)
	if got.Bucket != want.Bucket || got.MessageID != want.MessageID || !got.At.Equal(want.At) {
		s.Errorf("ReadClaim: %+v, want %+v", got, want)
	}
}

// claimsOnce has several callers claim different buckets. All get the one that won.
func (s *fixture) claimsOnce() {
	const several = 8
	var winners [several]string
	var won [several]bool
	var errs [several]error
	var wg sync.WaitGroup
	for i := range several {
		wg.Go(func() {
			c := provision.Claim{Bucket: fmt.Sprintf("%s-%d", s.first.Name, i), MessageID: fmt.Sprint("message-", i), At: time.Now()}
			winners[i], won[i], errs[i] = s.Claims.Claim(s.ctx, s.spec.OrgID, c)
		})
	}
	wg.Wait()
	claim, err := s.Claims.ReadClaim(s.ctx, s.spec.OrgID)
	s.must(err)
	times := 0
	for i := range several {
		s.must(errs[i])
		if winners[i] != claim.Bucket || won[i] != (claim.Bucket == fmt.Sprintf("%s-%d", s.first.Name, i)) {
			s.Errorf("call %d was told that %s is claimed (by it: %t); %s is", i, winners[i], won[i], claim.Bucket)
		}
		if won[i] {
			times++
		}
	}
	if times != 1 {
		s.Errorf("%d calls of Claim won, want 1", times)
	}
}
