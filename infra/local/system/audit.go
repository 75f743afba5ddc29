package system

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/infra/local/lambdasim"
	"github.com/fusionpos/orgbucket/infra/permissions"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
)

// AuditUser is the IAM user that stands for the role of the function that audits.
const AuditUser = "orgbucket-audit"

// tick is what EventBridge's schedule sends.
const tick = `{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}`

// AuditRun is what a run of the scheduled audit wrote into its log.
type AuditRun struct {
	Findings []Finding
	// End is the run's line, whose fields are the metrics.
	End map[string]any
}

// Finding is the line of a finding.
type Finding struct {
	Bucket, Code, Severity, Text string
	New                          bool
}

// audit is the function that audits, and what it has written.
type audit struct {
	function *lambdasim.Function
	mu       sync.Mutex
	lines    []string
}

// startAudit makes the function and its identity; its first process starts with the
// first run.
func (s *System) startAudit(ctx context.Context, o Options) error {
	if o.Audit == "" {
		return nil
	}
	identity, _, err := createUser(ctx, s.S3, AuditUser, permissions.Audit(scope(s.S3, s.Naming.BucketPrefix, s.HomesBucket)))
	if err != nil {
		return err
	}
	env := s.environment(identity)
	maps.Copy(env, map[string]string{"AUDIT_EVERY": "1h", "AUDIT_RATE": "200"})
	s.audit = &audit{}
	s.audit.function, err = lambdasim.New(lambdasim.Options{
		Bootstrap: o.Audit, Env: env, Timeout: time.Minute, MemoryMB: 256, FunctionName: "audit-buckets",
		Region: s.Naming.Region, Account: s.Naming.Account,
		Logs: func(line string) {
			s.audit.mu.Lock()
			defer s.audit.mu.Unlock()
			s.audit.lines = append(s.audit.lines, line)
			if o.FunctionLog != nil {
				o.FunctionLog(line)
			}
		},
	})
	if err == nil {
		s.onClose(s.audit.function.Close)
	}
	return err
}

// Audit invokes the function that audits, as the schedule does an hour after the last
// run, and returns what it wrote.
func (s *System) Audit(ctx context.Context) (AuditRun, error) {
	if err := s.anHourLater(ctx); err != nil {
		return AuditRun{}, err
	}
	s.audit.mu.Lock()
	s.audit.lines = nil
	s.audit.mu.Unlock()
	if _, err := s.audit.function.Invoke(ctx, []byte(tick)); err != nil {
		return AuditRun{}, fmt.Errorf("invoke the function that audits: %w", err)
	}
	s.audit.mu.Lock()
	defer s.audit.mu.Unlock()
	var run AuditRun
	for _, line := range s.audit.lines {
		var is struct{ Message string }
		if json.Unmarshal([]byte(line), &is) != nil {
			continue
		}
		switch is.Message {
		case "finding":
			var f Finding
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				return run, fmt.Errorf("read a finding's line: %w", err)
			}
			run.Findings = append(run.Findings, f)
		case "audit":
			if err := json.Unmarshal([]byte(line), &run.End); err != nil {
				return run, fmt.Errorf("read the run's line: %w", err)
			}
		}
	}
	if run.End == nil {
		return run, fmt.Errorf("the audit wrote no line about its run: %q", s.audit.lines)
	}
	return run, nil
}

// anHourLater makes the buckets an hour older, and the last run that the function
// remembers. In new buckets an audit would look at each finding three times, in nine seconds.
func (s *System) anHourLater(ctx context.Context) error {
	if err := s.S3.Age(time.Hour); err != nil {
		return err
	}
	root := s.S3.RootClient()
	out, err := root.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.HomesBucket, Key: aws.String(bucket.AuditKey)})
	if awserror.Code(err) == "NoSuchKey" {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what the audit remembers: %w", err)
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(out.Body)
	var state map[string]any
	if err = errors.Join(err, json.Unmarshal(text, &state)); err != nil {
		return fmt.Errorf("read what the audit remembers: %w", err)
	}
	state["started"] = time.Now().Add(-time.Hour)
	text, _ = json.Marshal(state) // it was JSON
	if _, err := root.PutObject(ctx, &s3.PutObjectInput{Bucket: &s.HomesBucket, Key: aws.String(bucket.AuditKey), Body: bytes.NewReader(text)}); err != nil {
		return fmt.Errorf("make the audit's last run older: %w", err)
	}
	return nil
}
