package proof

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTheDocumentListsWhatIsProved(t *testing.T) {
	data, err := os.ReadFile("../../docs/proof.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, m := range Invariants() {
		rows = append(rows, fmt.Sprintf("| `%s` | %s |", m.Invariant, m.Says))
	}
	for _, e := range Exceptions() {
		var to []string
		for _, i := range e.To {
			to = append(to, "`"+string(i)+"`")
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", e.Exception, strings.Join(to, ", "), e.Is))
	}
	for _, row := range rows {
		if !strings.Contains(string(data), row+"\n") {
			t.Errorf("docs/proof.md lacks the row\n%s", row)
		}
	}
}
