package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// orgbucket runs the operators' tool, with a user's keys if there is one.
func (r *run) orgbucket(ctx context.Context, u *user, args ...string) error {
	if !r.here {
		args = append(args, "--stage", r.id)
	}
	command := exec.CommandContext(ctx, r.tool, args...)
	command.Env = append(os.Environ(), "AWS_REGION="+r.region)
	if u != nil {
		command.Env = append(command.Env, "AWS_ACCESS_KEY_ID="+u.id, "AWS_SECRET_ACCESS_KEY="+u.secretKey, "AWS_SESSION_TOKEN=", "AWS_PROFILE=")
	}
	out, err := command.CombinedOutput()
	if strings.Contains(string(out), "needs permission") {
		return fmt.Errorf("%w: orgbucket %s: %s", errDenied, strings.Join(args, " "), strings.TrimSpace(string(out)))
	}
	if err != nil {
		return fmt.Errorf("orgbucket %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// until calls f every so often until it returns "", which otherwise is why it isn't so yet.
func until(ctx context.Context, patience, every time.Duration, f func() (why string)) error {
	for end := time.Now().Add(patience); ; {
		why := f()
		if why == "" {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("not within %s: %s", timespan.Text(patience), why)
		}
		if err := pause(ctx, every); err != nil {
			return fmt.Errorf("%s: %w", why, err)
		}
	}
}
