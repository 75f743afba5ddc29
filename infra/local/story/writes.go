package story

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// mark is a place in the S3 server's request log.
type mark int

func (s *scene) mark() mark { return mark(len(s.sys.S3.Calls())) }

// functionCalls are the function's requests since the mark.
func (s *scene) functionCalls(since mark) []s3server.Call {
	return slices.DeleteFunc(s.sys.S3.Calls()[since:], func(c s3server.Call) bool { return c.Who != system.FunctionUser })
}

// writes are the function's since the mark, in short.
func (s *scene) writes(since mark) (all []string) {
	for _, c := range s.functionCalls(since) {
		if c.Write() {
			all = append(all, fmt.Sprint(c.Operation, " ", cmp.Or(c.Key, c.Bucket), " ", c.Status))
		}
	}
	return all
}

// wroteNothing claims, by the server's own log, that the function tried no write
// at all since the mark.
func (s *scene) wroteNothing(since mark) {
	if s.err != nil {
		return
	}
	calls := s.functionCalls(since)
	s.check(fmt.Sprintf("no write: the server's log has %d requests of the function, all of them reads", len(calls)), writesIn(calls)...)
}

// leftAlone claims that the function tried no write on one bucket since the mark.
func (s *scene) leftAlone(name string, since mark) {
	if s.err != nil {
		return
	}
	calls := slices.DeleteFunc(s.functionCalls(since), func(c s3server.Call) bool { return c.Bucket != name })
	s.check("no write on "+name+" in the server's log", writesIn(calls)...)
}

// writesIn shows the writes among calls, none of which should be.
func writesIn(calls []s3server.Call) (wrong []access.Mismatch) {
	for _, c := range calls {
		if c.Write() {
			wrong = append(wrong, access.Mismatch{Expected: "no write", Got: fmt.Sprintf("%s %s/%s, answered %d", c.Operation, c.Bucket, c.Key, c.Status)})
		}
	}
	return wrong
}
