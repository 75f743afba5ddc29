package story

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// orgbucket runs the operators' tool, as an operator would at a terminal, shows
// what it printed, and returns its exit status.
func (s *scene) orgbucket(args ...string) (status int) {
	var screen bytes.Buffer // both outputs in one, as on a terminal
	status = s.run(args, &screen, &screen)
	if s.err == nil {
		s.screen.ran("orgbucket "+strings.Join(args, " "), lines(screen.String()))
	}
	return status
}

// ask runs the tool for output that a script reads, an object a line.
func ask[T any](s *scene, args ...string) (all []T) {
	var out bytes.Buffer
	s.run(append(args, "--output", "json"), &out, io.Discard)
	for _, line := range lines(out.String()) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			s.gone(fmt.Errorf("read what orgbucket %s printed: %w: %s", strings.Join(args, " "), err, line))
			return nil
		}
		all = append(all, v)
	}
	return all
}

func (s *scene) run(args []string, out, errOut io.Writer) (status int) {
	if s.err != nil {
		return 0
	}
	command := exec.CommandContext(s.ctx, s.tool, args...)
	command.Dir = os.TempDir()
	// Nothing else of this environment: neither credentials nor settings.
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(os.TempDir(), "nobody"), "AWS_EC2_METADATA_DISABLED=true"}
	for _, v := range s.sys.Environment() {
		command.Env = append(command.Env, v.Name+"="+v.Value)
	}
	command.Stdout, command.Stderr = out, errOut
	var err error
	s.sys.Undisturbed(func() { err = command.Run() })
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		s.gone(fmt.Errorf("run %s: %w", command, err))
		return 0
	}
	return command.ProcessState.ExitCode()
}

func lines(text string) []string {
	if text = strings.TrimRight(text, "\n"); text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
