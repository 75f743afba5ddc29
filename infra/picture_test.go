package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"strings"
	"testing"
)

// widget is one of a dashboard, as CloudWatch's definition has it
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).
type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title, Markdown string
		Metrics         [][]any
		Alarms          []string
		Query           string
	}
}

// TestThePictureOfTheDashboardIsOfThisOne: docs/dashboard.svg is drawn from the template's
// own definition with made data, so that one knows what to expect.
// `go test ./infra -run Picture -update` draws it anew.
func TestThePictureOfTheDashboardIsOfThisOne(t *testing.T) {
	tpl := shared().stacks["prod"]
	var dashboard struct{ Widgets []widget }
	body := tpl.resolved(tpl.only(t, "AWS::CloudWatch::Dashboard", "").Properties["DashboardBody"]).(string)
	if err := json.Unmarshal([]byte(body), &dashboard); err != nil {
		t.Fatal(err)
	}
	sameAsFile(t, "../docs/dashboard.svg", draw(dashboard.Widgets), "Picture")
}

const cell = 50 // pixels of a column or a row

var colors = []string{"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"}

func draw(widgets []widget) []byte {
	var b bytes.Buffer
	bottom := 0
	for _, w := range widgets {
		bottom = max(bottom, w.Y+w.Height)
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">`+"\n", 24*cell, bottom*cell)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#f2f3f3"/>`+"\n")
	for _, w := range widgets {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`, w.X*cell, w.Y*cell)
		w.draw(&b)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (w widget) draw(b *bytes.Buffer) {
	width, height := w.Width*cell, w.Height*cell
	if heading, ok := strings.CutPrefix(w.Properties.Markdown, "## "); ok {
		write(b, 10, 34, `font-size="20"`, heading)
		return
	}
	fmt.Fprintf(b, `<rect x="3" y="3" width="%d" height="%d" fill="#fff" stroke="#d5dbdb"/>`, width-6, height-6)
	write(b, 14, 24, `font-weight="bold"`, w.Properties.Title)
	switch w.Type {
	case "text":
		for i, text := range wrapped(strings.NewReplacer("*", "").Replace(w.Properties.Markdown), width/7) {
			write(b, 14, 28+20*i, "", text)
		}
	case "alarm":
		for i, arn := range w.Properties.Alarms {
			x := 14 + i%4*(width/4)
			fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="40" fill="%s"/>`, x, 38+i/4*50, width/4-28, "#1d8102")
			write(b, x+10, 63+i/4*50, `fill="#fff"`, arn[strings.LastIndex(arn, ":")+1:])
		}
	case "log":
		w.table(b)
	default:
		w.graph(b, width, height)
	}
}

// graph draws the lines with made data: a day's.
func (w widget) graph(b *bytes.Buffer, width, height int) {
	left, top, right, base := 14, 40, width-14, height-62
	fmt.Fprintf(b, `<path d="M%d %dH%d" stroke="#879596" fill="none"/>`, left, base, right)
	for i, label := range w.labels() {
		var d strings.Builder
		for x := range 97 {
			y := base - int(value(label, i, x)*float64(base-top))
			fmt.Fprintf(&d, "%c%d %d", "ML"[min(x, 1)], left+x*(right-left)/96, y)
		}
		fmt.Fprintf(b, `<path d="%s" stroke="%s" fill="none" stroke-width="1.5"/>`, d.String(), colors[i%len(colors)])
		x, y := left+i%2*(right-left)/2, base+16+i/2*15
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="9" height="9" fill="%s"/>`, x, y-8, colors[i%len(colors)])
		write(b, x+13, y, `font-size="11"`, label)
	}
}

// Lines whose made value is about the same all day, and those that follow the day. All
// others are rare: one incident in the afternoon.
var (
	steady = map[string]float64{"created, median": 0.25, "created, 99 %": 0.6, "unchanged, 99 %": 0.4, "examined": 0.9, "oldest": 0.03}
	daily  = map[string]float64{"sent": 0.9, "batches": 0.9, "created": 0.9, "published": 0.9, "delivered": 0.87, "waiting": 0.08, "being worked on, or delayed": 0.04}
)

// value is the made value of the i-th line at a quarter of an hour of the day, from 0 to 1.
func value(label string, i, quarter int) float64 {
	ripple := math.Sin(float64(quarter*(5+i))) * 0.04
	if level := steady[label]; level > 0 {
		return level + level*ripple
	}
	if peak := daily[label]; peak > 0 {
		return peak * math.Max(0, math.Sin(float64(quarter-24)/72*math.Pi)+ripple)
	}
	if quarter >= 60 && quarter < 70-2*i {
		return 0.3 - 0.05*float64(i)
	}
	return 0
}

func (w widget) labels() (all []string) {
	for _, metric := range w.Properties.Metrics {
		switch last := metric[len(metric)-1].(type) {
		case map[string]any:
			if label, ok := last["label"].(string); ok {
				all = append(all, label)
			} else { // a search, which has a line for each code
				all = append(all, "ClientUserNotFound failed", "Throttled retried")
			}
		}
	}
	return all
}

// made are rows of the tables, by a column that only one of them has.
var made = map[string][]string{
	"deliveries": {"deliveries  organizations  code                status", "12          3              ClientUserNotFound  retried", "3           3              ClientUserNotFound  failed", "2           2              Throttled           retried"},
	"what":       {"bucket             code           severity  what", "fusion-rms-ab1c2d  Drift          error     the policy lacks", "fusion-rms-q7w8e9  MultipleHomes  warning   another is"},
}

func (w widget) table(b *bytes.Buffer) {
	for column, rows := range made {
		if !strings.Contains(w.Properties.Query, column) {
			continue
		}
		for i, row := range rows {
			write(b, 14, 56+24*i, `font-family="monospace" font-size="11" xml:space="preserve"`, row)
		}
	}
}

func write(b *bytes.Buffer, x, y int, style, text string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" %s>%s</text>`, x, y, style, html.EscapeString(text))
}

// wrapped breaks a text between words.
func wrapped(text string, most int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) > most {
			lines, line = append(lines, strings.TrimSpace(line)), ""
		}
		line += word + " "
	}
	return append(lines, strings.TrimSpace(line))
}
