package result

import (
	"math"
	"strconv"
)

// round leaves four digits, or all that are before the point: more would be noise
// in the document's history.
func round(x float64) float64 {
	if math.Abs(x) >= 1000 {
		return math.Round(x)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 4, 64), 64)
	if err != nil {
		return x // which isn't a finite number
	}
	return rounded
}

func (s Spread) rounded() Spread { return Spread{round(s.Median), round(s.Min), round(s.Max)} }

func (d Document) rounded() Document {
	rows := make([]Row, len(d.Rows))
	for i, row := range d.Rows {
		rows[i] = row
		rows[i].Values, rows[i].ToFloor = roundedAll(row.Values), roundedAll(row.ToFloor)
	}
	d.Rows = rows
	d.ConnectMS = round(d.ConnectMS)
	return d
}

func roundedAll(all map[string]Spread) map[string]Spread {
	if all == nil {
		return nil
	}
	rounded := map[string]Spread{}
	for name, spread := range all {
		rounded[name] = spread.rounded()
	}
	return rounded
}
