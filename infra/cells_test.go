package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAllCellsAreLookedAtInOneGo runs cells.sh with an aws command that knows two cells'
// claims, and a tool that finds something in the first one.
func TestAllCellsAreLookedAtInOneGo(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"infra/cells.sh": string(readFile(t, "cells.sh")),
		"cdk.json": `{"context":{"stages":{"prod-01":{"region":"us-east-1","account":"111122223333"},"prod-02":{"region":"eu-west-1","account":"222233334444"},
			"prod-03":{"region":"us-east-1","bucketPrefix":"alone-"}}}}`,
		"bin/aws": "#!/usr/bin/env bash\n" + `case "$*" in *get-parameter*) echo homes ;; *list-objects*) case $AWS_PROFILE in
			orgbucket-prod-01) printf 'homes/a\thomes/b\n' ;; *) printf 'homes/b\thomes/c\n' ;; esac ;; esac` + "\n",
		"dist/orgbucket": "#!/usr/bin/env bash\n" + `echo "$AWS_PROFILE: $*"; [ "$*" != "audit --stage prod-01" ] || exit 2` + "\n",
	} {
		path := filepath.Join(dir, name)
		must(os.MkdirAll(filepath.Dir(path), 0o755))
		must(os.WriteFile(path, []byte(text), 0o755))
	}
	t.Setenv("PATH", filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	for _, c := range []struct{ args, want, status string }{
		{"list fusion-rms-", "prod-01 111122223333 us-east-1\nprod-02 222233334444 eu-west-1\n", "<nil>"},
		{"twice fusion-rms-", "b prod-01\nb prod-02\n", "exit status 2"},
		{"twice alone-", "", "<nil>"},
		{"doctor fusion-rms-", "== prod-01\norgbucket-prod-01: doctor --stage prod-01\n== prod-02\norgbucket-prod-02: doctor --stage prod-02\n", "<nil>"},
		{"audit fusion-rms-", "== prod-01\norgbucket-prod-01: audit --stage prod-01\nprod-01: exit status 2\n== prod-02\norgbucket-prod-02: audit --stage prod-02\n", "exit status 2"},
	} {
		out, err := exec.Command(filepath.Join(dir, "infra/cells.sh"), strings.Fields(c.args)...).Output()
		status := "<nil>"
		if err != nil {
			status = err.Error()
		}
		if string(out) != c.want || status != c.status {
			t.Errorf("%s: %q, %s", c.args, out, status)
		}
	}
}
