package deadletters

import (
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
)

// letterLine is a dead letter in JSON. The diagnosis's fields are among its own.
type letterLine struct {
	Type         string    `json:"type"`
	ID           string    `json:"id"`
	SentAt       time.Time `json:"sentAt"`
	AgeSeconds   int64     `json:"ageSeconds"`
	ReceiveCount int       `json:"receiveCount"`
	Bytes        int       `json:"bytes"`
	diagnosis.Diagnosis
	// LastFailure is how it failed in the end, if the function's log has it.
	LastFailure *functionlog.Record `json:"lastFailure,omitempty"`
	// Replay tells of its replays, if it was replayed.
	Replay *deadletter.Stamp `json:"replay,omitempty"`
}

func newLetterLine(l deadletter.Letter, last functionlog.Record, at time.Time) letterLine {
	line := letterLine{"deadLetter", l.ID, l.SentAt, int64(at.Sub(l.SentAt) / time.Second), l.ReceiveCount, l.Size(), l.Diagnosis, nil, nil}
	if last.Failed() {
		line.LastFailure = &last
	}
	if s := deadletter.StampOf(l.Content); s.Count > 0 {
		line.Replay = &s
	}
	return line
}

// summaryLine is the last line of a list in JSON. A list without it is incomplete.
type summaryLine struct {
	Type     string `json:"type"`
	Shown    int    `json:"shown"`
	Seen     int    `json:"seen"`
	InFlight int    `json:"inFlight"`
	Unseen   int    `json:"unseen"`
	// Undiagnosed may match the conditions, too: their diagnosis failed.
	Undiagnosed int                       `json:"undiagnosed"`
	Verdicts    map[diagnosis.Verdict]int `json:"verdicts"`
	Codes       map[fault.Code]int        `json:"codes"`
	// Unchecked counts messages by the question that couldn't be asked of them.
	Unchecked map[string]int `json:"unchecked,omitempty"`
	Groups    []groupLine    `json:"groups"`
}

// groupLine is the messages of one verdict and code.
type groupLine struct {
	Verdict diagnosis.Verdict  `json:"verdict"`
	Code    fault.Code         `json:"code,omitempty"`
	Count   int                `json:"count"`
	Oldest  *time.Time         `json:"oldest,omitempty"`
	Hint    string             `json:"hint,omitempty"`
	Next    string             `json:"next"` // the command line that comes next
	Failed  map[fault.Code]int `json:"lastFailures,omitempty"`
}

func newSummaryLine(t *tally, l deadletter.Looked, command func(string) string) summaryLine {
	s := summaryLine{"deadLetterSummary", t.all, l.Seen, l.InFlight, l.Unseen, t.undiagnosed, map[diagnosis.Verdict]int{}, map[fault.Code]int{}, t.unchecked, []groupLine{}}
	for _, g := range t.sorted() {
		s.Verdicts[g.verdict] += g.n
		if g.code != "" {
			s.Codes[g.code] += g.n
		}
		line := groupLine{Verdict: g.verdict, Code: g.code, Count: g.n, Hint: g.hint, Next: command(g.next())}
		if !g.oldest.IsZero() {
			line.Oldest = &g.oldest
		}
		for f, n := range g.failures {
			if f.code != "" {
				if line.Failed == nil {
					line.Failed = map[fault.Code]int{}
				}
				line.Failed[f.code] += n
			}
		}
		s.Groups = append(s.Groups, line)
	}
	return s
}
