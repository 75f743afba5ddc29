package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
)

// Machine is what the figures are of.
type Machine struct {
	Cores     int    `json:"cores"`
	Processor string `json:"processor"`
	Go        string `json:"go"`
	Platform  string `json:"platform"`
	Date      string `json:"date"`
}

// Document is a whole benchmark.
type Document struct {
	Machine Machine `json:"machine"`
	Rows    []Row   `json:"rows"`
	// ConnectMS is what CONNECT adds to opening a connection, in milliseconds.
	ConnectMS float64 `json:"connectMs"`
	// Memory is resident memory after each tenth of the endurance run, in units of 1024².
	Memory  []float64 `json:"memoryMb,omitempty"`
	Targets []Target  `json:"targets"`
}

// Find gives the row of a key.
func (d Document) Find(key Key) (Row, bool) {
	for _, row := range d.Rows {
		if row.Key == key {
			return row, true
		}
	}
	return Row{}, false
}

// Read reads a document; there is false if the file doesn't exist.
func Read(path string) (d Document, there bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return d, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		return d, false, fmt.Errorf("read the committed figures %s: %w", path, err)
	}
	return d, true, nil
}

// spreadLines are the lines of one Spread, which are better read as one.
var spreadLines = regexp.MustCompile(`\{\s*"median": (\S+),\s*"min": (\S+),\s*"max": (\S+)\s*\}`)

// Write writes the document.
func (d Document) Write(path string) error {
	text, err := json.MarshalIndent(d.rounded(), "", " ")
	if err == nil {
		text = spreadLines.ReplaceAll(text, []byte(`{"median": $1, "min": $2, "max": $3}`))
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return nil
}
