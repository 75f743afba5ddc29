package adoption

import (
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Line is a policy's statement in short, for a person to read. What exactly it
// means to the bucket's publicness is for the outlook to say.
type Line struct {
	Sid    string `json:"sid,omitempty"`
	Effect string `json:"effect,omitempty"`
	Who    string `json:"who"`
	What   string `json:"what"`
	Where  string `json:"where"`
	// Conditions is how many conditions it has.
	Conditions int `json:"conditions,omitempty"`
	// Public: it allows something to everyone, or that can't be excluded.
	Public bool `json:"public"`
}

const (
	everyone      = "everyone"
	notUnderstood = "(not understood)"
)

func lines(d policy.Document) []Line {
	var all []Line
	for _, s := range d.Statements {
		who, open := principals(s)
		all = append(all, Line{
			Sid: s.Sid, Effect: s.Effect, Who: who,
			What: either(s.Action, s.NotAction), Where: either(s.Resource, s.NotResource),
			Conditions: len(s.Condition), Public: open && s.Effect != "Deny",
		})
	}
	return all
}

// principals says who is meant, and whether that may be anybody.
func principals(s policy.Statement) (who string, open bool) {
	switch {
	case s.NotPrincipal != nil:
		return everyone + " but " + strings.Join(named(s.NotPrincipal), ", "), true
	case s.Principal == nil:
		return notUnderstood, true
	}
	all := named(s.Principal)
	federated := len(s.Principal["Federated"]) > 0
	return strings.Join(all, ", "), federated || slices.Contains(all, everyone)
}

func named(p policy.Principals) []string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(p)) {
		for _, name := range p[kind] {
			switch {
			case name == "*":
				name = everyone
			case kind != "AWS":
				name = kind + " " + name
			}
			all = append(all, name)
		}
	}
	return all
}

// either is the set, or everything but the other one.
func either(set, but []string) string {
	switch {
	case set != nil:
		return strings.Join(set, ", ")
	case but != nil:
		return "all but " + strings.Join(but, ", ")
	}
	return notUnderstood
}
