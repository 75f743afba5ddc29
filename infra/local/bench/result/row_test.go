package result

import (
	"path/filepath"
	"reflect"
	"testing"
)

func run(contestant string, repetition int, wall float64) Run {
	return Run{Key: Key{Case: FirstRun, Contestant: contestant, N: 10, DelayMS: 30}, Repetition: repetition, Values: Values{Wall: wall, Depth: 5}}
}

func TestRatiosAreTakenRepetitionByRepetition(t *testing.T) {
	rows := SumUp([]Run{
		run(Function, 0, 120), run(Function, 1, 1200), run(Function, 2, 110),
		run(Floor, 0, 100), run(Floor, 1, 1000), run(Floor, 2, 100), // the machine was slow in the second one
	})
	if len(rows) != 2 || rows[0].Contestant != Function || rows[0].Runs != 3 {
		t.Fatalf("rows %+v", rows)
	}
	if got, want := rows[0].ToFloor[Wall], (Spread{1.2, 1.1, 1.2}); got != want {
		t.Errorf("to the floor %v, want %v", got, want)
	}
	if got, want := rows[0].Values[Wall], (Spread{120, 110, 1200}); got != want {
		t.Errorf("wall %v, want %v", got, want)
	}
	if rows[1].ToFloor != nil {
		t.Error("the floor has a ratio to itself")
	}
}

func TestTheMedianOfAnEvenNumberIsBetweenTheMiddleOnes(t *testing.T) {
	rows := SumUp([]Run{run(Function, 0, 4), run(Function, 1, 1), run(Function, 2, 2), run(Function, 3, 100)})
	if got := rows[0].Values[Wall].Median; got != 3 {
		t.Errorf("median %v, want 3", got)
	}
	if len(rows[0].ToFloor) != 0 {
		t.Error("there is a ratio to a floor that wasn't measured")
	}
}

func TestADocumentIsReadAsItWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bench.json")
	if _, there, err := Read(path); there || err != nil {
		t.Errorf("a document that isn't there: %v %v", there, err)
	}
	d := sample()
	if err := d.Write(path); err != nil {
		t.Fatal(err)
	}
	got, there, err := Read(path)
	if err != nil || !there || !reflect.DeepEqual(got, d.rounded()) {
		t.Errorf("read %+v, error %v", got, err)
	}
}

func TestFiguresAreRoundedToFourDigits(t *testing.T) {
	for x, want := range map[float64]float64{0: 0, 1.23456: 1.235, 0.00012344: 0.0001234, 123.449: 123.4, 12345.6: 12346, 9937058: 9937058} {
		if got := round(x); got != want {
			t.Errorf("%v is rounded to %v, want %v", x, got, want)
		}
	}
}
