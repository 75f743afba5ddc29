package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// difference is one deviation of a bucket from its desired state.
type difference struct {
	facet bucket.Facet
	text  string
	// dead: one of our statements names a deleted user.
	dead bool
}

// differences describes what a message would change.
func differences(c bucket.Comparison) (all []difference) {
	if on := c.Closing().Flags(); len(on) > 0 {
		all = append(all, difference{facet: bucket.FacetAccessBlock, text: "the public access block is on (" + strings.Join(on, ", ") + ")"})
	}
	if !c.Observed.Folder {
		all = append(all, difference{facet: bucket.FacetFolder, text: bucket.FolderKey + " is missing"})
	}
	for _, own := range c.Own {
		all = append(all, statementDifferences(own, c.Observed.Policy)...)
	}
	return all
}

// statementDifferences describes those of one of our statements.
func statementDifferences(own bucket.OwnStatement, stored policy.Document) (all []difference) {
	add := func(dead bool, format string, args ...any) {
		all = append(all, difference{bucket.FacetPolicy, fmt.Sprintf(format, args...), dead})
	}
	for _, i := range own.Damaged {
		s := stored.Statements[i]
		switch dead := s.UniqueID(); {
		case strings.HasPrefix(dead, "AIDA"): // a user
			add(true, "the policy's statement %d (%s) names %s, a user of before", i+1, s.Sid, dead)
		case !s.EqualPrincipal(own.Want):
			add(false, "the policy's statement %d (%s) has another principal: %s", i+1, s.Sid, principals(s))
		default:
			add(false, "the policy's statement %d (%s) has another resource: %+.200q", i+1, s.Sid, s.Resource)
		}
	}
	if len(own.Equal)+len(own.Damaged) == 0 {
		add(false, "the policy lacks the statement %s", own.Want.Sid)
	}
	return all
}

// principals returns a statement's Principal for messages.
func principals(s policy.Statement) string {
	text := fmt.Sprintf("%+q", s.Principal)
	const most = 200
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.TrimPrefix(text, "map")
}

// foreign reports what others' statements in the home's policy open or deny, and
// the examination's other warnings.
func foreign(row *Row, e provision.Examination, c bucket.Comparison) {
	warnings := e.Warnings
	blocked := fault.Code("")
	if e.Blocked != nil {
		blocked = e.Blocked.Code
		if e.Blocked.Step == fault.StepPolicy {
			warnings = slices.Concat(warnings, c.Warnings()) // a plan that failed has none
		}
	}
	for _, w := range warnings {
		switch {
		case w.Code == fault.MultipleHomes, w.Code == blocked && blocked != "": // reported already
		case w.Code == fault.AccountBlockUnknown && e.AccountUnread != nil && fault.Of(e.AccountUnread).Kind() == fault.Transient:
			row.fail(e.AccountUnread) // known to the next run
		case known(w.Code) == Unforeseen:
			row.find(Unforeseen, "%s", w)
		default:
			row.find(known(w.Code), "%s", w.Text)
		}
	}
}
