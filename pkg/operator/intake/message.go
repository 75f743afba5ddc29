package intake

import (
	"bytes"
	"encoding/json"

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
