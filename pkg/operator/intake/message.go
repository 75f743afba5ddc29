package intake

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// Body returns the message for an organization, in the canonical form of
// docs/organization-created.schema.json.
func Body(id org.ID, correlationID string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // as people write it
	// Strings can always be encoded.
	_ = enc.Encode(struct {
		Type          string `json:"type"`
		OrgID         org.ID `json:"orgId"`
		CorrelationID string `json:"correlationId,omitempty"`
	}{org.EventType, id, correlationID})
	return string(bytes.TrimSpace(out.Bytes()))
}

// CheckCorrelationID checks a correlation id as the function would check it in a
// message: outcomes have only a valid one.
func CheckCorrelationID(correlationID string) error {
	event, err := org.Parse([]byte(Body("checked", correlationID)))
	switch {
	case correlationID == "":
		return fmt.Errorf("the correlation id is empty")
	case err != nil:
		return fmt.Errorf("correlation id %+.140q: %w", correlationID, err)
	case len(event.Warnings) > 0:
		return fmt.Errorf("correlation id %+.140q: the function would say: %s", correlationID, event.Warnings[0])
	}
	return nil
}
