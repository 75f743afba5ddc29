package system

import "encoding/json"

// Record is the line that the function logs at the end of every delivery of a
// message, as far as the screen shows it.
type Record struct {
	Message      string `json:"message"` // "record"; other lines have other texts
	MessageID    string `json:"messageId"`
	OrgID        string `json:"orgId"` // empty if the message has no valid one
	ReceiveCount int    `json:"receiveCount"`
	Status       string `json:"status"` // of the outcome, or "retried"
	Code         string `json:"code"`   // of a failure, as is Step
	Step         string `json:"step"`
	Visible      string `json:"visible"`   // when the message comes again, in words
	Announced    bool   `json:"announced"` // an outcome tells of the failure
}

// parseRecord reads a line of the function's log, and reports whether it is a record.
func parseRecord(line string) (Record, bool) {
	var r Record
	err := json.Unmarshal([]byte(line), &r)
	return r, err == nil && r.Message == "record" && r.MessageID != ""
}
