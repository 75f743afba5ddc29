package bucket_test

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

// TestOurStatementsMeanWhatTheirTextSays compares what is known of our statements
// with what reading their text gives.
func TestOurStatementsMeanWhatTheirTextSays(t *testing.T) {
	for _, region := range []string{"us-east-1", "cn-north-1"} {
		n := naming(region)
		n.ClientAccount, n.ClientUserPrefix = "111122223333", "R+=,.@_-"
		spec := mustSpec(t, n, "xmsqa1")
		merged, _, err := spec.Merge(home, policy.Document{})
		if err != nil {
			t.Fatal(err)
		}
		read := document(t, string(merged.JSON()))
		for i, s := range spec.Statements(home) {
			if !s.Equal(read.Statements[i]) || s.Sid != read.Statements[i].Sid {
				t.Errorf("%+v, but its text reads as\n%+v", s, read.Statements[i])
			}
		}
	}
}
