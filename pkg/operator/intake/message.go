package intake

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// Body is the canonical message for an organization, as
// docs/organization-created.schema.json has it.
func Body(id org.ID, correlationID string) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // as people write it
	// Text alone can always be encoded.
	_ = enc.Encode(struct {
		Type          string `json:"type"`
		OrgID         org.ID `json:"orgId"`
		CorrelationID string `json:"correlationId,omitempty"`
	}{org.EventType, id, correlationID})
	return string(bytes.TrimSpace(out.Bytes()))
}

// CheckCorrelationID tells whether outcomes would have the id: it is what the
// function itself says of a message with it.
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
