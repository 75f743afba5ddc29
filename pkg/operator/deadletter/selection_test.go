package deadletter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestASelectionTakesWhatMeetsEachKindOfCondition(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	letter := func(id string, o org.ID, v diagnosis.Verdict, c fault.Code, age time.Duration) deadletter.Letter {
		body := `{"type":"OrganizationCreated","orgId":"` + string(o) + `"}`
		return deadletter.Letter{Message: queue.Message{ID: id, SentAt: at.Add(-age), Content: queue.Content{Body: body}}, Diagnosis: diagnosis.Diagnosis{OrgID: o, Verdict: v, Code: c}}
	}
	letters := map[string]deadletter.Letter{
		"works":   letter("aaaaaaaa-1", "a", diagnosis.WouldWork, "", time.Hour),
		"healthy": letter("aaaaaaab-2", "b", diagnosis.Healthy, "", 2*time.Hour),
		"blocked": letter("bbbbbbbb-3", "a", diagnosis.Blocked, fault.ClientUserNotFound, 3*time.Hour),
		"never":   letter("cccccccc-4", "", diagnosis.Never, fault.MalformedMessage, 4*time.Hour),
		"unknown": letter("dddddddd-5", "c", diagnosis.Unknown, fault.AccessDenied, 5*time.Hour),
		"undated": letter("eeeeeeee-6", "d", diagnosis.Blocked, fault.PolicyConflict, at.Sub(time.Time{})),
	}
	undated := letters["undated"]
	undated.SentAt = time.Time{}
	letters["undated"] = undated
	for name, c := range map[string]struct {
		s     deadletter.Selection
		takes string // names, in alphabetical order
	}{
		"all":                            {deadletter.Selection{All: true}, "blocked healthy never undated unknown works"},
		"no condition, to list":          {deadletter.Selection{}, "blocked healthy never undated unknown works"},
		"one organization":               {deadletter.Selection{Orgs: []org.ID{"a"}}, "blocked works"},
		"either organization":            {deadletter.Selection{Orgs: []org.ID{"a", "c"}}, "blocked unknown works"},
		"no organization is none":        {deadletter.Selection{Orgs: []org.ID{""}}, ""},
		"a code":                         {deadletter.Selection{Codes: []fault.Code{fault.ClientUserNotFound}}, "blocked"},
		"either code":                    {deadletter.Selection{Codes: []fault.Code{fault.ClientUserNotFound, fault.AccessDenied}}, "blocked"},
		"the code of a look that failed": {deadletter.Selection{Codes: []fault.Code{fault.AccessDenied}}, ""},
		"what would work":                {deadletter.Selection{Verdicts: deadletter.WorthReplaying}, "healthy works"},
		"older than":                     {deadletter.Selection{OlderThan: 3 * time.Hour}, "blocked never unknown"},
		"an id":                          {deadletter.Selection{IDs: []string{"bbbbbbbb-3"}}, "blocked"},
		"the beginning of an id":         {deadletter.Selection{IDs: []string{"aaaaaaaa"}}, "works"},
		"either id":                      {deadletter.Selection{IDs: []string{"aaaaaaaa", "dddddd"}}, "unknown works"},
		"organization and code":          {deadletter.Selection{Orgs: []org.ID{"a", "b"}, Codes: []fault.Code{fault.ClientUserNotFound}}, "blocked"},
		"organization and would work":    {deadletter.Selection{Orgs: []org.ID{"a"}, Verdicts: deadletter.WorthReplaying}, "works"},
		"age and would work":             {deadletter.Selection{OlderThan: 90 * time.Minute, Verdicts: deadletter.WorthReplaying}, "healthy"},
		"what excludes itself":           {deadletter.Selection{Codes: []fault.Code{fault.AccessDenied}, Verdicts: deadletter.WorthReplaying}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var takes []string
			for _, l := range []string{"blocked", "healthy", "never", "undated", "unknown", "works"} {
				if c.s.Takes(letters[l], at) {
					takes = append(takes, l)
				}
			}
			if got := strings.Join(takes, " "); got != c.takes {
				t.Errorf("takes %q, want %q", got, c.takes)
			}
		})
	}
}

func TestASelectionThatMakesNoSenseSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		s    deadletter.Selection
		says string
	}{
		"nothing":             {deadletter.Selection{}, "which messages"},
		"all and a condition": {deadletter.Selection{All: true, Verdicts: deadletter.WorthReplaying}, "exclude each other"},
		"all and an id":       {deadletter.Selection{All: true, IDs: []string{"aaaaaa"}}, "exclude each other"},
		"a short id":          {deadletter.Selection{IDs: []string{"aaaaa"}}, "first 6 characters"},
	} {
		if err := c.s.Check(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (deadletter.Selection{}).Check(); !errors.Is(err, deadletter.ErrNoCondition) {
		t.Errorf("got %v", err)
	}
	for _, s := range []deadletter.Selection{{All: true}, {Verdicts: deadletter.WorthReplaying}, {Orgs: []org.ID{"a"}}, {Codes: fault.Codes()}, {IDs: []string{"aaaaaa"}}, {OlderThan: 1}} {
		if err := s.Check(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

func TestIDsThatChooseNothingOrTooMuchAreTold(t *testing.T) {
	chosen := deadletter.NewChosen()
	for _, id := range []string{"aaaaaaaa-1", "aaaaaaaa-2", "aaaaaaaa-22", "bbbbbbbb-3"} {
		chosen.Add(deadletter.Letter{Message: queue.Message{ID: id}})
	}
	if unmatched, err := chosen.Check([]string{"bbbbbb", "cccccc", "aaaaaaaa-1", "aaaaaaaa-2"}); err != nil || strings.Join(unmatched, " ") != "cccccc" {
		t.Errorf("got %v, %v", unmatched, err)
	}
	if _, err := chosen.Check([]string{"bbbbbb", "aaaaaa"}); err == nil || !strings.Contains(err.Error(), "3 messages") || !strings.Contains(err.Error(), `"aaaaaaaa-1" and "aaaaaaaa-2"`) {
		t.Errorf("got %v", err)
	}
}
