package doctor_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

// finding is what a check finds in a changed world, of a changed stage.
type finding struct {
	world func(*awsfake.World)
	stage func(*stage.Stage)
	want  doctor.Status
	says  string
}

func (f finding) hold(t *testing.T, check string) {
	t.Helper()
	w, d := awsfake.New(), prod()
	if f.world != nil {
		f.world(w)
	}
	if f.stage != nil {
		f.stage(d)
	}
	results := newDoctor(w, d).Examine(context.Background())
	r := results[slices.IndexFunc(results, func(r doctor.Result) bool { return r.Check == check })]
	if r.Status != f.want || !strings.Contains(r.Seen, f.says) {
		t.Errorf("%+v\nwant %s: %s", r, f.want, f.says)
	}
	if (r.Status == doctor.Wrong || r.Status == doctor.Notice) && r.Advice == "" {
		t.Errorf("it doesn't say what to do: %+v", r)
	}
	if strings.Contains(r.Seen+r.Advice, "hunter2") {
		t.Errorf("it shows somebody's secret: %+v", r)
	}
}

func each(t *testing.T, check string, findings map[string]finding) {
	t.Helper()
	for name, f := range findings {
		t.Run(name, func(t *testing.T) { f.hold(t, check) })
	}
}

// on returns an action's answer.
func on(action string, a awsfake.Answer) func(*awsfake.World) {
	return func(w *awsfake.World) { w.On(action, a) }
}

func queue(changes map[string]string) func(*awsfake.World) {
	return func(w *awsfake.World) { w.OnQueue(awsfake.QueueURL, awsfake.QueueAttributes(changes)) }
}

func deadLetters(changes map[string]string) func(*awsfake.World) {
	return func(w *awsfake.World) { w.OnQueue(awsfake.DeadLetterURL, awsfake.DeadLetterAttributes(changes)) }
}

func TestWhoseTheCredentialsAre(t *testing.T) {
	each(t, "credentials", map[string]finding{
		"the stack's account":        {nil, nil, doctor.OK, "arn:aws:sts::935799716578:assumed-role/operator/anna"},
		"another account":            {on("sts:GetCallerIdentity", awsfake.Caller("111122223333", "arn:aws:iam::111122223333:user/a")), nil, doctor.Wrong, "is of account 111122223333, the stack is in 935799716578"},
		"the stack's account's open": {nil, func(d *stage.Stage) { d.Naming.Account = "" }, doctor.Unknown, "ACCOUNT_ID"},
		"they are over":              {on("sts:GetCallerIdentity", awsfake.Expired("sts:GetCallerIdentity")), nil, doctor.Unknown, "expired"},
	})
}

func TestHowFarTheClockIsOff(t *testing.T) {
	skewed := func(by time.Duration) func(*awsfake.World) {
		return func(w *awsfake.World) { w.Skew = by }
	}
	each(t, "clock", map[string]finding{
		"not at all":         {nil, nil, doctor.OK, "right"},
		"a little":           {skewed(40 * time.Second), nil, doctor.OK, "right"},
		"behind by minutes":  {skewed(3 * time.Minute), nil, doctor.Notice, "behind"},
		"ahead by minutes":   {skewed(-3 * time.Minute), nil, doctor.Notice, "ahead"},
		"behind by too much": {skewed(7 * time.Minute), nil, doctor.Wrong, "behind"},
		"ahead by a day":     {skewed(-24 * time.Hour), nil, doctor.Wrong, "ahead"},
		"told by the queue alone": {func(w *awsfake.World) {
			w.Skew = 7 * time.Minute
			w.On("sts:GetCallerIdentity", awsfake.Unreachable(""))
		}, nil, doctor.Wrong, "behind"},
		"told by a refusal": {func(w *awsfake.World) {
			w.Skew = 20 * time.Minute
			w.On("sts:GetCallerIdentity", awsfake.Refuse("sts:GetCallerIdentity", 403, "SignatureDoesNotMatch", "Signature expired"))
			w.On("sqs:GetQueueAttributes", awsfake.Unreachable(""))
		}, nil, doctor.Wrong, "behind"},
		"nobody tells": {func(w *awsfake.World) {
			w.On("sts:GetCallerIdentity", awsfake.Unreachable(""))
			w.On("sqs:GetQueueAttributes", awsfake.Unreachable(""))
		}, nil, doctor.Unknown, "nobody"},
	})
}

func TestPublicAccessBlocksAboveTheBuckets(t *testing.T) {
	each(t, "account-access-block", map[string]finding{
		"only ACLs are blocked":         {nil, nil, doctor.OK, "leaves public policies alone"},
		"public policies are refused":   {on("s3:GetAccountPublicAccessBlock", awsfake.Block("BlockPublicPolicy")), nil, doctor.Wrong, "BlockPublicPolicy on"},
		"public policies are dead":      {on("s3:GetAccountPublicAccessBlock", awsfake.Block("RestrictPublicBuckets")), nil, doctor.Wrong, "RestrictPublicBuckets on"},
		"there's no block":              {on("s3:GetAccountPublicAccessBlock", awsfake.Refuse("s3:GetAccountPublicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration", "")), nil, doctor.OK, ""},
		"nobody knows for what account": {nil, func(d *stage.Stage) { d.Naming.Account = "" }, doctor.Unknown, "ACCOUNT_ID"},
	})
	const action = "organizations:DescribeEffectivePolicy"
	each(t, "organization-access-block", map[string]finding{
		"no policy":     {nil, nil, doctor.OK, ""},
		"a policy":      {on(action, awsfake.Policy(`{"s3_attributes":{"public_access_block_configuration":"all"}}`)), nil, doctor.Wrong, "BlockPublicPolicy and RestrictPublicBuckets"},
		"a strange one": {on(action, awsfake.Policy(`{"s3_attributes":{"public_access_block_configuration":"most"}}`)), nil, doctor.Unknown, "most"},
	})
}

func TestHowManyBucketsAreLeft(t *testing.T) {
	const action = "servicequotas:GetServiceQuota"
	each(t, "bucket-quota", map[string]finding{
		"many": {nil, nil, doctor.OK, "2500 of 10000"},
		"just a tenth": {func(w *awsfake.World) {
			w.On(action, awsfake.Quota(100))
			w.On("s3:ListAllMyBuckets", awsfake.Buckets(90, ""))
		}, nil, doctor.OK, "90 of 100"},
		"less than a tenth": {func(w *awsfake.World) {
			w.On(action, awsfake.Quota(100))
			w.On("s3:ListAllMyBuckets", awsfake.Buckets(91, ""))
		}, nil, doctor.Notice, "91 of 100"},
		"one":                  {on(action, awsfake.Quota(2_501)), nil, doctor.Notice, "2500 of 2501"},
		"none":                 {on(action, awsfake.Quota(2_500)), nil, doctor.Wrong, "2500 of 2500"},
		"their number's, too":  {on("s3:ListAllMyBuckets", awsfake.Denied("s3:ListAllMyBuckets")), nil, doctor.Unknown, "s3:ListAllMyBuckets"},
		"another's they'd be":  {on("sts:GetCallerIdentity", awsfake.Caller("111122223333", "arn:aws:iam::111122223333:user/a")), nil, doctor.Unknown, "account 111122223333"},
		"a quota that isn't 1": {on(action, awsfake.JSON(map[string]any{"Quota": map[string]any{}})), nil, doctor.Unknown, "without a value"},
	})
}

func TestWhetherBillsAreSplit(t *testing.T) {
	const action = "ce:ListCostAllocationTags"
	each(t, "cost-allocation-tag", map[string]finding{
		"they are":                    {nil, nil, doctor.OK, "OrgId is active"},
		"the tag isn't active":        {on(action, awsfake.CostTag("Inactive")), nil, doctor.Wrong, "isn't active"},
		"the tag isn't known":         {on(action, awsfake.CostTag("")), nil, doctor.Notice, "doesn't know the tag"},
		"another tag is":              {on(action, awsfake.JSON(map[string]any{"CostAllocationTags": []any{map[string]string{"TagKey": "orgid", "Type": "UserDefined", "Status": "Active"}}})), nil, doctor.Notice, "doesn't know"},
		"a member's account is asked": {on(action, awsfake.Refuse(action, 400, "AccessDeniedException", "Linked account doesn't have access to cost allocation tags.")), nil, doctor.Unknown, "in the account that pays"},
	})
}

func TestTheQueue(t *testing.T) {
	gone := awsfake.Refuse("sqs:GetQueueAttributes", 400, "QueueDoesNotExist", "The specified queue does not exist.")
	each(t, "queue", map[string]finding{
		"is there":             {nil, nil, doctor.OK, "orgbucket-prod-organization-created is there: 3 waiting, 2 in flight"},
		"is gone":              {func(w *awsfake.World) { w.OnQueue(awsfake.QueueURL, gone) }, nil, doctor.Wrong, "there's no queue https://"},
		"is another":           {queue(map[string]string{"QueueArn": "arn:aws:sqs:eu-west-1:935799716578:another"}), nil, doctor.Wrong, "another"},
		"isn't named":          {nil, func(d *stage.Stage) { d.QueueURL = "" }, doctor.Unknown, "QUEUE_URL"},
		"is one of no stage":   {nil, func(d *stage.Stage) { d.QueueARN = "" }, doctor.OK, "is there"},
		"has a name with \x1b": {func(w *awsfake.World) { w.On("sqs:GetQueueAttributes", gone) }, func(d *stage.Stage) { d.QueueURL = "https://x/1/\x1b[2J" }, doctor.Wrong, `\x1b[2J`},
	})
}

// TestQueuesThatAreSwapped are said once; nothing else is told of queues then, or it would
// be told of the wrong one.
func TestQueuesThatAreSwapped(t *testing.T) {
	for name, ofStage := range map[string]bool{"by their variables": false, "by the stage": true} {
		t.Run(name, func(t *testing.T) {
			s := prod()
			s.QueueURL, s.DeadLetterURL, s.QueueARN, s.DeadLetterARN = s.DeadLetterURL, s.QueueURL, s.DeadLetterARN, s.QueueARN
			if !ofStage {
				s.Name, s.QueueARN, s.DeadLetterARN = "", "", ""
			}
			for _, r := range newDoctor(awsfake.New(), s).Examine(context.Background()) {
				switch r.Check {
				case "queue":
					const want = "the queue and the dead-letter queue are swapped: what fails in orgbucket-prod-organization-created goes to orgbucket-prod-dead-letters"
					if r.Status != doctor.Wrong || r.Seen != want || ofStage == strings.Contains(r.Advice, "Exchange QUEUE_URL") {
						t.Errorf("%+v", r)
					}
				case "redrive", "visibility", "dead-letter-retention", "dead-letters":
					if r.Status != doctor.Unknown || !strings.Contains(r.Seen, "queues that aren't swapped") {
						t.Errorf("%+v", r)
					}
				}
			}
		})
	}
}

func TestWhereDeadLettersGo(t *testing.T) {
	policy := func(text string) func(*awsfake.World) {
		return queue(map[string]string{"RedrivePolicy": text})
	}
	target := `"deadLetterTargetArn":"` + awsfake.DeadLetterARN + `"`
	each(t, "redrive", map[string]finding{
		"to the stage's queue":               {nil, nil, doctor.OK, "orgbucket-prod-dead-letters after 5 receives"},
		"to it, with the count as a string":  {policy(`{` + target + `,"maxReceiveCount":"10"}`), nil, doctor.OK, "after 10 receives"},
		"elsewhere":                          {policy(`{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:935799716578:x","maxReceiveCount":5}`), nil, doctor.Wrong, "dead letters go to arn:aws:sqs:eu-west-1:935799716578:x"},
		"nowhere":                            {policy(""), nil, doctor.Wrong, "no dead-letter queue"},
		"too early":                          {policy(`{` + target + `,"maxReceiveCount":4}`), nil, doctor.Wrong, "after 4 receives"},
		"too early, outside a stage":         {policy(`{` + target + `,"maxReceiveCount":3}`), func(d *stage.Stage) { d.Name, d.DeadLetterARN = "", "" }, doctor.Notice, "after 3 receives"},
		"elsewhere, outside a stage":         {policy(`{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:935799716578:x","maxReceiveCount":3}`), func(d *stage.Stage) { d.Name, d.DeadLetterARN = "", "" }, doctor.Wrong, "after 3 receives"},
		"elsewhere and too early":            {policy(`{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:935799716578:x","maxReceiveCount":1}`), nil, doctor.Wrong, "; messages are given up after 1 receive, at least"},
		"as somebody wrote it":               {policy(`{`), nil, doctor.Unknown, "redrive policy"},
		"without a count":                    {policy(`{` + target + `}`), nil, doctor.Unknown, "redrive policy"},
		"without a stage, to the queue":      {nil, func(d *stage.Stage) { d.DeadLetterARN = "" }, doctor.OK, "after 5"},
		"without a stage, elsewhere":         {deadLetters(map[string]string{"QueueArn": "arn:aws:sqs:eu-west-1:935799716578:d"}), func(d *stage.Stage) { d.DeadLetterARN = "" }, doctor.Wrong, "the stage's dead-letter queue is arn:aws:sqs:eu-west-1:935799716578:d"},
		"without a stage and dead letters":   {nil, func(d *stage.Stage) { d.DeadLetterARN, d.DeadLetterURL = "", "" }, doctor.Unknown, "DEAD_LETTER_QUEUE_URL"},
		"without a stage and its permission": {func(w *awsfake.World) { w.OnQueue(awsfake.DeadLetterURL, awsfake.Denied("sqs:GetQueueAttributes")) }, func(d *stage.Stage) { d.DeadLetterARN = "" }, doctor.Unknown, "sqs:GetQueueAttributes on " + awsfake.DeadLetterARN},
	})
}

func TestHowLongMessagesAreHidden(t *testing.T) {
	each(t, "visibility", map[string]finding{
		"six times the timeout":   {nil, nil, doctor.OK, "hidden for 3m, at least 6 times the function's timeout of 30s"},
		"a second less":           {queue(map[string]string{"VisibilityTimeout": "179"}), nil, doctor.Wrong, "2m59s"},
		"of a function that grew": {on("lambda:GetFunctionConfiguration", awsfake.FunctionConfiguration(map[string]any{"Timeout": 31})), nil, doctor.Wrong, "31s"},
		"it isn't said":           {queue(map[string]string{"VisibilityTimeout": ""}), nil, doctor.Wrong, "0s"},
		"without a stage":         {nil, func(d *stage.Stage) { d.FunctionName = "" }, doctor.Unknown, "needs --stage"},
		"without the timeout":     {on("lambda:GetFunctionConfiguration", awsfake.JSON(map[string]any{"FunctionName": "f"})), nil, doctor.Unknown, "timeout"},
	})
}

func TestHowLongDeadLettersAreKept(t *testing.T) {
	each(t, "dead-letter-retention", map[string]finding{
		"14 days":                 {nil, nil, doctor.OK, "14 days, the queue's messages for 4 days"},
		"as long as messages":     {queue(map[string]string{"MessageRetentionPeriod": "1209600"}), nil, doctor.Wrong, "one that waited can vanish"},
		"less long than messages": {deadLetters(map[string]string{"MessageRetentionPeriod": "60"}), nil, doctor.Wrong, "kept for 1m and"},
		"a day":                   {deadLetters(map[string]string{"MessageRetentionPeriod": "86400"}), nil, doctor.Wrong, "kept for 1 day and the queue's messages for 4 days"},
		"hours":                   {deadLetters(map[string]string{"MessageRetentionPeriod": "7200"}), nil, doctor.Wrong, "kept for 2h and"},
		"longer, but not 14 days": {deadLetters(map[string]string{"MessageRetentionPeriod": "864000"}), nil, doctor.Wrong, "10 days, not for 14 days"},
		"the dead letters' gone": {func(w *awsfake.World) {
			w.OnQueue(awsfake.DeadLetterURL, awsfake.Refuse("sqs:GetQueueAttributes", 400, "QueueDoesNotExist", ""))
		}, nil, doctor.Wrong, "there's no dead-letter queue"},
		"the dead letters' hidden": {func(w *awsfake.World) { w.OnQueue(awsfake.DeadLetterURL, awsfake.Denied("sqs:GetQueueAttributes")) }, nil, doctor.Unknown, "sqs:GetQueueAttributes on " + awsfake.DeadLetterARN},
	})
}

func TestWhetherThereAreDeadLetters(t *testing.T) {
	each(t, "dead-letters", map[string]finding{
		"none":         {nil, nil, doctor.OK, "no dead letters"},
		"some":         {deadLetters(map[string]string{"ApproximateNumberOfMessages": "7"}), nil, doctor.Notice, "7 dead letters"},
		"in flight":    {deadLetters(map[string]string{"ApproximateNumberOfMessagesNotVisible": "2"}), nil, doctor.Notice, "2 more in flight"},
		"one":          {deadLetters(map[string]string{"ApproximateNumberOfMessages": "1"}), nil, doctor.Notice, "1 dead letter for an operator, 0"},
		"nobody knows": {nil, func(d *stage.Stage) { d.DeadLetterURL = "" }, doctor.Unknown, "DEAD_LETTER_QUEUE_URL"},
	})
}

func TestTheTopic(t *testing.T) {
	const action = "sns:GetTopicAttributes"
	each(t, "topic", map[string]finding{
		"is there":    {nil, nil, doctor.OK, "orgbucket-prod-outcomes is there: 2 subscriptions"},
		"is gone":     {on(action, awsfake.Refuse(action, 404, "NotFound", "Topic does not exist")), nil, doctor.Wrong, "there's no topic"},
		"isn't named": {nil, func(d *stage.Stage) { d.TopicARN = "" }, doctor.Unknown, "OUTCOME_TOPIC_ARN"},
		"has one": {func(w *awsfake.World) {
			w.OnTopic(awsfake.TopicARN, awsfake.Topic(map[string]string{"SubscriptionsConfirmed": "1"}))
		}, nil, doctor.OK, "is there: 1 subscription"},
		"has nobody knows how many": {func(w *awsfake.World) {
			w.OnTopic(awsfake.TopicARN, awsfake.Topic(map[string]string{"SubscriptionsConfirmed": ""}))
		}, nil, doctor.OK, "is there: ? subscriptions"},
		"has no subscriber": {func(w *awsfake.World) {
			w.OnTopic(awsfake.TopicARN, awsfake.Topic(map[string]string{"SubscriptionsConfirmed": "0"}))
		}, nil, doctor.Notice, "nobody subscribed to it"},
	})
}

func TestTheTopicsKey(t *testing.T) {
	const action = "kms:DescribeKey"
	each(t, "key", map[string]finding{
		"are enabled":      {nil, nil, doctor.OK, "are enabled"},
		"is disabled":      {on(action, awsfake.Key("Disabled")), nil, doctor.Wrong, "the outcome topic's key is Disabled: no outcome can be published"},
		"is to be deleted": {on(action, awsfake.Key("PendingDeletion")), nil, doctor.Wrong, "PendingDeletion"},
		"is unavailable":   {on(action, awsfake.Key("Unavailable")), nil, doctor.Wrong, "Unavailable"},
		"is gone":          {on(action, awsfake.Refuse(action, 400, "NotFoundException", "no such key")), nil, doctor.Wrong, "there's no key " + awsfake.KeyARN},
		"may not be seen":  {on(action, awsfake.Denied(action)), nil, doctor.Unknown, action + " on " + awsfake.KeyARN},
		"was taken away": {func(w *awsfake.World) {
			w.OnTopic(awsfake.TopicARN, awsfake.Topic(map[string]string{"KmsMasterKeyId": ""}))
		}, nil, doctor.Notice, "has no key"},
		"the alarms' was taken away": {func(w *awsfake.World) {
			w.OnTopic(awsfake.AlarmTopicARN, awsfake.Topic(map[string]string{"KmsMasterKeyId": ""}))
		}, nil, doctor.Notice, "the alarm topic has no key"},
		"is of no stage": {nil, func(d *stage.Stage) { d.Name = "" }, doctor.Unknown, "--stage"},
	})
}

func TestTheAlarms(t *testing.T) {
	changed := func(changes map[string]map[string]any) func(*awsfake.World) {
		return on("cloudwatch:DescribeAlarms", awsfake.Alarms(changes))
	}
	each(t, "alarms", map[string]finding{
		"are as the stack made them": {nil, nil, doctor.OK, "all 8 alarms"},
		"one is gone":                {changed(map[string]map[string]any{"outcomes-lost": nil}), nil, doctor.Wrong, "there's no alarm orgbucket-prod-outcomes-lost"},
		"one is muted":               {changed(map[string]map[string]any{"organizations-failed": {"ActionsEnabled": false}}), nil, doctor.Wrong, "the actions of orgbucket-prod-organizations-failed are off"},
		"one tells nobody":           {changed(map[string]map[string]any{"buckets-drifted": {"AlarmActions": []any{}}}), nil, doctor.Wrong, "orgbucket-prod-buckets-drifted tells nobody"},
		"are of no stage":            {nil, func(d *stage.Stage) { d.Name = "" }, doctor.Unknown, "--stage"},
	})
}

func TestWhoHearsTheAlarms(t *testing.T) {
	topic := func(changes map[string]string) func(*awsfake.World) {
		return func(w *awsfake.World) { w.OnTopic(awsfake.AlarmTopicARN, awsfake.Topic(changes)) }
	}
	const chat = "arn:aws:sns:eu-west-1:935799716578:chat"
	elsewhere := func(names ...string) func(*awsfake.World) {
		changes := map[string]map[string]any{}
		for _, name := range names {
			changes[name] = map[string]any{"AlarmActions": []any{awsfake.AlarmTopicARN, chat}}
		}
		return func(w *awsfake.World) {
			topic(map[string]string{"SubscriptionsConfirmed": "0"})(w)
			w.On("cloudwatch:DescribeAlarms", awsfake.Alarms(changes))
		}
	}
	each(t, "alarm-receivers", map[string]finding{
		"two":                         {nil, nil, doctor.OK, "has 2 subscriptions"},
		"one hasn't confirmed":        {topic(map[string]string{"SubscriptionsPending": "1"}), nil, doctor.Notice, "has 1 subscription that nobody confirmed"},
		"one":                         {topic(map[string]string{"SubscriptionsConfirmed": "1"}), nil, doctor.OK, "has 1 subscription"},
		"nobody":                      {topic(map[string]string{"SubscriptionsConfirmed": "0"}), nil, doctor.Notice, "nobody subscribed"},
		"another topic":               {elsewhere(doctor.Alarms...), nil, doctor.OK, "alarms go to " + chat},
		"another topic, of one alarm": {elsewhere("outcomes-lost"), nil, doctor.Notice, "nobody subscribed"},
		"the topic is gone": {func(w *awsfake.World) {
			w.OnTopic(awsfake.AlarmTopicARN, awsfake.Refuse("sns:GetTopicAttributes", 404, "NotFound", "no"))
		}, nil, doctor.Wrong, "there's no topic " + awsfake.AlarmTopicARN},
	})
}

func TestTheBucketOfTheClaims(t *testing.T) {
	const block, versioning = "s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning"
	each(t, "claims", map[string]finding{
		"is as the stack made it": {nil, nil, doctor.OK, "there, private and versioned"},
		"is gone":                 {on(block, awsfake.Refuse(block, 404, "NoSuchBucket", "no")), nil, doctor.Wrong, "there's no bucket " + awsfake.HomesBucket},
		"lost its block":          {on(block, awsfake.Refuse(block, 404, "NoSuchPublicAccessBlockConfiguration", "no")), nil, doctor.Wrong, "isn't private"},
		"lost a flag":             {on(block, awsfake.Block("BlockPublicAcls", "IgnorePublicAcls", "RestrictPublicBuckets")), nil, doctor.Wrong, "isn't private"},
		"isn't versioned":         {on(versioning, awsfake.Versioning("Suspended")), nil, doctor.Wrong, "isn't versioned"},
		"isn't named":             {nil, func(d *stage.Stage) { d.HomesBucket = "" }, doctor.Unknown, "HOMES_BUCKET"},
		"may not be seen":         {on(block, awsfake.Denied(block)), nil, doctor.Unknown, block + " on arn:aws:s3:::" + awsfake.HomesBucket},
		"may not be seen whole":   {on(versioning, awsfake.Denied(versioning)), nil, doctor.Unknown, versioning + " on arn:aws:s3:::" + awsfake.HomesBucket},
	})
}

func TestTheNamespaceIsNotToBeChangedForAStageInUse(t *testing.T) {
	const list = "s3:ListAllMyBuckets"
	regional := func(d *stage.Stage) { d.Naming.Namespace = "account-regional" }
	each(t, "namespace", map[string]finding{
		"in use":                      {nil, nil, doctor.OK, "isn't to be changed any more"},
		"not in use":                  {on(list, awsfake.Buckets(0, "")), nil, doctor.OK, "may still be changed"},
		"not in use, regional":        {on(list, awsfake.Buckets(0, "")), regional, doctor.OK, "may still be changed"},
		"changed while it was in use": {nil, regional, doctor.Notice, "there are others, such as fusion-rms-0"},
		"may not be seen":             {on(list, awsfake.Denied(list)), nil, doctor.Unknown, list + " on *"},
	})
}
