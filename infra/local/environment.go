package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// environmentFile is a file to source in a shell while the system runs. Only its user
// can read it, since it has the account's keys.
type environmentFile struct {
	path    string
	content []byte
}

// writeEnvironment writes variables to a file, in place of one that is there.
func writeEnvironment(path string, variables []system.Variable) (environmentFile, error) {
	var text bytes.Buffer
	text.WriteString("# The local system's environment, as long as it runs: . " + path + "\n")
	// What would win over the keys below, or lead the tool elsewhere.
	text.WriteString("unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN ORGBUCKET_STAGE\n")
	for _, v := range variables {
		fmt.Fprintf(&text, "export %s='%s'\n", v.Name, v.Value)
	}
	file := environmentFile{path, text.Bytes()}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		_ = os.Remove(path) // an old one may be readable for others, and WriteFile leaves that
		err = os.WriteFile(path, file.content, 0o600)
	}
	if err != nil {
		return file, fmt.Errorf("write the environment (-environment names another file): %w", err)
	}
	return file, nil
}

// remove removes the file, unless another system has written its own meanwhile.
func (f environmentFile) remove() {
	if now, err := os.ReadFile(f.path); err == nil && bytes.Equal(now, f.content) {
		_ = os.Remove(f.path)
	}
}
