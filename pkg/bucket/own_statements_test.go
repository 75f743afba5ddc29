package bucket

import (
	"reflect"
	"testing"
)

// TestOurStatementsMeanWhatTheirTextSays holds what is known of our statements
// to what reading their text gives, as others' are read.
func TestOurStatementsMeanWhatTheirTextSays(t *testing.T) {
	for _, region := range []string{"us-east-1", "cn-north-1"} {
		n := Naming{Account: "935799716578", Region: region, BucketPrefix: "fusion-rms-", ClientAccount: "111122223333", ClientUserPrefix: "R+=,.@_-"}
		spec, err := n.Spec("xmsqa1")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range spec.Statements("fusion-rms-xmsqa1") {
			if read := parseStatement(s.raw); !reflect.DeepEqual(s, read) {
				t.Errorf("%s is\n%+v, but its text reads as\n%+v", s.raw, s, read)
			}
		}
	}
}
