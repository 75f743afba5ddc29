package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/safetext"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// TypeFinding is the type of a finding's event.
const TypeFinding = "OrganizationBucketFinding"

// maxText keeps an event small, whatever others wrote into a policy.
const maxText = 800

// Event tells of a finding that the run before didn't have. docs/finding.schema.json is
// the contract with consumers.
type Event struct {
	SchemaVersion string         `json:"schemaVersion"`
	ID            string         `json:"id"`
	Type          string         `json:"type"`
	Status        string         `json:"status"`
	OrgID         org.ID         `json:"orgId,omitempty"`
	Bucket        string         `json:"bucket,omitempty"`
	Code          audit.Code     `json:"code"`
	Severity      audit.Severity `json:"severity"`
	Text          string         `json:"text"`
	Hint          string         `json:"hint"`
	OccurredAt    string         `json:"occurredAt"`
}

// event makes the event of a finding. Its id is the same if the same run tells it again.
func event(r audit.Row, f audit.Finding, p print, started time.Time) Event {
	at := started.UTC().Format(time.RFC3339)
	return Event{
		SchemaVersion: "1.0", ID: at + "/" + string(p), Type: TypeFinding, Status: "found",
		OrgID: r.OrgID, Bucket: r.Bucket, Code: f.Code, Severity: f.Severity,
		Text: safetext.Line(f.Text, maxText), Hint: f.Hint, OccurredAt: at,
	}
}

// Events tell of findings.
type Events interface {
	// Publish publishes one. It may be repeated.
	Publish(ctx context.Context, e Event) error
}

// topic publishes to an SNS topic, with the attributes that outcomes have.
type topic struct {
	api *sns.Client
	arn string
}

// Publish publishes an event.
func (t topic) Publish(ctx context.Context, e Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode a finding's event: %w", err)
	}
	attributes := map[string]types.MessageAttributeValue{"type": text(e.Type), "status": text(e.Status)}
	if e.OrgID != "" {
		attributes["orgId"] = text(string(e.OrgID))
	}
	if _, err := t.api.Publish(ctx, &sns.PublishInput{TopicArn: &t.arn, Message: aws.String(string(body)), MessageAttributes: attributes}); err != nil {
		return fmt.Errorf("publish a finding to %s: %w", t.arn, err)
	}
	return nil
}

func text(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(s)}
}
