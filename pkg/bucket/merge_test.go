package bucket_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

func TestMergePutsOursRightAndKeepsWhatOthersWrote(t *testing.T) {
	for name, c := range map[string]struct{ stored, want string }{
		"no statements": {policyText(), policyText(ourRead, ourObjects, ourList)},
		"others' statements come first and stay as they are": {
			policyText(foreignAllow, foreignVariables, foreignEscapes, foreignUnknown, foreignDeny, `"x"`),
			policyText(foreignAllow, foreignVariables, foreignEscapes, foreignUnknown, foreignDeny, `"x"`, ourRead, ourObjects, ourList),
		},
		"one of ours is missing":             {policyText(ourRead, ourList), policyText(ourRead, ourList, ourObjects)},
		"hand-made ones are ours":            {policyText(handRead, handList), policyText(handRead, handList, ourObjects)},
		"a single statement isn't in a list": {`{"Version":"2012-10-17","Statement":` + handRead + `}`, policyText(handRead, ourObjects, ourList)},
		"the user was deleted":               {policyText(ourRead, deadObjects, ourList), policyText(ourRead, ourObjects, ourList)},
		"ours is too wide":                   {policyText(wideRead, foreignAllow, ourObjects, ourList), policyText(ourRead, foreignAllow, ourObjects, ourList)},
		"ours is too narrow":                 {policyText(narrowRead, ourObjects, ourList), policyText(ourRead, ourObjects, ourList)},
		"ours is for anyone":                 {policyText(ourRead, wideObjects, wideList), policyText(ourRead, ourObjects, ourList)},
		"ours is there right and damaged":    {policyText(wideRead, handRead, ourObjects, ourList), policyText(handRead, ourObjects, ourList)},
		"ours is there damaged twice":        {policyText(wideRead, narrowRead, foreignDeny, ourObjects, ourList), policyText(ourRead, foreignDeny, ourObjects, ourList)},
		"ours has no resource":               {policyText(strings.Replace(ourList, `,"Resource":"`+homeARN+`"`, "", 1), ourRead, ourObjects), policyText(ourList, ourRead, ourObjects)},
		"ours is another bucket's":           {strings.ReplaceAll(policyText(ourRead, ourObjects, ourList), home, "fusion-rms-other"), policyText(ourRead, ourObjects, ourList)},
		"Version, Id and unknown members stay in their order": {
			`{"Id":"x <1>","Statement":[` + foreignVariables + `],"Version":"2008-10-17","Extra":{"b":[1.0]}}`,
			`{"Id":"x <1>","Statement":[` + strings.Join([]string{foreignVariables, ourRead, ourObjects, ourList}, ",") + `],"Version":"2008-10-17","Extra":{"b":[1.0]}}`,
		},
		"no Version stays no Version, which would wake variables": {
			`{"Statement":[` + foreignVariables + `]}`,
			`{"Statement":[` + strings.Join([]string{foreignVariables, ourRead, ourObjects, ourList}, ",") + `]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			stored := document(t, c.stored)
			before := stored.JSON()
			merged, changed, err := xmsqa1(t).Merge(home, stored)
			if err != nil || !changed {
				t.Fatalf("changed %v, %v", changed, err)
			}
			if got, want := merged.JSON(), compacted(t, c.want); !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if !bytes.Equal(stored.JSON(), before) {
				t.Error("the stored document was changed on the way")
			}
			checkSettled(t, merged)
		})
	}
}

func TestMergeLeavesARightPolicyAsItIs(t *testing.T) {
	for name, stored := range map[string]string{
		"as this system writes it":              policyText(ourRead, ourObjects, ourList),
		"made by hand after the runbook":        file(t, "policy-example.json"),
		"made by hand with Sids of their own":   policyText(handList, handObjects, handRead),
		"with statements of others":             policyText(foreignDeny, ourRead, foreignAllow, ourObjects, ourList, foreignUnknown),
		"ours twice":                            policyText(ourRead, handRead, ourObjects, ourList, handList),
		"of the old version":                    `{"Version":"2008-10-17","Statement":[` + strings.Join([]string{ourRead, ourObjects, ourList}, ",") + `]}`,
		"with somebody's dead principal":        policyText(ourRead, foreignDead, ourObjects, ourList),
		"over 20 KB, which is for S3 to refuse": policyText(ourRead, ourObjects, ourList, strings.Replace(foreignAllow, "Backup", strings.Repeat("x", 21000), 1)),
	} {
		t.Run(name, func(t *testing.T) {
			merged, changed, err := xmsqa1(t).Merge(home, document(t, stored))
			if err != nil || changed || !bytes.Equal(merged.JSON(), document(t, stored).JSON()) {
				t.Errorf("changed %v, %v: %s", changed, err, merged.JSON())
			}
			if !xmsqa1(t).HasOurPolicy(home, merged) {
				t.Error("it isn't known as ours")
			}
		})
	}
}

func TestMergeRefusesWhatItCannotPutRight(t *testing.T) {
	extra := func(statement, element string) string {
		return strings.TrimSuffix(statement, "}") + "," + element + "}"
	}
	for name, c := range map[string]struct {
		stored string
		code   fault.Code
		says   string
	}{
		"our Sid on other actions":             {policyText(conflictingActions), fault.PolicyConflict, `1 ("OrgbucketClientList")`},
		"our Sid on a Deny":                    {policyText(foreignAllow, strings.Replace(ourRead, "Allow", "Deny", 1)), fault.PolicyConflict, `2 ("OrgbucketPublicRead")`},
		"our Sid with a condition":             {policyText(extra(ourRead, `"Condition":{"Bool":{"aws:SecureTransport":"true"}}`)), fault.PolicyConflict, "OrgbucketPublicRead"},
		"our Sid with NotAction":               {policyText(strings.Replace(ourRead, `"Action"`, `"NotAction"`, 1)), fault.PolicyConflict, "OrgbucketPublicRead"},
		"our Sid with NotPrincipal":            {policyText(strings.Replace(ourObjects, `"Principal"`, `"NotPrincipal"`, 1)), fault.PolicyConflict, "OrgbucketClientObjects"},
		"our Sid with NotResource":             {policyText(strings.Replace(ourList, `"Resource"`, `"NotResource"`, 1)), fault.PolicyConflict, "OrgbucketClientList"},
		"our Sid with an unknown element":      {policyText(extra(ourList, `"Unless":1`)), fault.PolicyConflict, "OrgbucketClientList"},
		"our Sid with a key twice":             {policyText(extra(ourList, `"Effect":"Allow"`)), fault.PolicyConflict, "OrgbucketClientList"},
		"our Sid beside ours in another place": {policyText(ourRead, ourObjects, handList, conflictingActions), fault.PolicyConflict, `4 ("OrgbucketClientList")`},
	} {
		t.Run(name, func(t *testing.T) {
			merged, changed, err := xmsqa1(t).Merge(home, document(t, c.stored))
			if !fault.Is(err, c.code) || changed || !merged.IsZero() {
				t.Fatalf("got %s, %v, %v; want %s", merged.JSON(), changed, err, c.code)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, want it to say %q", err, c.says)
			}
			if xmsqa1(t).HasOurPolicy(home, document(t, c.stored)) {
				t.Error("it counts as our policy")
			}
		})
	}
}

// What S3 counts is what is put, and an account's number means what its root's ARN does.
func TestAccountsAreShortenedBeforeAPolicyIsTooLarge(t *testing.T) {
	spec := xmsqa1(t)
	var roots, numbers []string
	for i := range 600 {
		roots = append(roots, fmt.Sprintf(`"arn:aws:iam::%012d:root"`, i))
		numbers = append(numbers, fmt.Sprintf(`"%012d"`, i))
	}
	const before, after = `{"Sid":"\u0050artners","Effect":"Allow","Principal":{"AWS":`, `},"Action":"s3:GetObject","Resource":"` + homeARN + `/shared/arn:aws:iam::111122223333:root"}`
	const single = `{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root","Service":"s3.amazonaws.com"},"Action":"s3:Put*","Resource":"` + homeARN + `/x"}`
	stored := policyText(before+"["+strings.Join(roots, ",")+"]"+after, single)
	if len(stored) < 18000 || len(stored) > 20480 {
		t.Fatalf("%d bytes", len(stored))
	}
	merged, changed, err := spec.Merge(home, document(t, stored))
	text := string(merged.JSON())
	if err != nil || !changed || len(text) > 20480 || !spec.HasOurPolicy(home, merged) {
		t.Fatalf("%d bytes, changed %v, %v", len(text), changed, err)
	}
	want := before + "[" + strings.Join(numbers, ",") + "]" + after + "," + strings.Replace(single, "arn:aws:iam::111122223333:root", "111122223333", 1)
	if !strings.Contains(text, want) {
		t.Errorf("got %s", text)
	}
	few := policyText(before + roots[0] + after)
	if merged, _, err := spec.Merge(home, document(t, few)); err != nil || !strings.Contains(string(merged.JSON()), before+roots[0]+after) {
		t.Errorf("a policy with room is shortened: %s, %v", merged.JSON(), err)
	}
}

// Whether somebody's user or role lives only S3 knows: it shows some that live by their
// ids, too, and takes them back.
func TestWhoeverMayLiveIsKept(t *testing.T) {
	for name, stored := range map[string]string{
		"somebody's role":             policyText(foreignAllow, foreignDead),
		"a user under somebody's Sid": policyText(ourRead, ourList, strings.Replace(deadObjects, "Orgbucket", "", 1)),
		"a user as NotPrincipal":      policyText(`{"Effect":"Deny","NotPrincipal":{"AWS":"AIDACKCEVSQ6C2EXAMPLE"},"Action":"s3:*","Resource":"` + homeARN + `"}`),
		"the objects of one, no list": policyText(handRead, formerly(handObjects)),
		"two users, one for each":     policyText(handRead, formerly(handObjects), strings.Replace(formerly(handList), "EXAMPLE", "OTHER", 1)),
		"one beside the client's":     policyText(handRead, formerly(handObjects), formerly(handList), handObjects),
		"one without the public":      policyText(formerly(handObjects), formerly(handList)),
		"a role":                      policyText(handRead, strings.ReplaceAll(formerly(handObjects)+","+formerly(handList), "AIDA", "AROA")),
		"one with another's rights":   policyText(handRead, formerly(handObjects), strings.Replace(formerly(handList), "s3:ListBucket", "s3:GetBucketAcl", 1)),
		"one of another part":         policyText(handRead, strings.Replace(formerly(handObjects), "/*", "/pub/*", 1), formerly(handList)),
	} {
		t.Run(name, func(t *testing.T) {
			before := document(t, stored)
			merged, changed, err := xmsqa1(t).Merge(home, before)
			id, _ := merged.UniqueID()
			if err != nil || !changed || id == "" || len(merged.Statements) <= len(before.Statements) {
				t.Errorf("got %s, %v, %v", merged.JSON(), changed, err)
			}
		})
	}
}

// formerly has a statement name the user by the id that it had before it was deleted.
func formerly(statement string) string {
	return strings.ReplaceAll(statement, client, "AIDACKCEVSQ6C2EXAMPLE")
}

// The three statements were made by hand, and the user was deleted and made again.
func TestTheStatementsOfTheClientsFormerUserArePutRight(t *testing.T) {
	for name, stored := range map[string]string{
		"without Sids":         policyText(handRead, strings.Replace(formerly(handObjects), `"Sid":"Media",`, "", 1), strings.Replace(formerly(handList), `"Sid":"",`, "", 1)),
		"with Sids of its own": policyText(formerly(handObjects), formerly(handList), handRead),
		"one with our Sid":     policyText(handRead, deadObjects, formerly(handList)),
		"beside others'":       policyText(foreignDeny, formerly(handList), handRead, formerly(handObjects)),
	} {
		t.Run(name, func(t *testing.T) {
			before := document(t, stored)
			merged, changed, err := xmsqa1(t).Merge(home, before)
			id, _ := merged.UniqueID()
			if err != nil || !changed || id != "" || len(merged.Statements) != len(before.Statements) || !xmsqa1(t).HasOurPolicy(home, merged) {
				t.Errorf("got %s, %v, %v", merged.JSON(), changed, err)
			}
		})
	}
}

func TestAPolicyOfExactly20KBIsWrittenAndOneByteMoreIsShortenedOrRefused(t *testing.T) {
	for principal, shorter := range map[string]string{"role/backup": "", "root": `"Principal":{"AWS":"111122223333"}`} {
		sized := func(n int) (policy.Document, bool, error) {
			text := strings.Replace(foreignAllow, "Backup", strings.Repeat("x", n), 1)
			return xmsqa1(t).Merge(home, document(t, policyText(strings.Replace(text, "role/backup", principal, 1))))
		}
		merged, _, err := sized(1)
		if err != nil {
			t.Fatal(err)
		}
		room := 20480 - len(merged.JSON()) + 1
		if merged, _, err = sized(room); err != nil || len(merged.JSON()) != 20480 {
			t.Errorf("%s, 20480 bytes: %d, %v", principal, len(merged.JSON()), err)
		}
		merged, changed, err := sized(room + 1)
		if shorter != "" && (err != nil || !changed || !strings.Contains(string(merged.JSON()), shorter)) {
			t.Errorf("%s, 20481 bytes: %v", principal, err)
		}
		if shorter == "" && (!fault.Is(err, fault.PolicyTooLarge) || changed || !merged.IsZero() || !strings.Contains(fmt.Sprint(err), "20481 bytes with this system's statements, at most 20480 are")) {
			t.Errorf("%s, 20481 bytes: changed %v, %v", principal, changed, err)
		}
	}
}

func compacted(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// checkSettled holds that a merged policy can be read again and needs nothing more.
func checkSettled(t interface {
	Helper()
	Fatalf(string, ...any)
}, merged policy.Document) {
	t.Helper()
	again, err := policy.Parse(merged.JSON())
	if err != nil {
		t.Fatalf("%s can't be read again: %v", merged.JSON(), err)
	}
	if !bytes.Equal(again.JSON(), merged.JSON()) {
		t.Fatalf("%s was read as %s", merged.JSON(), again.JSON())
	}
	for _, d := range []policy.Document{merged, again} {
		spec := xmsqa1(t)
		if twice, changed, err := spec.Merge(home, d); err != nil || changed || !bytes.Equal(twice.JSON(), merged.JSON()) {
			t.Fatalf("merged again it becomes (%v, %v) %s", changed, err, twice.JSON())
		}
		if !spec.HasOurPolicy(home, d) {
			t.Fatalf("%s isn't known as ours", d.JSON())
		}
	}
}
