package result

import (
	"fmt"
	"slices"
	"strings"
)

// counts are the values that hardly depend on the machine: they change because the
// function did. Sizes may vary by slack, since another patch of Go makes other code,
// and connections, since a call that is late finds another one idle. Of very many
// organizations one always has a call that was late, and a longer chain.
var counts = []struct {
	name  string
	slack float64
	upTo  int // organizations; 0 is any number
}{{CallsPerOrg, 0, 0}, {Depth, 0, 100}, {Writes, 0, 0}, {Connections, 0.25, 0}, {SizeHost, 0.01, 0}, {SizeArm64, 0.01, 0}}

// Difference is one finding of a comparison.
type Difference struct {
	Key         Key
	Value       string
	Before, Now float64
	Worse       bool // a count got worse; other differences are told and harm nothing
}

// String says it on one line.
func (d Difference) String() string {
	what := fmt.Sprintf("%s, %s", d.Key, d.Value)
	switch {
	case d.Worse:
		return fmt.Sprintf("WORSE   %s: %.4g, committed %.4g", what, d.Now, d.Before)
	case d.Now > d.Before:
		return fmt.Sprintf("slower than committed  %s: %.2f × floor, was %.2f", what, d.Now, d.Before)
	}
	return fmt.Sprintf("faster than committed  %s: %.2f × floor, was %.2f", what, d.Now, d.Before)
}

// String names what was measured.
func (k Key) String() string {
	if k.N == 0 {
		return fmt.Sprintf("%s of %s", k.Case, k.Contestant)
	}
	text := fmt.Sprintf("%s of %s, N=%d, %d ms", k.Case, k.Contestant, k.N, k.DelayMS)
	if k.MemoryMB > 0 {
		text += fmt.Sprintf(", %d MB", k.MemoryMB)
	}
	return text
}

// Compare tells how the function's figures differ from the committed ones. Rows
// that only one of the documents has are left out.
func Compare(committed, now Document) (differences []Difference) {
	for _, row := range now.Rows {
		before, there := committed.Find(row.Key)
		if there && row.Contestant == Function {
			differences = append(differences, compareCounts(before, row)...)
			differences = append(differences, compareTimes(before, row)...)
		}
	}
	slices.SortStableFunc(differences, func(a, b Difference) int { return b.rank() - a.rank() })
	return differences
}

func (d Difference) rank() int {
	if d.Worse {
		return 1
	}
	return 0
}

// compareCounts calls a count worse if it is so in every repetition: above every
// one that is committed. One run in which a call was late proves nothing.
func compareCounts(before, now Row) (worse []Difference) {
	for _, count := range counts {
		was, both := before.Values[count.name]
		is := now.Values[count.name]
		comparable := both && (count.upTo == 0 || now.N <= count.upTo)
		if comparable && is.Min > was.Max*(1+count.slack) {
			worse = append(worse, Difference{now.Key, count.name, was.Max, is.Min, true})
		}
	}
	return worse
}

// compareTimes compares ratios to the floor. What both documents' repetitions
// have in common isn't told apart from noise.
func compareTimes(before, now Row) (differences []Difference) {
	for _, name := range []string{Wall, Init, InitFirst, CPU} {
		was, both := before.ToFloor[name]
		is, measured := now.ToFloor[name]
		if both && measured && (is.Median > was.Max || is.Median < was.Min) {
			differences = append(differences, Difference{now.Key, name, was.Median, is.Median, false})
		}
	}
	return differences
}

// Beside writes the differences down, what is worse loudly.
func Beside(committed Machine, differences []Difference) string {
	var text strings.Builder
	fmt.Fprintf(&text, "Beside the committed figures (%s, %s, %d cores).\n", committed.Date, committed.Go, committed.Cores)
	for _, difference := range differences {
		text.WriteString("  " + difference.String() + "\n")
	}
	if len(differences) == 0 {
		text.WriteString("  nothing differs\n")
	}
	if AnyWorse(differences) {
		text.WriteString("*** A COUNT GOT WORSE: the function does more than it did when the figures were committed.\n")
	}
	return text.String()
}

// AnyWorse tells whether a count got worse.
func AnyWorse(differences []Difference) bool {
	return slices.ContainsFunc(differences, func(d Difference) bool { return d.Worse })
}
