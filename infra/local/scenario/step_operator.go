package scenario

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// operatorIsPaged: the operators' tool tells why messages failed, sees when the
// cause is gone, replays them, and shows that all is well.
func operatorIsPaged(s *stage) {
	s.signUp("stray")
	s.createByHand("fusion-rms-stray", map[string]string{"Cost": "42"})
	s.putByHand("fusion-rms-stray", "sync/till-1.db", private)
	s.did("there is no IAM user rms_tardy, and nobody marked the bucket fusion-rms-stray")
	endings := s.sendBatch([]string{message("tardy"), message("stray")})
	s.failed(endings[0], "ClientUserNotFound")
	s.failed(endings[1], "OwnershipUnproved")

	is(s, "`dead-letters list` succeeds", s.orgbucket("dead-letters", "list"), 0)
	before := s.letters()
	is(s, "it has every dead letter", len(before), len(s.dead))
	is(s, "what failed would fail now, for the same reasons", verdicts(before, "tardy", "stray"),
		[]string{"tardy blocked ClientUserNotFound", "stray blocked OwnershipUnproved"})
	is(s, "`plan stray` says that it's blocked (exit status 3)", s.orgbucket("plan", "stray"), 3)

	s.signUp("tardy")
	s.did("signup made the IAM user rms_tardy")
	is(s, "`adopt stray` succeeds", s.orgbucket("adopt", "stray", "--yes"), 0)
	is(s, "the tag was added, the other kept", s.read("fusion-rms-stray").tags, map[string]string{"Cost": "42", "OrgId": "stray"})
	after := s.letters()
	is(s, "the same messages would work now", verdicts(after, "tardy", "stray"), []string{"tardy would-work ", "stray would-work "})

	s.leave(after, func(l letter) bool { return l.Verdict == "would-work" || l.Verdict == "healthy" })
	is(s, "`dead-letters replay --would-work` ends with provisioned outcomes", s.orgbucket("dead-letters", "replay", "--would-work", "--yes", "--follow"), 0)
	is(s, "`plan` finds nothing to do", s.orgbucket("plan", "tardy", "stray"), 0)
	is(s, "`audit` finds both as they shall be", s.orgbucket("audit", "--org", "tardy", "--org", "stray"), 0)
	s.archive("UnexpectedEventType", s.leave(after, func(l letter) bool { return l.Code == "UnexpectedEventType" }))
}

// archive moves dead letters that can never work, so many, into a file.
func (s *stage) archive(code string, meant int) {
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
	is(s, fmt.Sprintf("the archive has the %d messages", meant), len(lines(string(content))), meant)
}

// letter is a line of `dead-letters list --output json`.
type letter struct{ Type, ID, OrgID, Verdict, Code string }

func (s *stage) letters() []letter {
	return slices.DeleteFunc(ask[letter](s, "dead-letters", "list"), func(l letter) bool { return l.Type != "deadLetter" })
}

// leave notes that dead letters which a condition holds for won't be there any
// more, and counts them.
func (s *stage) leave(letters []letter, meant func(letter) bool) (n int) {
	for _, l := range letters {
		if meant(l) {
			delete(s.dead, l.ID)
			n++
		}
	}
	return n
}

// verdicts gives each organization's verdict and code.
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
