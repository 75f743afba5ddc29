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

// unknown is the result of a question without an answer.
func unknown(err error) Result {
	r := Result{Status: Unknown, Seen: "can't tell: " + err.Error()}
	if e, ok := errors.AsType[*account.CantTell](err); ok {
		r.Permission = e.Permission
		if e.Permission == "" { // which one is all there is to say
			r.Advice = e.Advice
		}
	}
	if a, ok := errors.AsType[*absent](err); ok {
		r = wrong(a.advice, "%s", a.seen)
	}
	return r
}

// absent is the error of a part that isn't there, which is an answer.
type absent struct{ seen, advice string }

func (e *absent) Error() string { return e.seen }

// missing is the error of a part that nobody has named.
func missing(needs string) error { return &account.CantTell{Why: "needs " + needs} }

// putBack is the advice for what isn't as the stack made it.
const putBack = "Put it back as the stack has it (infra/stack); a deployment without changes doesn't undo what was changed by hand."

// unless is wrong if there are faults, and otherwise as it's said to be.
func unless(faults []string, otherwise Result) Result {
	if len(faults) > 0 {
		return wrong(putBack, "%s", strings.Join(faults, "; "))
	}
	return otherwise
}

// show makes a value from AWS safe to show.
func show(text string) string { return safetext.Line(text, 200) }
