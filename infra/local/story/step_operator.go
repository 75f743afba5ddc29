package story

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
)

// operatorIsPaged: the operators' tool shows why the messages of earlier steps would
// fail again, sees when the cause is gone, replays them, and finds every bucket healthy.
func operatorIsPaged(s *scene) {
	is(s, "`dead-letters list` succeeds", s.orgbucket("dead-letters", "list"), 0)
	before := s.letters()
	is(s, "it has every dead letter", len(before), len(s.dead))
	is(s, "what failed would fail now, for the same reasons", verdicts(before, "early", "unmarked", "sleeper"),
		[]string{"early blocked ClientUserNotFound", "unmarked blocked OwnershipUnproved", "sleeper blocked ForeignPublicStatement"})
	is(s, "`plan unmarked` says that it's blocked (exit status 3)", s.orgbucket("plan", "unmarked"), 3)

	owners := []s3server.Credentials{s.signUp("early"), s.signUp("unmarked")}
	s.did("signup made the IAM users rms_early and rms_unmarked")
	is(s, "`adopt unmarked` succeeds", s.orgbucket("adopt", "unmarked", "--yes"), 0)
	is(s, "the tag was added, the other kept", s.read("fusion-rms-unmarked").tags, map[string]string{"Cost": "42", "OrgId": "unmarked"})
	after := s.letters()
	is(s, "the same messages would work now", verdicts(after, "early", "unmarked"), []string{"early would-work ", "unmarked would-work "})

	began := time.Now()
	is(s, "`dead-letters replay --would-work` ends with provisioned outcomes", s.orgbucket("dead-letters", "replay", "--would-work", "--yes", "--follow"), 0)
	s.leave(after, func(l letter) bool { return l.Verdict == "would-work" || l.Verdict == "healthy" })
	s.replayed(began, owners)
	for _, id := range []string{"early", "unmarked"} {
		is(s, "`plan "+id+"` finds nothing to do", s.orgbucket("plan", id), 0)
	}
	s.archive("UnexpectedEventType", s.leave(after, func(l letter) bool { return l.Code == "UnexpectedEventType" }))
}

// replayed claims that the replayed messages finished what was missing, on the first receive.
func (s *scene) replayed(began time.Time, owners []s3server.Credentials) {
	early, unmarked := s.provisionedFor("early", began), s.provisionedFor("unmarked", began)
	is(s, "outcomes repaired, on the first receive", []any{early.Status, early.Source.ReceiveCount, unmarked.Status, unmarked.Source.ReceiveCount}, []any{"repaired", 1, "repaired", 1})
	is(s, "changed is what was missing for want of the user", changed(early.Outcome), []string{"policy"})
	is(s, "changed is what the adopted bucket was missing", changed(unmarked.Outcome), []string{"publicAccessBlock", "folder", "policy"})
	is(s, "the buckets that were there", []string{early.bucketName(), unmarked.bucketName()}, []string{"fusion-rms-early", "fusion-rms-unmarked"})
	s.allProvisioned([]ending{early, unmarked}, owners)
}

// archive moves the dead letters with a code, which can never work, into a file.
func (s *scene) archive(code string, want int) {
	dir, err := os.MkdirTemp("", "orgbucket-archive-")
	if s.gone(err) {
		return
	}
	defer func() { s.gone(os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "never.jsonl")
	is(s, "`dead-letters archive` succeeds", s.orgbucket("dead-letters", "archive", "--code", code, "--yes", "--file", file), 0)
	content, err := os.ReadFile(file)
	if s.gone(err) {
		return
	}
	is(s, fmt.Sprintf("the archive has the %d messages", want), len(lines(string(content))), want)
}

// letter is a line of `dead-letters list --output json`.
type letter struct{ Type, ID, OrgID, Verdict, Code string }

func (s *scene) letters() []letter {
	return slices.DeleteFunc(ask[letter](s, "dead-letters", "list"), func(l letter) bool { return l.Type != "deadLetter" })
}

// leave notes that the dead letters that match won't be there any more, and counts them.
func (s *scene) leave(letters []letter, matches func(letter) bool) (n int) {
	for _, l := range letters {
		if matches(l) {
			delete(s.dead, l.ID)
			n++
		}
	}
	return n
}

// verdicts returns each organization's verdict and code.
func verdicts(letters []letter, orgIDs ...string) (all []string) {
	for _, id := range orgIDs {
		var said []string
		for _, l := range letters {
			if l.OrgID == id {
				said = append(said, l.Verdict+" "+l.Code)
			}
		}
		all = append(all, id+" "+strings.Join(said, " and "))
	}
	return all
}
