package system

import "encoding/json"

// Record is the line that the function logs at the end of every delivery of a
// message, as far as the screen shows it.
type Record struct {
	Message       string   `json:"message"` // "record"; other lines have other texts
	MessageID     string   `json:"messageId"`
	ReceiveCount  int      `json:"receiveCount"`
	DurationMs    float64  `json:"durationMs"`
	OrgID         string   `json:"orgId"`
	CorrelationID string   `json:"correlationId"`
	Status        string   `json:"status"` // of the outcome, or "retried"
	Bucket        string   `json:"bucket"`
	Changes       []string `json:"changes"`
	Warnings      []string `json:"warnings"`
	Kind          string   `json:"kind"` // of a failure, as are all that follow
	Code          string   `json:"code"`
	Step          string   `json:"step"`
	Error         string   `json:"error"`
	Announced     bool     `json:"announced"`
	Visible       string   `json:"visible"` // when the message comes again, in words
}

// parseRecord reads a line of the function's log; false if it's no record.
func parseRecord(line string) (Record, bool) {
	var r Record
	err := json.Unmarshal([]byte(line), &r)
	return r, err == nil && r.Message == "record" && r.MessageID != ""
}
