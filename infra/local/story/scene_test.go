package story

import (
	"errors"
	"io"
	"slices"
	"testing"
)

func TestAClaimHoldsOnlyIfWhatIsThereIsWhatIsExpected(t *testing.T) {
	s := &scene{screen: NewScreen(io.Discard, false, nil)}
	is(s, "equal texts", "a", "a")
	is(s, "equal lists", []string{"a", "b"}, []string{"a", "b"})
	is(s, "no list and an empty one", nil, []string{})
	is(s, "other texts", "a", "b")
	is(s, "another order", []string{"b", "a"}, []string{"a", "b"})
	is(s, "other tags", map[string]string{"OrgId": "a"}, map[string]string{"OrgId": "b"})
	var held []bool
	for _, c := range s.checks {
		held = append(held, c.held())
	}
	if want := []bool{true, true, true, false, false, false}; !slices.Equal(held, want) {
		t.Errorf("held: %v, want %v", held, want)
	}
}

func TestAStepThatCantGoOnFailsOnce(t *testing.T) {
	s := &scene{screen: NewScreen(io.Discard, false, nil)}
	is(s, "before", 1, 1)
	s.gone(errors.New("the disk is full"))
	is(s, "after", 1, 2)
	s.gone(errors.New("what followed from it"))
	s.finish()
	s.finish()
	if len(s.checks) != 2 || s.checks[1].held() || s.checks[1].wrong[0].Got != "the disk is full" {
		t.Errorf("the checks are %+v, want the first error at the end, once", s.checks)
	}
}

func TestAStepThatCheckedNothingIsNotOK(t *testing.T) {
	if (result{}).ok() {
		t.Error("it is")
	}
}
