package outcome_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// limit is the contract's: outcomes stay below 4 KiB.
const limit = 4 << 10

// units are what makes JSON longer than the text: quotes, escapes, controls,
// characters of several bytes, and bytes that aren't UTF-8.
var units = []string{`"`, `\`, "\n", "\x00", "\x7f", "\u2028", "\u2029", "\u0085", "\ufffd", "é", "🍕", "\xff", "\xe2\x80", "<", "x", "\u202e"}

// widest is an organization with the longest names there are.
func widest(t testing.TB, region string) bucket.Spec {
	t.Helper()
	return spec(t, region, "fusion-rms-", strings.Repeat("a", 52))
}

func TestAnOutcomeStaysBelow4KiBWhateverOthersWrote(t *testing.T) {
	contract := schema(t)
	source := provision.Source{MessageID: strings.Repeat("m", 100), ReceiveCount: 1000, CorrelationID: strings.Repeat(`"`, 256), Context: strings.Repeat(`"`, 2048)}
	for _, unit := range units {
		text := strings.Repeat(unit, 5000)
		var warnings []string
		for range 50 {
			warnings = append(warnings, text)
		}
		for _, region := range []string{"ap-southeast-1", "cn-northwest-1", "me-south-1"} {
			s := widest(t, region)
			r := provision.Result{Spec: s, Bucket: s.Candidates[1].Name, Status: provision.StatusCreated, Changes: bucket.Facets(), Warnings: warned(warnings)}
			check(t, unit, published(t, outcome.Provisioned(r, source, noon)), func(data []byte) { checkContract(t, contract, data) })
		}
		for _, code := range fault.Codes() {
			f := &fault.Error{Code: code, Step: fault.StepAccessBlock, Message: text}
			check(t, unit, published(t, outcome.Failed(widest(t, "cn-north-1").OrgID, f, source, noon)), func(data []byte) { checkContract(t, contract, data) })
		}
	}
}

func check(t *testing.T, unit string, data []byte, contract func([]byte)) {
	t.Helper()
	if without := len(data) - len(`"context":"",`) - 2*2048; without >= limit {
		t.Errorf("with %q an outcome has %d bytes: %.200s…", unit, len(data), data)
	}
	contract(data)
}

func TestAnOutcomeStaysBelow4KiBForAnyMixture(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(units), 0, 1500).Draw(t, "text"), "")
	})
	source := provision.Source{MessageID: strings.Repeat("m", 100), ReceiveCount: 5, CorrelationID: strings.Repeat(`\`, 256), Context: strings.Repeat("x", 2048)}
	s := widest(t, "ap-southeast-1")
	rapid.Check(t, func(rt *rapid.T) {
		warnings := rapid.SliceOfN(text, 0, 8).Draw(rt, "warnings")
		r := provision.Result{Spec: s, Bucket: s.Candidates[1].Name, Status: provision.StatusCreated, Changes: bucket.Facets(), Warnings: warned(warnings)}
		for _, e := range []outcome.Event{
			outcome.Provisioned(r, source, noon),
			outcome.Failed(s.OrgID, fault.Wrap(fault.Internal, errors.New(text.Draw(rt, "cause")), "x"), source, noon),
		} {
			data := published(t, e)
			if len(data)-2048 >= limit || !json.Valid(data) {
				rt.Fatalf("%d bytes: %s", len(data), data)
			}
		}
	})
}

func TestLongTextsAreCutAtACharacterAndHaveNoControls(t *testing.T) {
	for _, unit := range units {
		f := fault.New(fault.Internal, "%s", "x"+strings.Repeat(unit, 2000))
		got := outcome.Failed("", f, from, noon).Error.Message
		// Bytes that aren't UTF-8 become one ? together, so those stay short.
		if len(got) > 800 || len(got) > 2 && !strings.HasSuffix(got, "…") {
			t.Errorf("%q: %d bytes that end with %q", unit, len(got), got[max(0, len(got)-8):])
		}
		if strings.ToValidUTF8(got, "") != got {
			t.Errorf("%q: the text isn't UTF-8 any more", unit)
		}
		if i := strings.IndexFunc(got, unicode.IsControl); i >= 0 {
			t.Errorf("%q: a control character at %d", unit, i)
		}
	}
}

func TestMoreThanSixWarningsAreCounted(t *testing.T) {
	for count, want := range map[int]int{0: 0, 1: 1, 5: 5, 6: 6, 7: 6, 100: 6} {
		all := strings.Fields(strings.Repeat("w ", count))
		got := *outcome.Provisioned(result(t, 0, provision.StatusUnchanged, nil, all...), from, noon).Warnings
		if len(got) != want {
			t.Errorf("%d warnings became %d", count, len(got))
		}
		if count == 100 && got[5] != "95 more warnings" {
			t.Errorf("the last one of 100 says %q", got[5])
		}
	}
}
