package main

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// build compiles the function for this machine, with the flags of `make build`.
func build(t *testing.T) (bootstrap string) {
	t.Helper()
	bootstrap = filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-buildvcs=false", "-o", bootstrap, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the function: %v\n%s", err, out)
	}
	return bootstrap
}

func TestABadDeploymentSaysAllThatIsWrongAndStops(t *testing.T) {
	function := exec.Command(build(t))
	function.Env = []string{"AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "AWS_LAMBDA_LOG_FORMAT=JSON", "AUDIT_EVERY=5m", "AUDIT_RATE=all", "AWS_SECRET_ACCESS_KEY=hush"}
	out, err := function.Output()
	if err == nil {
		t.Error("the function started")
	}
	var line struct{ Level, Message, Error string }
	if err := json.Unmarshal(bytes.TrimSpace(out), &line); err != nil || line.Level != "ERROR" || line.Message != "settings are wrong" {
		t.Fatalf("not one line of an error: %v\n%s", err, out)
	}
	for _, name := range []string{"AUDIT_EVERY", "AUDIT_RATE", "HOMES_BUCKET", "ACCOUNT_ID", "AWS_REGION"} {
		if !strings.Contains(line.Error, name) {
			t.Errorf("%s isn't named in %s", name, line.Error)
		}
	}
	if strings.Contains(string(out), "hush") {
		t.Error("a secret was logged")
	}
}

// TestTheDeployedBinaryIsStaticAndSmall: it links the tool's audit, and none of the
// services that only other commands need.
func TestTheDeployedBinaryIsStaticAndSmall(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("make", "-s", "-C", "../..", "build", "OUT="+dir).CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, out)
	}
	path := filepath.Join(dir, "audit-buckets", "bootstrap")
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC || file.Machine != elf.EM_AARCH64 {
			t.Errorf("it's for %s and has a segment %s", file.Machine, p.Type)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if most := int64(10_000_000); info.Size() >= most {
		t.Errorf("%d bytes, at most %d are allowed", info.Size(), most)
	}
}
