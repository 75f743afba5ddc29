package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	module  = "github.com/fusionpos/orgbucket"
	tool    = module + "/cmd/orgbucket"
	setting = module + "/pkg/version.release"
	// runbook is the page that the tool's advice names.
	runbook = "docs/runbook.md"
)

// contents are an archive's files: the tool, what it is, the page that its advice names,
// and the licences of what is in it.
func (t target) contents(ctx context.Context, version string) ([]file, error) {
	dir, err := os.MkdirTemp("", "orgbucket-release-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the system's folder of temporary files
	name := "orgbucket"
	if t.os == "windows" {
		name += ".exe"
	}
	path := filepath.Join(dir, name)
	if _, err := t.run(ctx, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X "+setting+"="+version, "-o", path, tool); err != nil {
		return nil, err
	}
	built, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	licences, err := t.licences(ctx)
	if err != nil {
		return nil, err
	}
	root, err := t.run(ctx, "list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		return nil, err
	}
	page, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), runbook))
	if err != nil {
		return nil, err
	}
	return []file{
		{name, 0o755, built},
		{runbook, 0o644, page},
		{"VERSION", 0o644, []byte(version + "\n")},
		{"LICENCES.txt", 0o644, licences},
	}, nil
}

// run runs the go command for the target.
func (t target) run(ctx context.Context, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0")
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, strings.TrimSpace(said.String()))
	}
	return out, nil
}

// licences are those of Go and of the modules that the tool links. A module without one
// is an error: it couldn't be given away.
func (t target) licences(ctx context.Context) ([]byte, error) {
	listed, err := t.run(ctx, "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", tool)
	if err != nil {
		return nil, err
	}
	root, err := t.run(ctx, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	modules := strings.Split(strings.TrimSpace(string(listed)), "\n")
	slices.Sort(modules)
	var all bytes.Buffer
	for _, m := range append([]string{"Go\t" + strings.TrimSpace(string(root))}, slices.Compact(modules)...) {
		if m == "" {
			continue
		}
		name, dir, _ := strings.Cut(m, "\t")
		found, err := legal(dir)
		if err != nil || found == "" {
			return nil, fmt.Errorf("%s has no licence in %s: %w", name, dir, err)
		}
		fmt.Fprintf(&all, "==== %s\n\n%s\n", name, found)
	}
	return all.Bytes(), nil
}

// legal returns the licences and notices of a folder.
func legal(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		if !e.Type().IsRegular() || !strings.HasPrefix(upper, "LICEN") && !strings.HasPrefix(upper, "NOTICE") && !strings.HasPrefix(upper, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		all.Write(text)
	}
	return all.String(), nil
}
