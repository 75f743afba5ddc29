// Package logfake is CloudWatch Logs as far as reading a log group goes: FilterLogEvents
// with patterns that compare fields of JSON lines. The local system serves its function's
// log by it.
package logfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Log is one log group. Its methods may be called concurrently.
type Log struct {
	// Group is its name.
	Group string
	// PageSize is how many lines are looked at for a page, 10,000 if it's 0.
	PageSize int
	// Fail, if not empty, is the code that every call is refused with.
	Fail string

	mu     sync.Mutex
	events []event
}

type event struct {
	Timestamp     int64  `json:"timestamp"`
	IngestionTime int64  `json:"ingestionTime"`
	Message       string `json:"message"`
	EventID       string `json:"eventId"`
	Stream        string `json:"logStreamName"`
}

// Add adds a line.
func (l *Log) Add(at time.Time, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, event{at.UnixMilli(), at.UnixMilli(), line, strconv.Itoa(len(l.events)), "s"})
}

// request is FilterLogEvents' input, as far as it's obeyed.
type request struct {
	LogGroupName, FilterPattern, NextToken string
	StartTime                              int64
}

// answer is its output. A page is of the lines that were looked at, so it may be empty
// although there are more.
type answer struct {
	Events    []event `json:"events"`
	NextToken *string `json:"nextToken,omitempty"`
}

// ServeHTTP answers a call.
func (l *Log) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	refuse := func(code, said string) {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": said}) // who asked may have gone
	}
	if l.Fail != "" {
		refuse(l.Fail, "said by AWS")
		return
	}
	var in request
	if r.Header.Get("X-Amz-Target") != "Logs_20140328.FilterLogEvents" || json.NewDecoder(r.Body).Decode(&in) != nil {
		refuse("UnknownOperationException", "only FilterLogEvents is served here")
		return
	}
	if in.LogGroupName != l.Group {
		refuse("ResourceNotFoundException", "The specified log group does not exist.")
		return
	}
	matches, err := parse(in.FilterPattern)
	if err != nil {
		refuse("InvalidParameterException", err.Error())
		return
	}
	_ = json.NewEncoder(w).Encode(l.page(in, matches)) // as above
}

func (l *Log) page(in request, matches func(line string) bool) answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := l.PageSize
	if size == 0 {
		size = 10_000
	}
	from, _ := strconv.Atoi(in.NextToken) // the first page has none
	to := min(from+size, len(l.events))
	out := answer{Events: []event{}}
	for _, e := range l.events[min(from, to):to] {
		if e.Timestamp >= in.StartTime && matches(e.Message) {
			out.Events = append(out.Events, e)
		}
	}
	if to < len(l.events) {
		next := strconv.Itoa(to)
		out.NextToken = &next
	}
	return out
}

var term = regexp.MustCompile(`^\$\.([A-Za-z]+) *(!=|>|<|=) *("(?:[^"\\]|\\.)*"|[0-9.]+)$`)

// parse reads a pattern like { $.message = "record" && $.durationMs > 10 }
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
func parse(pattern string) (matches func(line string) bool, err error) {
	if pattern == "" {
		return func(string) bool { return true }, nil
	}
	inner, opens := strings.CutPrefix(strings.TrimSpace(pattern), "{")
	inner, closes := strings.CutSuffix(inner, "}")
	if !opens || !closes {
		return nil, fmt.Errorf("invalid filter pattern: %s", pattern)
	}
	var terms [][]string
	for text := range strings.SplitSeq(inner, "&&") {
		m := term.FindStringSubmatch(strings.TrimSpace(text))
		if m == nil {
			return nil, fmt.Errorf("invalid filter pattern: %s", pattern)
		}
		terms = append(terms, m[1:])
	}
	return func(line string) bool {
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil {
			return false
		}
		for _, t := range terms {
			if !holds(fields[t[0]], t[1], t[2]) {
				return false
			}
		}
		return true
	}, nil
}

// holds reports whether a field meets a comparison. A field that isn't there meets none.
func holds(field any, operator, operand string) bool {
	if number, ok := field.(float64); ok {
		want, err := strconv.ParseFloat(operand, 64)
		return err == nil && map[string]bool{"=": number == want, "!=": number != want, ">": number > want, "<": number < want}[operator]
	}
	text, ok := field.(string)
	want, err := strconv.Unquote(operand)
	if !ok || err != nil {
		return false
	}
	same, err := path.Match(strings.ReplaceAll(want, "[", `\[`), text)
	return err == nil && same == (operator == "=")
}
