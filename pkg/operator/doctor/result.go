package doctor

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
)

func ok(format string, args ...any) Result {
	return Result{Status: OK, Seen: fmt.Sprintf(format, args...)}
}

func notice(advice, format string, args ...any) Result {
	return Result{Status: Notice, Seen: fmt.Sprintf(format, args...), Advice: advice}
}

func wrong(advice, format string, args ...any) Result {
	return Result{Status: Wrong, Seen: fmt.Sprintf(format, args...), Advice: advice}
}

// unknown is the result of a question that ended with err.
func unknown(err error) Result {
	if a, ok := errors.AsType[*absent](err); ok {
		return wrong(a.advice, "%s", a.seen)
	}
	r := Result{Status: Unknown, Seen: "can't tell: " + err.Error()}
	if e, ok := errors.AsType[*account.CantTell](err); ok {
		r.Permission = e.Permission
		if e.Permission == "" { // a missing permission needs no advice beside its name
			r.Advice = e.Advice
		}
	}
	return r
}

// absent is the error of a part that isn't there, which is an answer.
type absent struct{ seen, advice string }

func (e *absent) Error() string { return e.seen }

// missing is the error of a part of the stage that isn't known.
func missing(needs string) error { return &account.CantTell{Why: "needs " + needs} }

// putBack is the advice for what isn't as the stack made it.
const putBack = "Put it back as the stack has it: a deployment without changes doesn't; docs/runbook.md, Deleted or changed by hand, has the way."

// unless returns a wrong result if there are faults, and otherwise the other one.
func unless(faults []string, otherwise Result) Result {
	if len(faults) > 0 {
		return wrong(putBack, "%s", strings.Join(faults, "; "))
	}
	return otherwise
}

// show makes a value from AWS safe to show.
func show(text string) string { return safetext.Line(text, 200) }

// count is a number with its noun: "1 receive", "2 receives".
func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// lastPart is what comes after the last separator, the name at the end of an ARN
// or URL.
func lastPart(text, separator string) string {
	return text[strings.LastIndex(text, separator)+len(separator):]
}
