package scenario

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// mark is a place in the S3 server's request log.
type mark int

func (s *stage) mark() mark { return mark(len(s.sys.S3.Calls())) }

// functionCalls are the function's requests since the mark.
func (s *stage) functionCalls(since mark) []s3server.Call {
	return slices.DeleteFunc(s.sys.S3.Calls()[since:], func(c s3server.Call) bool { return c.Who != system.FunctionUser })
}

// wroteNothing claims, by the server's own log, that the function tried no write
// at all since the mark.
func (s *stage) wroteNothing(since mark) {
	if s.err != nil {
		return
	}
	calls := s.functionCalls(since)
	writes := slices.DeleteFunc(slices.Clone(calls), func(c s3server.Call) bool { return !c.Write() })
	s.check(fmt.Sprintf("no write: the server's log has %d requests of the function, all of them reads", len(calls)), named(writes)...)
}

// leftAlone claims that the function tried no write on one bucket since the mark.
func (s *stage) leftAlone(name string, since mark) {
	if s.err != nil {
		return
	}
	writes := slices.DeleteFunc(s.functionCalls(since), func(c s3server.Call) bool { return !c.Write() || c.Bucket != name })
	s.check("no write on "+name+" in the server's log", named(writes)...)
}

// named shows writes that should not be.
func named(writes []s3server.Call) (wrong []Mismatch) {
	for _, c := range writes {
		wrong = append(wrong, Mismatch{Expected: "no write", Got: fmt.Sprintf("%s %s/%s, answered %d", c.Operation, c.Bucket, c.Key, c.Status)})
	}
	return wrong
}
