package result

import (
	"fmt"
	"slices"
	"strings"
)

// Table is the document for a screen of 100 columns.
func (d Document) Table() string {
	m := d.Machine
	var text strings.Builder
	fmt.Fprintf(&text, "%d cores (%s), %s, %s, %s\n", m.Cores, m.Processor, m.Platform, m.Go, m.Date)
	for _, section := range []string{d.firstRuns(), d.together(), d.laterRuns(), d.binaries(), d.starts(), d.names(), d.shares(), d.memory()} {
		if section != "" {
			text.WriteString("\n" + section)
		}
	}
	return text.String()
}

// section writes a title and a table, or nothing if no row is of its cases.
func (d Document) section(title string, left int, head []string, cells func(Row) []string, cases ...string) string {
	rows := [][]string{head}
	var before Key
	for _, row := range d.Rows {
		if !slices.Contains(cases, row.Case) {
			continue
		}
		if len(rows) > 1 && (row.N != before.N || row.DelayMS != before.DelayMS) {
			rows = append(rows, nil)
		}
		before = row.Key
		rows = append(rows, cells(row))
	}
	if len(rows) == 1 {
		return ""
	}
	return title + "\n" + grid(left, rows...)
}

func (d Document) firstRuns() string {
	return d.section("First run. wall: from exec to the last answer; invoke: without the start; ×: to the floor's;\nCPU: after the start, in ms; CPU and calls: for one organization; ~: computed.", 3,
		[]string{"N", "delay", "", "wall ms", "×", "invoke ms", "×", "CPU", "×", "calls", "deep", "conns", "MB"},
		func(r Row) []string {
			name := r.Contestant
			if r.Extrapolated {
				name += " ~"
			}
			return []string{fmt.Sprint(r.N), fmt.Sprint(r.DelayMS), name, r.cell(Wall), r.ratio(Wall), r.cell(Invoke), r.ratio(Invoke), r.cell(CPU), r.ratio(CPU),
				r.cell(CallsPerOrg), r.depth(), r.cell(Connections), r.cell(RSS)}
		}, FirstRun)
}

func (d Document) together() string {
	return d.section("First run with two processes at once, as deployed; columns as above.", 3,
		[]string{"N", "delay", "", "wall ms", "×", "CPU", "×", "calls", "deep", "conns", "MB"},
		func(r Row) []string {
			return []string{fmt.Sprint(r.N), fmt.Sprint(r.DelayMS), r.Contestant, r.cell(Wall), r.ratio(Wall), r.cell(CPU), r.ratio(CPU),
				r.cell(CallsPerOrg), r.depth(), r.cell(Connections), r.cell(RSS)}
		}, Together)
}

func (d Document) laterRuns() string {
	return d.section("Other runs of the function.", 3,
		[]string{"N", "delay", "", "wall ms", "invoke ms", "CPU", "calls", "deep", "writes", "conns"},
		func(r Row) []string {
			return []string{fmt.Sprint(r.N), fmt.Sprint(r.DelayMS), r.Case, r.cell(Wall), r.cell(Invoke), r.cell(CPU), r.cell(CallsPerOrg), r.depth(), r.cell(Writes), r.cell(Connections)}
		}, Replay, Repair, Alternative)
}

func (d Document) binaries() string {
	return d.section("Executables, in bytes; ×: to the floor's.", 1,
		[]string{"", "this machine", "×", "arm64", "×"},
		func(r Row) []string {
			return []string{r.Contestant, r.cell(SizeHost), r.ratio(SizeHost), r.cell(SizeArm64), r.ratio(SizeArm64)}
		}, Binary)
}

func (d Document) starts() string {
	return d.section("Cold start. init: from exec to the first request for an invocation; call: from the first event\nto the first call of AWS; first: the invocation. One message, no delay.", 2,
		[]string{"", "", "init ms", "min", "max", "×", "init CPU", "call ms", "init+first ms", "×"},
		func(r Row) []string {
			init := r.Values[Init]
			return []string{r.Case, r.Contestant, figure(init.Median), figure(init.Min), figure(init.Max), r.ratio(Init), r.cell(InitCPU),
				r.cell(FirstCall), r.cell(InitFirst), r.ratio(InitFirst)}
		}, ColdStart, OverTLS)
}

func (d Document) names() string {
	table := d.section("Names of S3, over TLS without delay. CPU and bytes: for one organization.", 2,
		[]string{"", "N", "invoke ms", "CPU", "conns", "handshakes", "resumed", "bytes in", "out"},
		func(r Row) []string {
			return []string{r.Case, fmt.Sprint(r.N), r.cell(Invoke), r.cell(CPU), r.cell(Connections), r.cell(Handshakes), r.cell(Resumed), r.cell(BytesIn), r.cell(BytesOut)}
		}, PathDirect, PathTunnel, Virtual)
	if table == "" {
		return ""
	}
	return table + fmt.Sprintf("  CONNECT itself adds %.2f ms to opening a connection (already in the figures above).\n", d.ConnectMS)
}

func (d Document) memory() string {
	if len(d.Memory) == 0 {
		return ""
	}
	var values []string
	for _, mb := range d.Memory {
		values = append(values, fmt.Sprintf("%.1f", mb))
	}
	return "Resident memory in MB after each 1,000 messages:\n  " + strings.Join(values, "  ") + "\n"
}

// cell is a median; empty if there's none.
func (r Row) cell(name string) string {
	spread, there := r.Values[name]
	if !there {
		return ""
	}
	return figure(spread.Median)
}

func (r Row) ratio(name string) string {
	if spread, there := r.ToFloor[name]; there {
		return fmt.Sprintf("%.2f", spread.Median)
	}
	return ""
}

// depth is shown with a delay only: without one, calls that could overlap are
// answered before the next one begins. It's the least of the repetitions, since a
// busy machine that starts a call late makes a chain longer, never shorter.
func (r Row) depth() string {
	spread, there := r.Values[Depth]
	if r.DelayMS == 0 || !there {
		return ""
	}
	return figure(spread.Min)
}

func figure(x float64) string {
	switch {
	case x == float64(int64(x)):
		return fmt.Sprintf("%d", int64(x))
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

// Report lists the targets with what was seen.
func Report(targets []Target) string {
	rows := [][]string{}
	for _, t := range targets {
		verdict := "missed"
		if t.Met {
			verdict = "met"
		}
		rows = append(rows, []string{verdict, t.Text, "seen " + t.Seen})
	}
	return "Targets.\n" + grid(3, rows...)
}
