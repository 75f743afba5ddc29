package watch_test

import (
	"fmt"
	"testing"
)

// TestWhatSomebodyTouchedIsALineAndNoAudit. The events are as AWS documents them, shortened.
func TestWhatSomebodyTouchedIsALineAndNoAudit(t *testing.T) {
	for event, want := range map[string]string{
		`{"version":"0","detail-type":"Tag Change on Resource","source":"aws.tag","account":"935799716578","time":"2026-11-28T07:00:00Z","region":"us-east-1",
			"resources":["arn:aws:s3:::fusion-rms-alpha"],"detail":{"changed-tag-keys":["OrgId"],"service":"s3","resource-type":"bucket","version":3,"tags":{"OrgId":"other"}}}`: "event=TagChange bucket= key= resources=[arn:aws:s3:::fusion-rms-alpha] tagKeys=[OrgId] by= at=2026-11-28T07:00:00Z",
		`{"detail-type":"AWS API Call via CloudTrail","source":"aws.s3","time":"2026-11-28T07:00:00Z","detail":{"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::935799716578:assumed-role/admin/eve"},
			"eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy","requestParameters":{"bucketName":"fusion-rms-alpha","bucketPolicy":{"Version":"2012-10-17"}}}}`: "event=PutBucketPolicy bucket=fusion-rms-alpha key= resources=<nil> tagKeys=<nil> by=arn:aws:sts::935799716578:assumed-role/admin/eve at=2026-11-28T07:00:00Z",
		`{"detail-type":"AWS API Call via CloudTrail","source":"aws.kms","time":"2026-11-28T07:00:00Z","detail":{"userIdentity":{"arn":"arn:aws:iam::935799716578:user/eve"},
			"eventName":"DisableKey","requestParameters":{"keyId":"a-key"}}}`: "event=DisableKey bucket= key=a-key resources=<nil> tagKeys=<nil> by=arn:aws:iam::935799716578:user/eve at=2026-11-28T07:00:00Z",
	} {
		inWorld(t, nil, func(w *world) {
			w.ready("alpha")
			w.s3.ForgetCalls()
			if err := w.watch.Invoke(w.t.Context(), []byte(event)); err != nil {
				w.t.Fatal(err)
			}
			lines := w.log.of("touched")
			if len(lines) != 1 || len(w.s3.Calls()) != 0 {
				w.t.Fatalf("%d lines, %d calls", len(lines), len(w.s3.Calls()))
			}
			if got := fmt.Sprint(numbers(lines[0], "event", "bucket", "key", "resources", "tagKeys", "by", "at")); got != want {
				w.t.Errorf("got %s\nnot %s", got, want)
			}
		})
	}
}
