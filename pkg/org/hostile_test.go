package org_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// hostileIDs reads the corpus: a Go string per line, and comments.
func hostileIDs(t testing.TB) (ids []string) {
	t.Helper()
	file, err := os.Open("testdata/hostile/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, err := strconv.Unquote(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		ids = append(ids, id)
	}
	if len(ids) < 50 {
		t.Fatalf("the corpus has %d ids", len(ids))
	}
	return ids
}

func TestHostileIDsAreRefusedInEveryEnvelope(t *testing.T) {
	for _, id := range hostileIDs(t) {
		if got, err := org.ParseID(id); err == nil {
			t.Errorf("ParseID(%q) = %q", id, got)
		}
		if !utf8.ValidString(id) {
			refused(t, `{"orgId":"`+id+`"}`, fault.MalformedMessage, "UTF-8")
			continue
		}
		written, err := json.Marshal(id)
		if err != nil {
			t.Fatal(err)
		}
		body := `{"orgId":` + string(written) + `}`
		refused(t, body, fault.InvalidOrganizationID, "organization id")
		for _, wrap := range envelopes {
			refused(t, wrap(body), fault.InvalidOrganizationID, "organization id")
		}
	}
}
