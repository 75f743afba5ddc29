package main

import "slices"

// What is measured, by the names of the table's columns.
const (
	wall      = "wall ms"  // from exec to the answer
	start     = "start ms" // from exec to the first request for an invocation
	calls     = "calls"    // of AWS, for one organization
	deep      = "deep"     // longest chain of calls for one organization
	writes    = "writes"   // calls that can change something in S3
	memory    = "MB"       // resident at its largest
	size      = "bytes"    // of the executable for this machine
	sizeArm64 = "arm64 bytes"
)

// values are what one run came to.
type values map[string]float64

// run is one repetition: each contestant's values.
type run map[string]values

// row is all that is known of one contestant in one case.
type row struct {
	testCase
	contestant string
	values     values // medians; of deep the least
	toFloor    values // medians of the ratios to the floor's value in the same repetition
}

// sumUp makes a row of each contestant. Of depth it takes the least value: a busy
// machine that begins a call late makes a chain longer, never shorter.
func sumUp(c testCase, runs []run) (rows []row) {
	for _, contestant := range c.contestants {
		r := row{c, contestant, values{}, values{}}
		for name := range runs[0][contestant] {
			var seen, ratios []float64
			for _, repetition := range runs {
				value := repetition[contestant][name]
				seen = append(seen, value)
				if base := repetition[floor][name]; base > 0 && contestant != floor {
					ratios = append(ratios, value/base)
				}
			}
			r.values[name] = median(seen)
			if name == deep {
				r.values[name] = slices.Min(seen)
			}
			if len(ratios) > 0 {
				r.toFloor[name] = median(ratios)
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func median(all []float64) float64 {
	slices.Sort(all)
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle]
	}
	return (all[middle-1] + all[middle]) / 2
}
