package deadletters

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
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
}

func newLetterLine(l deadletter.Letter, at time.Time) letterLine {
	return letterLine{"deadLetter", l.ID, l.SentAt, int64(at.Sub(l.SentAt) / time.Second), l.ReceiveCount, l.Size(), l.Diagnosis}
}

// Columns have fixed widths, so that each row can be written as soon as it is known.
const (
	letterRow    = "%-8s  %-20s  %5s  %-10s  %-23s  %s\n"
	mostOfReason = 160
)

func writeLetterHead(w io.Writer) {
	fmt.Fprintf(w, letterRow, "ID", "ORGANIZATION", "AGE", "VERDICT", "CODE", "REASON")
}

func writeLetter(w io.Writer, l deadletter.Letter, at time.Time) {
	d := l.Diagnosis
	who := string(d.OrgID)
	if who == "" {
		who = "-"
	}
	code := string(d.Code)
	if code == "" {
		code = "-"
	}
	fmt.Fprintf(w, letterRow, short(l.ID), safetext.Line(who, 0), ageOf(l, at), d.Verdict, safetext.Line(code, 0), safetext.Line(d.Reason, mostOfReason))
}

// ageOf returns the time since a message's first sending in one unit.
func ageOf(l deadletter.Letter, at time.Time) string {
	if l.SentAt.IsZero() {
		return "-"
	}
	switch d := at.Sub(l.SentAt); {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	default:
		return fmt.Sprintf("%ds", max(d, 0)/time.Second)
	}
}

// tally counts dead letters by verdict and code.
type tally struct {
	all int
	// undiagnosed counts the messages that weren't selected because their diagnosis
	// failed; why is the reason of one of them.
	undiagnosed int
	why         string
	found       map[diagnosis.Verdict]map[fault.Code]int
	unchecked   map[string]int    // messages by the question that couldn't be asked of them
	unasked     map[string]string // why, of one of them
}

func newTally() *tally {
	return &tally{found: map[diagnosis.Verdict]map[fault.Code]int{}, unchecked: map[string]int{}, unasked: map[string]string{}}
}

// skip notes a message that isn't selected.
func (t *tally) skip(d diagnosis.Diagnosis) {
	if d.Verdict == diagnosis.Unknown {
		t.undiagnosed++
		t.why = d.Reason
	}
}

func (t *tally) add(d diagnosis.Diagnosis) {
	t.all++
	if t.found[d.Verdict] == nil {
		t.found[d.Verdict] = map[fault.Code]int{}
	}
	t.found[d.Verdict][d.Code]++
	for _, u := range d.Unchecked {
		t.unchecked[u.Question]++
		t.unasked[u.Question] = u.Why
	}
}

var verdicts = []diagnosis.Verdict{diagnosis.WouldWork, diagnosis.Healthy, diagnosis.Blocked, diagnosis.Never, diagnosis.Unknown}

// String returns a text like "3 would-work, 2 blocked (2 ClientUserNotFound)".
func (t *tally) String() string {
	var parts []string
	for _, v := range verdicts {
		sum, codes := 0, []string{}
		for _, code := range slices.Sorted(maps.Keys(t.found[v])) {
			sum += t.found[v][code]
			if code != "" {
				codes = append(codes, fmt.Sprintf("%d %s", t.found[v][code], code))
			}
		}
		switch {
		case sum == 0:
		case len(codes) == 0:
			parts = append(parts, fmt.Sprintf("%d %s", sum, v))
		default:
			parts = append(parts, fmt.Sprintf("%d %s (%s)", sum, v, strings.Join(codes, ", ")))
		}
	}
	return strings.Join(parts, ", ")
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
}

func newSummaryLine(t *tally, l deadletter.Looked) summaryLine {
	s := summaryLine{"deadLetterSummary", t.all, l.Seen, l.InFlight, l.Unseen, t.undiagnosed, map[diagnosis.Verdict]int{}, map[fault.Code]int{}, t.unchecked}
	for v, codes := range t.found {
		for code, n := range codes {
			s.Verdicts[v] += n
			if code != "" {
				s.Codes[code] += n
			}
		}
	}
	return s
}
