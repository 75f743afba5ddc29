package audit

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
)

// ignorable reads CODE or CODE:BUCKET.
func ignorable(text string) (audit.Ignorable, error) {
	code, name, one := strings.Cut(text, ":")
	known, err := cli.Named("ignore", code, audit.Codes())
	if err != nil {
		return audit.Ignorable{}, cli.Advise(err, "`orgbucket audit --help` lists the codes.")
	}
	if one && name == "" {
		return audit.Ignorable{}, cli.Usage("--ignore %q names no bucket: leave the colon out to ignore the code everywhere", text)
	}
	return audit.Ignorable{Code: known, Bucket: name}, nil
}

// baseline reads what an earlier audit found: its output as JSON.
func baseline(path string) (known []audit.Ignorable, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, cli.Usage("--baseline: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20) // a row has findings of several hundred characters each
	complete := false
	for lines.Scan() {
		var l bucketLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil || l.Type != "bucket" && l.Type != "summary" {
			return nil, cli.Usage("--baseline: %s isn't the output of orgbucket audit -o json: %.60q", path, lines.Text())
		}
		complete = complete || l.Type == "summary"
		for _, f := range l.Findings {
			known = append(known, audit.Ignorable{Code: f.Code, Bucket: l.Bucket})
		}
		for _, code := range l.Ignored {
			known = append(known, audit.Ignorable{Code: code, Bucket: l.Bucket})
		}
	}
	if err := lines.Err(); err != nil {
		return nil, cli.Usage("--baseline: read %s: %w", path, err)
	}
	if !complete {
		return nil, cli.Usage("--baseline: %s has no summary, so it's cut off", path)
	}
	return known, nil
}
