package fault_test

import (
	"encoding/json"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

func TestAWarningIsOneTextInJSON(t *testing.T) {
	data, err := json.Marshal([]fault.Warning{{fault.ForeignDeny, "statement 3"}, {Text: "no code"}})
	if want := `["ForeignDeny: statement 3","no code"]`; err != nil || string(data) != want {
		t.Errorf("got %s, %v; want %s", data, err, want)
	}
}
