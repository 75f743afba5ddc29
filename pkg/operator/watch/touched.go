package watch

import (
	"context"
	"encoding/json"
	"log/slog"
)

const touchedMessage = "touched"

// touch is what EventBridge tells: somebody changed a bucket or a key of the stage. Which
// ones are told is decided by the stack's rules (infra/stack/guard.go)
// (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-tag.html,
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html).
type touch struct {
	Source    string   `json:"source"`
	Time      string   `json:"time"`
	Resources []string `json:"resources"`
	Detail    struct {
		// Of a change of tags, which doesn't say by whom.
		Keys []string `json:"changed-tag-keys"`
		// Of a call that CloudTrail logged.
		Event      string `json:"eventName"`
		Parameters struct {
			Bucket string `json:"bucketName"`
			Key    string `json:"keyId"`
		} `json:"requestParameters"`
		By struct {
			ARN string `json:"arn"`
		} `json:"userIdentity"`
	} `json:"detail"`
}

// touched writes the line of an event, and reports whether the payload is one. What of
// it has another type than AWS documents is left out of the line.
func (w *Watch) touched(ctx context.Context, payload []byte) bool {
	var t touch
	_ = json.Unmarshal(payload, &t) // its source says enough
	if t.Source != "aws.tag" && t.Source != "aws.s3" && t.Source != "aws.kms" {
		return false
	}
	what := t.Detail.Event
	if what == "" {
		what = "TagChange"
	}
	w.log.LogAttrs(ctx, slog.LevelInfo, touchedMessage,
		slog.String("event", what), slog.String("bucket", t.Detail.Parameters.Bucket), slog.String("key", t.Detail.Parameters.Key),
		slog.Any("resources", t.Resources), slog.Any("tagKeys", t.Detail.Keys), slog.String("by", t.Detail.By.ARN), slog.String("at", t.Time))
	return true
}
