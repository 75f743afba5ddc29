package audit

import "github.com/fusionpos/orgbucket/pkg/fault"

// Summary is the result of an audit. Its size doesn't depend on the number of
// buckets. Its JSON has no key of a Row's, so that both can be in one file.
type Summary struct {
	// Complete: the list was read to its end and every row was emitted.
	Complete bool `json:"complete"`
	// Stopped: the context ended before.
	Stopped bool `json:"stopped"`
	// Listed counts the buckets that were listed, and claims without one, Done those whose rows were emitted.
	Listed int `json:"listed"`
	Done   int `json:"done"`
	// Rows counts rows by their status.
	Rows map[Status]int `json:"rowsByStatus"`
	// Vanished counts buckets that were gone when they were looked at.
	Vanished int `json:"vanished"`
	// Errors, Warnings and Notices count findings that aren't ignored.
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Notices  int `json:"notices"`
	// Findings counts those by code, Ignored the others.
	Findings map[Code]int `json:"findingsByCode"`
	Ignored  map[Code]int `json:"ignoredByCode"`
	// Unread counts what couldn't be read by its code, Permissions by the missing
	// permission.
	Unread      map[fault.Code]int `json:"unreadByCode"`
	Permissions map[string]int     `json:"lackingPermissions"`
}

func newSummary() Summary {
	return Summary{
		Rows: map[Status]int{}, Findings: map[Code]int{}, Ignored: map[Code]int{},
		Unread: map[fault.Code]int{}, Permissions: map[string]int{},
	}
}

// count adds a row.
func (s *Summary) count(r Row) {
	s.Rows[r.Status]++
	for _, f := range r.Findings {
		s.Findings[f.Code]++
		switch f.Severity {
		case Error:
			s.Errors++
		case Warning:
			s.Warnings++
		default:
			s.Notices++
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

// progress returns what has been done so far.
func (s *Summary) progress(listed int) Progress {
	return Progress{Listed: listed, Done: s.Done, Findings: s.Errors + s.Warnings, NotExamined: s.Rows[NotExamined]}
}
