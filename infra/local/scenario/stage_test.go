package scenario

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/local/system"
)

// silent is an audience that only remembers claims.
type silent struct{ claims []string }

func (*silent) StepBegins(int, Step)     {}
func (*silent) Did(string)               {}
func (*silent) Sent(string)              {}
func (*silent) ComesAgain(system.Record) {}
func (*silent) Ended(Ending)             {}
func (*silent) Ran(string, []string)     {}
func (a *silent) Checked(c Check)        { a.claims = append(a.claims, c.Claim) }

func TestAClaimHoldsOnlyIfWhatIsThereIsWhatIsExpected(t *testing.T) {
	s := &stage{tell: &silent{}}
	is(s, "equal texts", "a", "a")
	is(s, "equal lists", []string{"a", "b"}, []string{"a", "b"})
	is(s, "no list and an empty one", nil, []string{})
	is(s, "other texts", "a", "b")
	is(s, "another order", []string{"b", "a"}, []string{"a", "b"})
	is(s, "other tags", map[string]string{"OrgId": "a"}, map[string]string{"OrgId": "b"})
	var held []bool
	for _, c := range s.checks {
		held = append(held, c.Held())
	}
	if want := []bool{true, true, true, false, false, false}; !slices.Equal(held, want) {
		t.Errorf("held: %v, want %v", held, want)
	}
}

func TestAStepThatCantGoOnFailsOnce(t *testing.T) {
	audience := &silent{}
	s := &stage{tell: audience}
	is(s, "before", 1, 1)
	s.gone(errors.New("the disk is full"))
	is(s, "after", 1, 2)
	s.gone(errors.New("what followed from it"))
	s.finish()
	if want := []string{"before", "the step could be played to its end"}; !slices.Equal(audience.claims, want) {
		t.Errorf("claims are %q, want %q", audience.claims, want)
	}
	if last := s.checks[len(s.checks)-1]; last.Held() || last.Wrong[0].Got != "the disk is full" {
		t.Errorf("the last check is %+v, want the first error", last)
	}
	s.finish()
	if len(s.checks) != 2 {
		t.Error("a step without an error got another check at its end")
	}
}

// openBucket lets everybody do everything.
type openBucket struct{}

func (openBucket) get(bucket, key string) string {
	if key == pictureKey {
		return picture(bucket)
	}
	return private
}
func (openBucket) put(string, string, string) string { return done }
func (openBucket) remove(string, string) string      { return done }
func (openBucket) list(string) string                { return pictureKey }

// closedBucket lets nobody do anything.
type closedBucket struct{}

func (closedBucket) get(string, string) string         { return refused }
func (closedBucket) put(string, string, string) string { return refused }
func (closedBucket) remove(string, string) string      { return refused }
func (closedBucket) list(string) string                { return refused }

func TestEveryRightTooManyOrTooFewIsNoticed(t *testing.T) {
	s := &stage{}
	for name, c := range map[string]struct {
		wrong []Mismatch
		want  int
	}{
		"an outsider who may do everything":      {s.outsider("b", openBucket{}), 7},
		"an outsider who may not read pub/":      {s.outsider("b", closedBucket{}), 1},
		"an owner who may do nothing":            {s.ownUser("b", closedBucket{}), 6},
		"an owner whose file and folder is gone": {s.lost("b", closedBucket{}), 2},
	} {
		if len(c.wrong) != c.want {
			t.Errorf("%s: %d mismatches, want %d: %+v", name, len(c.wrong), c.want, c.wrong)
		}
	}
}

func TestEndingsAreCountedByKind(t *testing.T) {
	for want, endings := range map[string][]string{
		"":                              nil,
		"created":                       {"created"},
		"ClientUserNotFound, repaired":  {"ClientUserNotFound", "repaired"},
		"9 created, 1 MalformedMessage": slices.Concat(slices.Repeat([]string{"created"}, 5), []string{"MalformedMessage"}, slices.Repeat([]string{"created"}, 4)),
	} {
		if got := summary(endings); got != want {
			t.Errorf("%q became %q, want %q", endings, got, want)
		}
	}
}

func TestTheDocumentedPolicyIsThatOfTheRunbook(t *testing.T) {
	if strings.Count(example, "935799716578:user/rms_xmsqa1") != 2 || strings.Count(example, ":::fusion-rms-xmsqa1") != 3 {
		t.Errorf("the example isn't for xmsqa1 in the account 935799716578:\n%s", example)
	}
	if n := statements(example); n != 3 {
		t.Errorf("the example has %d statements, want 3", n)
	}
}
