package proof

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/proof"
)

// mutant is a deliberate bug in the function's source, the invariant that has to
// notice it, and the path on which.
type mutant struct {
	name, file string // the file is below pkg
	old, new   string // old is in the file exactly once
	must       proof.Invariant
	on         string
}

// mutants show that the judge can find something; pkg/proof has all of them. The
// sample takes the first.
func mutants() []mutant {
	return []mutant{
		{"the tag is left out", "s3store/look.go",
			`tags := []types.Tag{{Key: aws.String(bucket.TagKey), Value: aws.String(string(spec.OrgID))}}`, `tags := []types.Tag{}`, proof.BornMarked, "first run"},
		{"everything is public, not pub/ alone", "bucket/merge.go",
			`policy.Allow(SidPublicRead, policy.Anyone, arn+"/"+FolderKey+"*", "s3:GetObject")`, `policy.Allow(SidPublicRead, policy.Anyone, arn+"/*", "s3:GetObject")`, proof.NothingPublicOutsidePub, "repair"},
		{"others' statements are overwritten", "bucket/merge.go",
			`merged.Statements = slices.Clone(stored.Statements)`, `merged.Statements = nil`, proof.OthersKept, "repair"},
		{"nothing is claimed", "provision/facets.go",
			"	if h.claimed {\n", "	if true {\n", proof.OnlyTheClaimed, "first run"},
		{"a delivery whose claim came too late goes on", "provision/provisioning.go",
			"; err != nil || winner != h.name {\n		return winner, err\n	}\n	return h.name, p.grantAccess", "; err != nil {\n		return winner, err\n	}\n	return h.name, p.grantAccess",
			proof.OnlyTheClaimed, "somebody else's claim was faster"},
		{"a claim overwrites another one", "s3store/claims.go",
			`&s3.PutObjectInput{IfNoneMatch: aws.String("*")})`, "&s3.PutObjectInput{ContentLanguage: aws.String(`en`)})", proof.ClaimWrittenOnce, "somebody else's claim was faster"},
		{"no tag is taken for ours", "bucket/ownership.go",
			`s.Seen = "it has no tag " + TagKey`, `s.State = Ours`, proof.OutcomeNamesReadyBucket, "tag stripped, then put back"},
	}
}

// TestEveryMutantIsCaught compiles each mutant by an overlay, which changes nothing
// on disk, and has this very test judge it in a process and a system of its own,
// beside the other runs.
func TestEveryMutantIsCaught(t *testing.T) {
	if *function != "" || *onlyPath != "" || *onlyHow != "" {
		t.Log("the flags ask for something else")
		return
	}
	t.Parallel()
	all := mutants()
	for _, m := range all {
		m.source(t) // those that aren't run have to fit, too
	}
	if !*mutate {
		all = all[:1]
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			out, err := m.judge(t)
			if err == nil || !strings.Contains(out, "violation of "+string(m.must)+":") {
				t.Fatalf("survived: no violation of %s (%v)\n%s", m.must, err, out)
			}
			total.with(func() { total.caught = append(total.caught, m.name+": "+string(m.must)) })
		})
	}
}

// judge runs the mutant on its path, with nothing else broken.
func (m mutant) judge(t *testing.T) (output string, err error) {
	t.Helper()
	this, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), this, "-test.run", "^TestRealServers$",
		"-bootstrap", m.compile(t), "-path", m.on, "-defect", nothing)
	command.Dir = here
	out, err := command.CombinedOutput()
	return string(out), err
}

// original is the mutated file's path.
func (m mutant) original() string {
	return filepath.Join(root(), "pkg", filepath.FromSlash(m.file))
}

// root is the product's, whose function is compiled.
func root() string { return filepath.Join(here, "..", "..", "..") }

// source is the mutated file.
func (m mutant) source(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(m.original())
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), m.old); n != 1 {
		t.Fatalf("%s: pkg/%s has %q %d times, not once; mend the table of mutants", m.name, m.file, m.old, n)
	}
	return strings.Replace(string(data), m.old, m.new, 1)
}

// compile builds the function with the mutant in place of its file.
func (m mutant) compile(t *testing.T) (bootstrap string) {
	t.Helper()
	dir := t.TempDir()
	mutated, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	write(t, mutated, m.source(t))
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {m.original(): mutated}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, overlay, string(replace))
	bootstrap = filepath.Join(dir, "bootstrap")
	build := exec.CommandContext(t.Context(), "go", "-C", root(), "build", "-trimpath", "-overlay", overlay,
		"-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", bootstrap, "./functions/provision-bucket")
	build.Dir, build.Env = here, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the mutant doesn't compile: %v\n%s", err, out)
	}
	return bootstrap
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
