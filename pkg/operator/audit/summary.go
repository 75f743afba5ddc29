package audit

import "github.com/fusionpos/orgbucket/pkg/fault"

// Summary is what an audit came to. Its size doesn't depend on the number of
// buckets. No name of its JSON is one of a Row's, so that both can be in one file.
type Summary struct {
	// Complete: the list was read to its end, and every row was given out.
	Complete bool `json:"complete"`
	// Stopped: the audit was told to end before.
	Stopped bool `json:"stopped"`
	// Listed counts the buckets that were listed, or the organizations that were
	// asked for, as far as the audit came; Done those of them that were dealt with.
	Listed int `json:"listed"`
	Done   int `json:"done"`
	// Rows counts rows by their status.
	Rows map[Status]int `json:"rowsByStatus"`
	// Vanished counts buckets that were gone when they were looked at.
	Vanished int `json:"vanished"`
	// Errors and Warnings count findings that aren't ignored.
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	// Findings counts those by code, Ignored the others.
	Findings map[Code]int `json:"findingsByCode"`
	Ignored  map[Code]int `json:"ignoredByCode"`
	// Unread counts what couldn't be read, by why; Permissions by the permission
	// that was lacking.
	Unread      map[fault.Code]int `json:"unreadByCode"`
	Permissions map[string]int     `json:"lackingPermissions"`
}

func newSummary() Summary {
	return Summary{
		Rows: map[Status]int{}, Findings: map[Code]int{}, Ignored: map[Code]int{},
		Unread: map[fault.Code]int{}, Permissions: map[string]int{},
	}
}

// count takes in a row.
func (s *Summary) count(r Row) {
	s.Rows[r.Status]++
	for _, f := range r.Findings {
		s.Findings[f.Code]++
		if f.Severity == Error {
			s.Errors++
		} else {
			s.Warnings++
		}
	}
	for _, code := range r.Ignored {
		s.Ignored[code]++
	}
	for _, u := range r.Unread {
		s.Unread[u.Code]++
		if u.Permission != "" {
			s.Permissions[u.Permission]++
		}
	}
}

// progress is what has been done so far.
func (s *Summary) progress(listed int) Progress {
	return Progress{Listed: listed, Done: s.Done, Findings: s.Errors + s.Warnings, NotExamined: s.Rows[NotExamined]}
}
