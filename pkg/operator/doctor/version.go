package doctor

import (
	"context"
	"time"

	"github.com/fusionpos/orgbucket/pkg/version"
)

// versionsSince is how far back the function's log is read for its release.
const versionsSince = time.Hour

// checkVersion compares the release of this tool with that of the function, which its
// log lines have.
func checkVersion(ctx context.Context, f *facts) Result {
	last, tool := "", version.Release()
	for r, err := range f.log.Recent(ctx, time.Now().Add(-versionsSince)) {
		if err != nil {
			return unknown(err)
		}
		last = r.Version
	}
	switch {
	case last == "":
		return ok("this tool is %s; the function has logged no release in the last hour", tool)
	case last != tool:
		return notice("Use the tool of the same release, or deploy this one.", "this tool is %s, the function is %s", tool, show(last))
	}
	return ok("this tool and the function are %s", tool)
}
