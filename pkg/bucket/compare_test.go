package bucket_test

import (
	"fmt"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// TestCompareSortsEveryStatement: each statement is one of ours, right or damaged,
// or foreign.
func TestCompareSortsEveryStatement(t *testing.T) {
	for name, c := range map[string]struct {
		stored string
		own    [3]string // equal, damaged and conflicting numbers of each of ours
		others string
	}{
		"no policy":                {noPolicy, [3]string{"[] [] []", "[] [] []", "[] [] []"}, "[]"},
		"ours":                     {ours, [3]string{"[0] [] []", "[1] [] []", "[2] [] []"}, "[]"},
		"made by hand, twice":      {policyText(handRead, ourRead, handList), [3]string{"[0 1] [] []", "[] [] []", "[2] [] []"}, "[]"},
		"right beside damaged":     {policyText(foreignDeny, wideRead, handRead, deadObjects), [3]string{"[2] [1] []", "[] [3] []", "[] [] []"}, "[0 deny]"},
		"a former user's":          {policyText(foreignDeny, formerly(handList), handRead, formerly(handObjects)), [3]string{"[2] [] []", "[] [3] []", "[] [1] []"}, "[0 deny]"},
		"a former user's, damaged": {policyText(handRead, deadObjects, formerly(handList)), [3]string{"[0] [] []", "[] [1] []", "[] [2] []"}, "[]"},
		"a conflict":               {policyText(conflictingActions, handList), [3]string{"[] [] []", "[] [] []", "[1] [] [0]"}, "[0]"},
		"others'":                  {policyText(foreignAllow, foreignPublic, foreignDead, foreignUnknown), [3]string{"[] [] []", "[] [] []", "[] [] []"}, "[0 1 opens 2 dead 3 opens]"},
	} {
		t.Run(name, func(t *testing.T) {
			compared := xmsqa1(t).Compare(observed(t, "AIPR", c.stored, true))
			for i, own := range compared.Own {
				if got := fmt.Sprint(own.Equal, own.Damaged, own.Conflicting); got != c.own[i] {
					t.Errorf("%s: got %s, want %s", own.Want.Sid, got, c.own[i])
				}
			}
			if got := foreign(compared); got != c.others {
				t.Errorf("foreign: got %s, want %s", got, c.others)
			}
			if got := flags(compared.Closing()); got != "..PR" {
				t.Errorf("closing: %s", got)
			}
		})
	}
}

// foreign writes the foreign statements in short.
func foreign(c bucket.Comparison) string {
	var all []any
	for _, f := range c.Foreign {
		all = append(all, f.Number)
		if f.OpensMore {
			all = append(all, "opens")
		}
		if f.MayDeny {
			all = append(all, "deny")
		}
		if f.UniqueID != "" {
			all = append(all, "dead")
		}
	}
	return fmt.Sprint(all)
}
