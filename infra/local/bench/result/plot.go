package result

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// numbers are the groups of bars in a plot.
var numbers = []int{1, 10, 100, 1000}

// WritePlot draws the wall times of first runs with one delay as bars over the
// floor's, grouped by the number of organizations, into an SVG file. Bars are
// logarithmic: each line is twice the one below.
func (d Document) WritePlot(path string, delayMS int) error {
	p := plot.New()
	p.Title.Text = fmt.Sprintf("First run, %d ms per AWS call: wall time as a multiple of the floor's", delayMS)
	p.Y.Tick.Marker = plot.TickerFunc(doublings)
	p.Y.Min, p.Y.Max = 0, 1
	var labels []string
	for _, n := range numbers {
		labels = append(labels, fmt.Sprintf("%d organizations", n))
	}
	labels[0] = "1 organization"
	p.NominalX(labels...)
	p.X.Min, p.X.Max = -0.5, float64(len(numbers))-0.5
	p.Title.Padding = vg.Points(8)
	lines := plotter.NewGrid()
	lines.Vertical.Color = nil
	p.Add(lines)
	p.Legend.Top, p.Legend.Left = true, true
	for i, series := range []struct {
		contestant string
		color      color.Color
	}{{Function, color.RGBA{31, 119, 180, 255}}, {Sequential, color.RGBA{200, 200, 200, 255}}} {
		if err := d.addBars(p, series.contestant, delayMS, series.color, vg.Points(float64(i)*34-17)); err != nil {
			return err
		}
	}
	p.Y.Max++ // room for the legend
	if err := p.Save(24*vg.Centimeter, 10*vg.Centimeter, path); err != nil {
		return fmt.Errorf("draw %s: %w", path, err)
	}
	return nil
}

func (d Document) addBars(p *plot.Plot, contestant string, delayMS int, fill color.Color, offset vg.Length) error {
	heights := make(plotter.Values, len(numbers))
	texts := plotter.XYLabels{}
	for i, n := range numbers {
		row, _ := d.Find(Key{Case: FirstRun, Contestant: contestant, N: n, DelayMS: delayMS})
		ratio, measured := row.ToFloor[Wall]
		if !measured {
			continue
		}
		heights[i] = max(math.Log2(ratio.Median), 0)
		texts.XYs = append(texts.XYs, plotter.XY{X: float64(i), Y: heights[i]})
		texts.Labels = append(texts.Labels, fmt.Sprintf("%.2f×", ratio.Median))
	}
	bars, err := plotter.NewBarChart(heights, vg.Points(32))
	if err != nil {
		return fmt.Errorf("draw the bars of %s: %w", contestant, err)
	}
	bars.Color, bars.Offset = fill, offset
	bars.LineStyle.Width = 0
	above, err := plotter.NewLabels(texts)
	if err != nil {
		return fmt.Errorf("draw the labels of %s: %w", contestant, err)
	}
	above.Offset = vg.Point{X: offset - vg.Points(14), Y: vg.Points(3)}
	p.Add(bars, above)
	p.Legend.Add(contestant, bars)
	return nil
}

// doublings marks 1×, 2×, 4× and so on.
func doublings(_, most float64) (ticks []plot.Tick) {
	for power := 0.0; power <= most; power++ {
		ticks = append(ticks, plot.Tick{Value: power, Label: fmt.Sprintf("%.0f×", math.Exp2(power))})
	}
	return ticks
}
