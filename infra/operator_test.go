package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

// operator is who may do what: the policies of docs/iam that a person has.
type operator string

const (
	reads    operator = "reads"   // operator-read
	replays  operator = "replays" // and operator-replay
	adopts   operator = "adopts"  // operator-read and operator-adopt
	everyone operator = "has them all"
)

// policies are the operator's for production.
func (o operator) policies(t *testing.T) any {
	t.Helper()
	statements := permissions.OperatorRead(production)
	if o == replays || o == everyone {
		statements = append(statements, permissions.OperatorAct(production)...)
	}
	if o == adopts || o == everyone {
		statements = append(statements, permissions.OperatorAdopt(production)...)
	}
	document, err := permissions.Document(statements)
	if err != nil {
		t.Fatal(err)
	}
	var policy any
	if err := json.Unmarshal(document, &policy); err != nil {
		t.Fatal(err)
	}
	return policy
}

// by returns the calls as made by an operator.
func by(t *testing.T, o operator, all []named) []named {
	policy := o.policies(t)
	calls := slices.Clone(all)
	for i := range calls {
		calls[i].identity = policy
		calls[i].name = string(o) + ", " + calls[i].name
	}
	return calls
}

// production is cdk.json's stage prod, as the operators' policies know it.
var production = permissions.Stage{
	Scope: permissions.Scope{Partition: "aws", Account: account, BucketPrefix: "fusion-rms-", HomesBucket: homesBucket},
	Name:  "prod", Region: "us-east-1", ClientAccount: account, ClientUserPrefix: "rms_",
}

// homesBucket keeps production's claims, ourClaim is one of them.
const (
	homesBucket = "orgbucket-prod-homes-" + account + "-us-east-1-an"
	ourClaim    = "arn:aws:s3:::" + homesBucket + "/homes/xmsqa1"
)

func TestEveryCallOfTheOperatorsToolIsAllowedByItsPolicy(t *testing.T) {
	tpl := shared().stacks["prod"]
	for who, calls := range operatorsCalls(tpl) {
		decide(t, tpl, "Allowed", by(t, who, calls))
	}
}

func TestNoCallOfTheOperatorsToolIsAllowedByALesserPolicy(t *testing.T) {
	tpl := shared().stacks["prod"]
	calls := operatorsCalls(tpl)
	decide(t, tpl, "denied", slices.Concat(
		by(t, reads, calls[replays]), by(t, reads, calls[adopts]),
		by(t, adopts, calls[replays]), by(t, replays, calls[adopts]),
	))
}

func TestNoOperatorMayDoMoreThanTheToolNeeds(t *testing.T) {
	tpl := shared().stacks["prod"]
	decide(t, tpl, "denied", by(t, everyone, operatorsMayNot(tpl)))
}

// operatorsMayNot are calls that no operator must be able to make.
func operatorsMayNot(tpl template) []named {
	arn := func(output string) string { return tpl.resolved(tpl.Outputs[output].Value).(string) }
	of := func(service, rest string) string { return "arn:aws:" + service + ":us-east-1:" + account + ":" + rest }
	ours := in(account)
	user := "arn:aws:iam::" + account + ":user/rms_xmsqa1"
	return []named{
		{"read a client's file", call{action: "s3:GetObject", resource: ourBucket + "/sync/menu.json", context: ours}},
		{"read a client's image", call{action: "s3:GetObject", resource: ourBucket + "/pub/logo.png", context: ours}},
		{"read an object whose key only ends like the folder", call{action: "s3:GetObject", resource: ourBucket + "/private/pub/", context: ours}},
		{"read an old version of a file", call{action: "s3:GetObjectVersion", resource: ourBucket + "/sync/menu.json", context: ours}},
		{"write a file", call{action: "s3:PutObject", resource: ourBucket + "/pub/", context: ours}},
		{"overwrite a claim unseen", call{action: "s3:PutObject", resource: ourClaim, context: ours}},
		{"put a claim in another account's bucket", call{action: "s3:PutObject", resource: ourClaim, owner: stranger, context: in(stranger, "s3:if-none-match", "*"), resourcePolicy: anything("arn:aws:s3:::" + homesBucket)}},
		{"put something else into the bucket of the claims", call{action: "s3:PutObject", resource: "arn:aws:s3:::" + homesBucket + "/x", context: in(account, "s3:if-none-match", "*")}},
		{"delete a claim", call{action: "s3:DeleteObject", resource: ourClaim, context: ours}},
		{"delete a version of a claim", call{action: "s3:DeleteObjectVersion", resource: ourClaim, context: ours}},
		{"open the bucket of the claims", call{action: "s3:PutBucketPublicAccessBlock", resource: "arn:aws:s3:::" + homesBucket, context: ours}},
		{"stop its versioning", call{action: "s3:PutBucketVersioning", resource: "arn:aws:s3:::" + homesBucket, context: ours}},
		{"delete a file", call{action: "s3:DeleteObject", resource: ourBucket + "/sync/menu.json", context: ours}},
		{"create a bucket", call{action: "s3:CreateBucket", resource: ourBucket, context: tagged("OrgId")}},
		{"delete a bucket", call{action: "s3:DeleteBucket", resource: ourBucket, context: ours}},
		{"write a bucket's policy", call{action: "s3:PutBucketPolicy", resource: ourBucket, context: ours}},
		{"delete a bucket's policy", call{action: "s3:DeleteBucketPolicy", resource: ourBucket, context: ours}},
		{"write a bucket's public access block", call{action: "s3:PutBucketPublicAccessBlock", resource: ourBucket, context: ours}},
		{"write the account's public access block", call{action: "s3:PutAccountPublicAccessBlock", resource: "*"}},
		{"read the policy of a bucket outside the prefix", call{action: "s3:GetBucketPolicy", resource: "arn:aws:s3:::fusion-backups", context: ours}},
		{"read the policy of another account's bucket", call{action: "s3:GetBucketPolicy", resource: ourBucket, owner: stranger, context: in(stranger), resourcePolicy: anything(ourBucket)}},
		{"tag another stage's bucket", call{action: "s3:TagResource", resource: "arn:aws:s3:::fusion-rmsdev-xmsqa1", context: retagged(account, "OrgId")}},
		{"tag a bucket of another account", call{action: "s3:TagResource", resource: ourBucket, owner: stranger, context: retagged(stranger, "OrgId"), resourcePolicy: anything(ourBucket)}},
		{"write another tag", call{action: "s3:TagResource", resource: ourBucket, context: retagged(account, "CostCenter")}},
		{"write another tag beside it", call{action: "s3:TagResource", resource: ourBucket, context: retagged(account, "OrgId", "CostCenter")}},
		{"tag without a tag", call{action: "s3:TagResource", resource: ourBucket, context: ours}},
		{"replace a bucket's tags", call{action: "s3:PutBucketTagging", resource: ourBucket, context: ours}},
		{"remove a bucket's tags", call{action: "s3:UntagResource", resource: ourBucket, context: ours}},
		{"publish an outcome", call{action: "sns:Publish", resource: arn("OutcomeTopicArn")}},
		{"have outcomes sent to an address", call{action: "sns:Subscribe", resource: arn("OutcomeTopicArn"), context: map[string]any{"sns:Protocol": "email", "sns:Endpoint": "somebody@example.com"}}},
		{"have outcomes sent to a server", call{action: "sns:Subscribe", resource: arn("OutcomeTopicArn"), context: map[string]any{"sns:Protocol": "https", "sns:Endpoint": "https://example.com/"}}},
		{"have outcomes sent to another queue", call{action: "sns:Subscribe", resource: arn("OutcomeTopicArn"), context: map[string]any{"sns:Protocol": "sqs", "sns:Endpoint": of("sqs", "payroll")}}},
		{"subscribe to the alarms", call{action: "sns:Subscribe", resource: of("sns", "orgbucket-prod-alarms"), context: map[string]any{"sns:Protocol": "sqs", "sns:Endpoint": of("sqs", "payroll")}}},
		{"end a subscription to the outcomes", call{action: "sns:Unsubscribe", resource: arn("OutcomeTopicArn")}},
		{"unsubscribe from another topic", call{action: "sns:Unsubscribe", resource: of("sns", "payroll")}},
		{"change the topic", call{action: "sns:SetTopicAttributes", resource: arn("OutcomeTopicArn")}},
		{"receive from the queue", call{action: "sqs:ReceiveMessage", resource: arn("QueueArn")}},
		{"delete from the queue", call{action: "sqs:DeleteMessage", resource: arn("QueueArn")}},
		{"purge the queue", call{action: "sqs:PurgeQueue", resource: arn("QueueArn")}},
		{"purge the dead letters", call{action: "sqs:PurgeQueue", resource: arn("DeadLetterQueueArn")}},
		{"send to the dead-letter queue", call{action: "sqs:SendMessage", resource: arn("DeadLetterQueueArn")}},
		{"have everything redriven", call{action: "sqs:StartMessageMoveTask", resource: arn("DeadLetterQueueArn")}},
		{"delete the queue", call{action: "sqs:DeleteQueue", resource: arn("QueueArn")}},
		{"change who may send", call{action: "sqs:SetQueueAttributes", resource: arn("QueueArn")}},
		{"send to another stage's queue", call{action: "sqs:SendMessage", resource: of("sqs", "orgbucket-dev-organization-created")}},
		{"look at another stage's dead letters", call{action: "sqs:ReceiveMessage", resource: of("sqs", "orgbucket-dev-dead-letters")}},
		{"delete another stage's dead letters", call{action: "sqs:DeleteMessage", resource: of("sqs", "orgbucket-dev-dead-letters")}},
		{"look at dead letters of a stage whose name begins like this", call{action: "sqs:ReceiveMessage", resource: of("sqs", "orgbucket-prod-02-dead-letters")}},
		{"read another stage's parameters", call{action: "ssm:GetParametersByPath", resource: of("ssm", "parameter/orgbucket/dev")}},
		{"read the parameters of a stage whose name begins like this", call{action: "ssm:GetParametersByPath", resource: of("ssm", "parameter/orgbucket/prod-02")}},
		{"move the stage's parts", call{action: "ssm:PutParameter", resource: of("ssm", "parameter/orgbucket/prod/queue-url")}},
		{"create a queue of the stage", call{action: "sqs:CreateQueue", resource: of("sqs", "orgbucket-prod-more")}},
		{"list queues", call{action: "sqs:ListQueues", resource: "*"}},
		{"create another queue", call{action: "sqs:CreateQueue", resource: of("sqs", "payroll")}},
		{"create a client's user", call{action: "iam:CreateUser", resource: user}},
		{"make keys for a client's user", call{action: "iam:CreateAccessKey", resource: user}},
		{"look at another user", call{action: "iam:GetUser", resource: "arn:aws:iam::" + account + ":user/admin"}},
		{"change the function", call{action: "lambda:UpdateFunctionConfiguration", resource: arn("FunctionArn")}},
		{"fetch the function's code", call{action: "lambda:GetFunction", resource: arn("FunctionArn")}},
		{"call the function", call{action: "lambda:InvokeFunction", resource: arn("FunctionArn")}},
		{"read another organization policy", call{action: "organizations:DescribeEffectivePolicy", resource: "arn:aws:organizations::" + stranger + ":account/o-abcdefghij/" + account, context: map[string]any{"organizations:PolicyType": "BACKUP_POLICY"}}},
		{"read another log", call{action: "logs:FilterLogEvents", resource: logGroup("/aws/lambda/payroll") + ":*"}},
	}
}

// TestTheOperatorsPoliciesNameTheStagesParts: the policies are made from the
// stage's name, so the stack has to name its parts as they think.
func TestTheOperatorsPoliciesNameTheStagesParts(t *testing.T) {
	tpl := shared().stacks["prod"]
	for _, r := range tpl.ofType("AWS::SSM::Parameter") {
		if name := r.Properties["Name"].(string); !strings.HasPrefix(name, "/orgbucket/"+production.Name+"/") {
			t.Errorf("parameter %s isn't below the stage's path", name)
		}
	}
	document, err := permissions.Document(slices.Concat(permissions.OperatorRead(production), permissions.OperatorAct(production)))
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"QueueArn", "DeadLetterQueueArn", "OutcomeTopicArn", "FunctionArn"} {
		if arn := tpl.resolved(tpl.Outputs[output].Value).(string); !strings.Contains(string(document), `"`+arn+`"`) {
			t.Errorf("no policy names %s, the stack's %s", arn, output)
		}
	}
	if log := logGroup(tpl.resolved(tpl.Outputs["LogGroupName"].Value).(string)); !strings.Contains(string(document), log) {
		t.Errorf("no policy names %s", log)
	}
	if name := tpl.resolved(tpl.Outputs["HomesBucket"].Value); name != homesBucket {
		t.Errorf("the stack's bucket of claims is %v", name)
	}
	if want := tpl.resolved(tpl.Outputs["BucketPrefix"].Value); want != production.BucketPrefix {
		t.Errorf("the stack's buckets begin with %v", want)
	}
}
