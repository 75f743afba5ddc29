// Package doctor checks that messages can be processed: the account's settings, and
// that queue, function, event source and topic of a stage fit together as its stack
// made them. It only reads. The result of a check that lacks a permission or gets no
// answer is Unknown, never a guess.
package doctor

import (
	"context"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/functionlog"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

// Status is what came out of a check.
type Status string

// The statuses, from good to bad.
const (
	// OK: it's as it should be.
	OK Status = "ok"
	// Notice: nothing is wrong yet, but somebody should look.
	Notice Status = "notice"
	// Unknown: it can't be told.
	Unknown Status = "unknown"
	// Wrong: messages fail, get lost or wait because of it, or soon will.
	Wrong Status = "wrong"
)

// Result is a check's, in texts that are safe to show.
type Result struct {
	// Check is the check's name, which scripts may rely on.
	Check  string `json:"check"`
	Status Status `json:"status"`
	// Seen says in one line what was seen, what is wrong, or why it can't be told.
	Seen string `json:"seen"`
	// Advice is what to do, in one line; may be empty.
	Advice string `json:"advice,omitempty"`
	// Permission is what is missing to tell, such as "iam:ListUsers on arn:…".
	Permission string `json:"permission,omitempty"`
}

// Doctor examines a stage.
type Doctor struct {
	stage   *stage.Stage
	account *account.Account

	queues    *sqs.Client
	topics    *sns.Client
	functions *lambda.Client
	costs     *costexplorer.Client
	buckets   *s3.Client
	keys      *kms.Client
	watch     *cloudwatch.Client
	log       *functionlog.Log
}

// New returns the doctor of a stage, of which any part may be missing, and of its
// account. cfg is the SDK's configuration, and buckets a client for buckets.
func New(s *stage.Stage, a *account.Account, cfg aws.Config, buckets *s3.Client) *Doctor {
	cfg = account.Asking(cfg)
	return &Doctor{
		stage: s, account: a,
		queues: sqs.NewFromConfig(cfg), topics: sns.NewFromConfig(cfg), functions: lambda.NewFromConfig(cfg), costs: costexplorer.NewFromConfig(cfg), buckets: buckets,
		keys: kms.NewFromConfig(cfg), watch: cloudwatch.NewFromConfig(cfg), log: functionlog.New(cfg, s.LogGroup),
	}
}

// checks are all checks in the order in which they are shown: those that others
// depend on come first. Without one of its facts a check has no result.
var checks = []struct {
	name  string
	facts []fact
	run   func(context.Context, *facts) Result
}{
	{"credentials", []fact{theCaller}, checkCredentials},
	{"clock", nil, checkClock},
	{"account-access-block", nil, checkAccountBlock},
	{"organization-access-block", nil, checkOrganizationBlock},
	{"bucket-quota", nil, checkQuota},
	{"cost-allocation-tag", nil, checkCostTag},
	{"queue", nil, checkQueue},
	{"redrive", []fact{theQueue}, checkRedrive},
	{"visibility", []fact{theQueue, theFunction}, checkVisibility},
	{"dead-letter-retention", []fact{theQueue, theDeadLetters}, checkRetention},
	{"dead-letters", []fact{theDeadLetters}, checkDeadLetters},
	{"topic", []fact{theTopic}, checkTopic},
	{"key", []fact{theTopic, theAlarmTopic}, checkKey},
	{"alarms", []fact{theAlarms}, checkAlarms},
	{"alarm-receivers", []fact{theAlarms, theAlarmTopic}, checkReceivers},
	{"function", []fact{theFunction}, checkFunction},
	{"function-settings", []fact{theFunction}, checkSettings},
	{"version", nil, checkVersion},
	{"event-source", nil, checkEventSource},
	{"claims", nil, checkClaims},
	{"namespace", nil, checkNamespace},
	{"client-users", nil, checkUsers},
}

// Examine reads the facts, then runs all checks at once. The results are in the
// order of the checks.
func (d *Doctor) Examine(ctx context.Context) []Result {
	f := d.facts(ctx)
	results := make([]Result, len(checks))
	var wg sync.WaitGroup
	for i, c := range checks {
		wg.Go(func() {
			if n := slices.IndexFunc(c.facts, func(n fact) bool { return f.err[n] != nil }); n >= 0 {
				results[i] = unknown(f.err[c.facts[n]])
			} else {
				results[i] = c.run(ctx, f)
			}
			results[i].Check = c.name
		})
	}
	wg.Wait()
	return results
}

// Worst is the worst status of the results: Wrong, then Unknown, then Notice.
func Worst(results []Result) Status {
	worst := OK
	rank := map[Status]int{OK: 0, Notice: 1, Unknown: 2, Wrong: 3}
	for _, r := range results {
		if rank[r.Status] > rank[worst] {
			worst = r.Status
		}
	}
	return worst
}
