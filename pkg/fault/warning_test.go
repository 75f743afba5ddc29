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

func TestACodeThatIsNoFailureTellsHowToRepairIt(t *testing.T) {
	for _, code := range []fault.Code{
		fault.Drift, fault.Unfinished, fault.ClientGrantDead, fault.ForeignDeny, fault.TagNameMismatch, fault.UnknownBucket, fault.NotReadable, fault.PublicListAllowed, fault.Unforeseen,
	} {
		if len(code.Repair()) < 20 {
			t.Errorf("%s: %q", code, code.Repair())
		}
	}
}
