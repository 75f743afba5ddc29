package doctor

import (
	"context"
	"errors"
	"net/http"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// How far off this machine's clock may be. AWS refuses requests whose signature is
// 5 minutes off or more (15 for S3), and credentials end earlier or later than they
// seem to (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html).
const (
	skewNotice = time.Minute
	skewWrong  = 5 * time.Minute
)

// checkClock compares this machine's clock with that of a service that answered.
func checkClock(_ context.Context, f *facts) Result {
	skew, err := f.skew()
	if err != nil {
		return unknown(err)
	}
	off := skew.Abs().Round(time.Second)
	direction := "ahead"
	if skew > 0 { // the server is later
		direction = "behind"
	}
	const advice = "Set this machine's clock."
	switch {
	case off > skewWrong:
		return wrong(advice, "this machine's clock is %s %s: AWS refuses requests from 5 minutes on", timespan.Text(off), direction)
	case off > skewNotice:
		return notice(advice, "this machine's clock is %s %s", timespan.Text(off), direction)
	}
	return ok("this machine's clock is right within a minute")
}

// skew returns how much later AWS's clock is than this machine's.
func (f *facts) skew() (time.Duration, error) {
	for _, m := range []middleware.Metadata{f.caller.Metadata, f.queue.metadata} {
		if skew, known := awsmiddleware.GetAttemptSkew(m); known {
			return skew, nil
		}
	}
	for _, err := range f.err[:theQueue+1] {
		if skew, known := skewOf(err); known {
			return skew, nil
		}
	}
	return 0, &account.CantTell{Why: "nobody who answered gave a time"}
}

// skewOf returns how much later the clock is of a server that refused a request, as
// it does if this machine's clock is wrong.
func skewOf(err error) (time.Duration, bool) {
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || response.Response == nil {
		return 0, false
	}
	at, err := http.ParseTime(response.Response.Header.Get("Date"))
	return time.Until(at), err == nil
}
