package watch

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// state is what is remembered between invocations.
type state struct {
	// Version is that of this form.
	Version int `json:"version"`
	// Started is when the run under way, or else the last one, began.
	Started time.Time `json:"started"`
	// Told is when what stays was last told.
	Told time.Time `json:"told"`
	// Held is until when an invocation works on the run; zero if none does.
	Held time.Time `json:"held,omitzero"`
	// Position is how far the run has come; nil if none is under way.
	Position *audit.Position `json:"position,omitempty"`
	// Found are the findings of the run under way, or else of the last one, and Before
	// those of the last one while another is under way. Only what tells them apart is
	// kept, nothing that a policy or a tag says.
	Found  []print `json:"found,omitempty"`
	Before []print `json:"before,omitempty"`
	// Unkept counts findings that aren't among Found, so that they are new to the next run,
	// too: the topic refused their events, or there are too many.
	Unkept int `json:"unkept,omitempty"`
}

const version = 1

// mostFound bounds what is kept of a run: four findings for each of 100,000 buckets.
const mostFound = 400_000

// print stands for a finding: 72 bits of a hash.
type print string

// printOf returns a finding's print. Its text is part of it: another statement that is
// public, in a bucket that had one, is new.
func printOf(r audit.Row, f audit.Finding) print {
	sum := sha256.Sum256([]byte(r.Bucket + "\x00" + string(r.OrgID) + "\x00" + string(f.Code) + "\x00" + f.Text))
	return print(base64.RawURLEncoding.EncodeToString(sum[:9]))
}

// run is a run that is under way.
type run struct {
	kept  Kept
	state state
}

// keep adds a finding to those of the run.
func (r *run) keep(p print) {
	if len(r.state.Found) < mostFound {
		r.state.Found = append(r.state.Found, p)
	} else {
		r.state.Unkept++
	}
}

// known reports whether the last run had a finding.
func (r *run) known(p print) bool {
	_, known := slices.BinarySearch(r.state.Before, p)
	return known
}

// begin goes on with the run that is remembered as under way, unless another invocation
// works on it, or begins one if the last one began long enough ago; otherwise it returns nil. The error says that what was
// remembered can't be read, and comes with a new run.
func begin(kept Kept, now time.Time, every time.Duration) (*run, error) {
	r := &run{kept: Kept{Tag: kept.Tag, Version: kept.Version}} // the text may be long
	var unread error
	if len(kept.Text) > 0 {
		if unread = json.Unmarshal(kept.Text, &r.state); unread == nil && r.state.Version != version {
			unread = fmt.Errorf("its version is %d, not %d", r.state.Version, version)
		}
		if unread != nil {
			r.state = state{}
		}
	}
	if held := r.state.Held.Sub(now); held > 0 && held < Tick { // a longer one is a clock's error
		return nil, unread
	}
	if r.state.Position == nil {
		if !due(r.state.Started, now, every) {
			return nil, unread
		}
		r.state.Before, r.state.Found, r.state.Unkept = r.state.Found, nil, 0
		r.state.Version, r.state.Started, r.state.Position = version, now, &audit.Position{}
	}
	slices.Sort(r.state.Before)
	return r, unread
}

// due reports whether what was done last is to be done again, half a tick early: ticks
// aren't exact, and the next one would be a whole one late. A time to come is a clock's error.
func due(last, now time.Time, every time.Duration) bool {
	since := now.Sub(last)
	return since < 0 || since >= every-Tick/2
}

// end notes that the run is complete. It returns how many of its findings are new, and
// how many the alarm is to tell: the new ones, or once a day all. Days are counted from
// beginning to beginning: runs don't all take as long.
func (r *run) end() (fresh, tell int) {
	fresh = r.state.Unkept
	for _, p := range r.state.Found {
		if !r.known(p) {
			fresh++
		}
	}
	all := len(r.state.Found) + r.state.Unkept
	tell = fresh
	if due(r.state.Told, r.state.Started, reminder) {
		tell = all
	}
	if tell == all {
		r.state.Told = r.state.Started
	}
	r.state.Position, r.state.Before = nil, nil
	return fresh, tell
}
