package bucket_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

func TestTaggedConcludesWhoseABucketIs(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		want bucket.State
	}{
		"this organization's tag":                   {map[string]string{"OrgId": "xmsqa1"}, bucket.Ours},
		"this organization's tag among others":      {map[string]string{"OrgId": "xmsqa1", "orgId": "other", "Env": "prod"}, bucket.Ours},
		"another organization's tag":                {map[string]string{"OrgId": "xmsqa2"}, bucket.Taken},
		"another, of which this is the start":       {map[string]string{"OrgId": "xmsqa11"}, bucket.Taken},
		"no tags":                                   {nil, bucket.Unproved},
		"other tags only":                           {map[string]string{"Env": "prod"}, bucket.Unproved},
		"the key in another case":                   {map[string]string{"orgid": "xmsqa1", "ORGID": "xmsqa1", "OrgID": "xmsqa1"}, bucket.Unproved},
		"an empty value":                            {map[string]string{"OrgId": ""}, bucket.Unproved},
		"this organization's id in upper case":      {map[string]string{"OrgId": "XMSQA1"}, bucket.Unproved},
		"this organization's id with a space":       {map[string]string{"OrgId": "xmsqa1 "}, bucket.Unproved},
		"a look-alike of this organization's id":    {map[string]string{"OrgId": "xmsq\u04301"}, bucket.Unproved},
		"a value that can't be an organization's":   {map[string]string{"OrgId": "to be done"}, bucket.Unproved},
		"the key with a space and the right value":  {map[string]string{"OrgId ": "xmsqa1"}, bucket.Unproved},
		"this organization's id in the wrong key":   {map[string]string{"Organization": "xmsqa1"}, bucket.Unproved},
		"a value with line breaks, in its own line": {map[string]string{"OrgId": "a\nb"}, bucket.Unproved},
	} {
		t.Run(name, func(t *testing.T) {
			candidate := bucket.Candidate{Name: "b", AccountRegional: true}
			s := bucket.Tagged(candidate, "xmsqa1", c.tags)
			if s.State != c.want || s.Candidate != candidate || s.Redirected {
				t.Errorf("got %+v, want %s", s, c.want)
			}
			if s.Seen == "" || strings.ContainsAny(s.Seen, "\n") || len(s.Seen) > 400 {
				t.Errorf("it is said to have been seen that %q", s.Seen)
			}
		})
	}
}

var states = []bucket.State{bucket.Unreadable, bucket.Absent, bucket.Ours, bucket.Taken, bucket.Unproved, bucket.Elsewhere}

// combinations calls f with every way in which the candidates may be seen: two where one
// name, the first or the second, is of the account-regional namespace, and four where
// none (-1) is.
func combinations(regional int, f func([]bucket.Sighting)) {
	count := map[bool]int{true: 2, false: 4}[regional >= 0]
	var extend func([]bucket.Sighting)
	extend = func(seen []bucket.Sighting) {
		if len(seen) == count {
			f(slices.Clone(seen))
			return
		}
		for _, s := range states {
			c := bucket.Candidate{Name: fmt.Sprintf("n%d", len(seen)+1), AccountRegional: regional == len(seen)}
			extend(append(seen, bucket.Sighting{Candidate: c, State: s, Seen: "seen"}))
		}
	}
	extend(nil)
}

// names lists the candidates in one of the states.
func names(seen []bucket.Sighting, is func(bucket.Sighting) bool) (list []bucket.Candidate) {
	for _, s := range seen {
		if is(s) {
			list = append(list, s.Candidate)
		}
	}
	return list
}

// TestDecideFollowsTheTableForEveryCombination says the architecture's table a second
// time: a name of our own that can't be read, homes, doubt, what can be created, none.
func TestDecideFollowsTheTableForEveryCombination(t *testing.T) {
	for _, regional := range []int{0, 1, -1} {
		combinations(regional, func(seen []bucket.Sighting) {
			d, err := bucket.Decide(seen)
			homes := names(seen, func(s bucket.Sighting) bool { return s.State == bucket.Ours })
			doubts := names(seen, func(s bucket.Sighting) bool {
				return s.State == bucket.Unproved || s.State == bucket.Elsewhere || s.State == bucket.Unreadable && s.AccountRegional
			})
			create := append(
				names(seen, func(s bucket.Sighting) bool { return s.State == bucket.Unreadable && !s.AccountRegional }),
				names(seen, func(s bucket.Sighting) bool { return s.State == bucket.Absent })...)
			hidden := slices.ContainsFunc(seen, func(s bucket.Sighting) bool { return s.State == bucket.Unreadable && s.AccountRegional })
			var problem string
			switch {
			case len(homes) > 0 && !hidden:
				if err != nil || !slices.Equal(d.Homes, homes) || (d.Doubt == nil) != (len(doubts) == 0) {
					problem = "want the homes, and the doubt beside them"
				}
			case len(doubts) > 0:
				if !fault.Is(err, fault.OwnershipUnproved) && !fault.Is(err, fault.BucketInAnotherRegion) || len(d.Homes) > 0 {
					problem = "want a person to be asked"
				}
			case len(create) > 0:
				if err != nil || len(d.Homes) > 0 || !slices.Equal(bucket.Creatable(seen), create) {
					problem = fmt.Sprintf("want %v created", create)
				}
			default:
				if !fault.Is(err, fault.NoBucketNameAvailable) {
					problem = "want no name to be available"
				}
			}
			if problem != "" {
				t.Errorf("%v: got %+v, %v: %s", seen, d, err, problem)
			}
		})
	}
}

func TestDecideNamesTheBucketInDoubt(t *testing.T) {
	for name, c := range map[string]struct {
		states []bucket.State
		code   fault.Code
		names  string
	}{
		"an untagged conventional one":         {[]bucket.State{bucket.Unproved, bucket.Absent}, fault.OwnershipUnproved, "n1"},
		"a conventional one elsewhere":         {[]bucket.State{bucket.Elsewhere, bucket.Absent}, fault.BucketInAnotherRegion, "n1"},
		"an unreadable one of our own space":   {[]bucket.State{bucket.Taken, bucket.Unreadable}, fault.OwnershipUnproved, "n2"},
		"the first of two":                     {[]bucket.State{bucket.Elsewhere, bucket.Unproved}, fault.BucketInAnotherRegion, "n1"},
		"one behind a name that's free":        {[]bucket.State{bucket.Absent, bucket.Unproved}, fault.OwnershipUnproved, "n2"},
		"one behind a name that can't be read": {[]bucket.State{bucket.Unreadable, bucket.Elsewhere}, fault.BucketInAnotherRegion, "n2"},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []bucket.Sighting
			for i, s := range c.states {
				seen = append(seen, bucket.Sighting{Candidate: bucket.Candidate{Name: fmt.Sprintf("n%d", i+1), AccountRegional: i == 1}, State: s, Seen: "why"})
			}
			_, err := bucket.Decide(seen)
			if !fault.Is(err, c.code) || !strings.Contains(err.Error(), c.names) || !strings.Contains(err.Error(), "why") {
				t.Errorf("got %v, want %s about %s", err, c.code, c.names)
			}
		})
	}
}

func TestABucketOnHoldStopsEverything(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		held bool
	}{
		"ours":                   {map[string]string{bucket.TagKey: "xmsqa1", bucket.HoldTagKey: "incident 7"}, true},
		"ours, without a reason": {map[string]string{bucket.TagKey: "xmsqa1", bucket.HoldTagKey: ""}, true},
		"nobody's":               {map[string]string{bucket.HoldTagKey: "incident 7"}, true},
		"another's":              {map[string]string{bucket.TagKey: "xmsqa2", bucket.HoldTagKey: "incident 7"}, false},
		"not on hold":            {map[string]string{bucket.TagKey: "xmsqa1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := bucket.Held([]bucket.Sighting{bucket.Tagged(bucket.Candidate{Name: "n1"}, "xmsqa1", c.tags)})
			if fault.Is(err, fault.OnHold) != c.held || c.held && !strings.Contains(err.Error(), c.tags[bucket.HoldTagKey]) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAClaimOfABucketThatIsNotProvedIsDoubt(t *testing.T) {
	for state, code := range map[bucket.State]fault.Code{
		bucket.Absent: fault.OwnershipUnproved, bucket.Taken: fault.OwnershipUnproved, bucket.Unproved: fault.OwnershipUnproved,
		bucket.Unreadable: fault.OwnershipUnproved, bucket.Elsewhere: fault.BucketInAnotherRegion,
	} {
		err := bucket.Sighting{Candidate: bucket.Candidate{Name: "n1"}, State: state, Seen: "why"}.ClaimDoubt()
		if !fault.Is(err, code) || !strings.Contains(err.Error(), "n1") || !strings.Contains(err.Error(), "why") {
			t.Errorf("%s: got %v", state, err)
		}
	}
}
