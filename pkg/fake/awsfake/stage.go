package awsfake

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// QueueAttributes are the queue's, with changes; an empty value takes one away.
func QueueAttributes(changes map[string]string) Answer {
	return JSON(map[string]any{"Attributes": changed(map[string]string{
		"QueueArn": QueueARN, "VisibilityTimeout": "180", "MessageRetentionPeriod": "345600",
		"ApproximateNumberOfMessages": "3", "ApproximateNumberOfMessagesNotVisible": "2", "ApproximateNumberOfMessagesDelayed": "0",
		"RedrivePolicy": `{"deadLetterTargetArn":"` + DeadLetterARN + `","maxReceiveCount":5}`,
	}, changes)})
}

// DeadLetterAttributes are the dead-letter queue's, with changes.
func DeadLetterAttributes(changes map[string]string) Answer {
	return JSON(map[string]any{"Attributes": changed(map[string]string{
		"QueueArn": DeadLetterARN, "VisibilityTimeout": "30", "MessageRetentionPeriod": "1209600",
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
	}, changes)})
}

// changed returns all with the changes; a zero value takes one away.
func changed[V comparable](all, changes map[string]V) map[string]V {
	var zero V
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, value V) bool { return value == zero })
	return all
}

// OnQueue replaces the answers of one of the queues.
func (w *World) OnQueue(queueURL string, a Answer) {
	w.mu.Lock()
	before := w.answers["sqs:GetQueueAttributes"]
	w.mu.Unlock()
	w.OnEach("sqs:GetQueueAttributes", func(r Request) Answer {
		if r.Fields["QueueUrl"] == queueURL {
			return a
		}
		return before(r)
	})
}

// Topic is SNS's answer, with changes; an empty value takes one away.
func Topic(changes map[string]string) Answer {
	var entries strings.Builder
	for name, value := range changed(map[string]string{"SubscriptionsConfirmed": "2", "SubscriptionsPending": "0", "KmsMasterKeyId": KeyARN}, changes) {
		entries.WriteString("<entry><key>" + name + "</key><value>" + value + "</value></entry>")
	}
	return textOf("sns:GetTopicAttributes", "<Attributes>"+entries.String()+"</Attributes>")
}

// OnTopic replaces the answers of one of the topics.
func (w *World) OnTopic(arn string, a Answer) {
	w.OnEach("sns:GetTopicAttributes", func(r Request) Answer {
		if r.Fields["TopicArn"] == arn {
			return a
		}
		return Topic(nil)
	})
}

// Key is KMS's answer of a key in a state.
func Key(state string) Answer {
	return JSON(map[string]any{"KeyMetadata": map[string]any{"KeyId": KeyARN[strings.LastIndex(KeyARN, "/")+1:], "Arn": KeyARN, "KeyState": state, "Enabled": state == "Enabled"}})
}

// The stage's alarms that tell somebody, without its prefix: of metrics, and of others.
var (
	metricAlarms    = []string{"dead-letters-expire", "buckets-drifted", "buckets-touched"}
	compositeAlarms = []string{"function-broken", "organizations-failed", "outcomes-lost", "audit-broken", "reminder"}
)

// Alarms is CloudWatch's answer: the stage's alarms with changes by name; nil takes one away.
func Alarms(changes map[string]map[string]any) Answer {
	of := func(names []string) []any {
		all := []any{}
		for _, name := range names {
			change, isChanged := changes[name]
			if isChanged && change == nil {
				continue
			}
			all = append(all, with(map[string]any{"AlarmName": "orgbucket-prod-" + name, "ActionsEnabled": true, "AlarmActions": []any{AlarmTopicARN}}, change))
		}
		return all
	}
	return JSON(map[string]any{"MetricAlarms": of(metricAlarms), "CompositeAlarms": of(compositeAlarms)})
}

func with(all, changes map[string]any) map[string]any {
	maps.Copy(all, changes)
	return all
}

// FunctionEnvironment is the function's, with changes; an empty value takes one away.
func FunctionEnvironment(changes map[string]string) map[string]string {
	return changed(map[string]string{
		"OUTCOME_TOPIC_ARN": TopicARN, "QUEUE_URL": QueueURL, "MAX_RECEIVE_COUNT": "5", "ACCOUNT_ID": Account, "HOMES_BUCKET": HomesBucket,
		"BUCKET_PREFIX": "fusion-rms-", "CLIENT_USER_PREFIX": "rms_", "CLIENT_ACCOUNT_ID": Account, "SOMEBODYS_SECRET": "hunter2",
	}, changes)
}

// FunctionConfiguration is Lambda's answer, with changes.
func FunctionConfiguration(changes map[string]any) Answer {
	return JSON(changed(map[string]any{
		"FunctionName": Function, "FunctionArn": "arn:aws:lambda:eu-west-1:935799716578:function:" + Function,
		"Runtime": "provided.al2023", "Timeout": 30, "State": "Active", "LastUpdateStatus": "Successful",
		"Environment": map[string]any{"Variables": FunctionEnvironment(nil)},
	}, changes))
}

// Mapping is an event source mapping, with changes; a nil value takes one away.
func Mapping(changes map[string]any) map[string]any {
	return changed(map[string]any{
		"UUID": "14e0db71-xmpl-4eb5-b481-8945cf9d10c2", "EventSourceArn": QueueARN, "State": "Enabled", "BatchSize": 10,
		"FunctionArn":                    "arn:aws:lambda:eu-west-1:935799716578:function:" + Function,
		"MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []string{"ReportBatchItemFailures"},
		"ScalingConfig": map[string]any{"MaximumConcurrency": 20},
	}, changes)
}

// Mappings is a page of Lambda's list; marker is where the next one begins, if
// there is one.
func Mappings(marker string, all ...map[string]any) Answer {
	page := map[string]any{"EventSourceMappings": append([]map[string]any{}, all...)}
	if marker != "" {
		page["NextMarker"] = marker
	}
	return JSON(page)
}

// Parameters is a page of SSM's answer.
func Parameters(token string, values map[string]string) Answer {
	list := []any{}
	for name, value := range values {
		list = append(list, map[string]any{"Name": name, "Type": "String", "Value": value, "Version": 1})
	}
	page := map[string]any{"Parameters": list}
	if token != "" {
		page["NextToken"] = token
	}
	return JSON(page)
}

// StageParameters are what the stack of a stage writes.
func StageParameters(stage string) map[string]string {
	all := map[string]string{}
	for name, value := range map[string]string{
		"queue-url": QueueURL, "queue-arn": QueueARN, "dead-letter-queue-url": DeadLetterURL, "dead-letter-queue-arn": DeadLetterARN,
		"outcome-topic-arn": TopicARN, "function-name": Function, "function-arn": "arn:aws:lambda:eu-west-1:935799716578:function:" + Function,
		"role-arn": "arn:aws:iam::935799716578:role/orgbucket-prod", "log-group-name": "/orgbucket/prod",
		"homes-bucket": HomesBucket, "bucket-prefix": "fusion-rms-", "client-user-prefix": "rms_", "client-account-id": Account,
	} {
		all["/orgbucket/"+stage+"/"+name] = value
	}
	return all
}

// healthy are the answers at first. The clients' users are of the same account.
func healthy() map[string]func(Request) Answer {
	always := func(a Answer) func(Request) Answer { return func(Request) Answer { return a } }
	return map[string]func(Request) Answer{
		"sts:GetCallerIdentity": always(Caller(Account, "arn:aws:sts::935799716578:assumed-role/operator/anna")),
		"iam:GetUser": func(r Request) Answer {
			return User("arn:aws:iam::" + Account + ":user/" + r.Fields["UserName"])
		},
		"iam:ListUsers":                           always(Users("", "arn:aws:iam::935799716578:user/deployer", "arn:aws:iam::935799716578:user/rms_xmsqa1")),
		"s3:GetAccountPublicAccessBlock":          always(Block("BlockPublicAcls", "IgnorePublicAcls")),
		"organizations:DescribeEffectivePolicy":   always(Refuse("organizations:DescribeEffectivePolicy", http.StatusBadRequest, "EffectivePolicyNotFoundException", "The account doesn't have an effective policy of this type.")),
		"servicequotas:GetServiceQuota":           always(Quota(10_000)),
		"s3:GetBucketPublicAccessBlock":           always(Block("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")),
		"s3:GetBucketVersioning":                  always(Versioning("Enabled")),
		"s3:ListAllMyBuckets":                     always(Buckets(2_500, "")),
		"ce:ListCostAllocationTags":               always(CostTag("Active")),
		"ce:ListCostAllocationTagBackfillHistory": always(Backfills("SUCCEEDED", "2026-01-01T00:00:00Z")),
		"logs:FilterLogEvents":                    always(LogLines(`{"message":"record","messageId":"m","version":"dev"}`)),
		"sqs:GetQueueAttributes": func(r Request) Answer {
			if u, err := url.Parse(r.Fields["QueueUrl"]); err == nil && strings.HasSuffix(u.Path, "-dead-letters") {
				return DeadLetterAttributes(nil)
			}
			return QueueAttributes(nil)
		},
		"sns:GetTopicAttributes":          always(Topic(nil)),
		"kms:DescribeKey":                 always(Key("Enabled")),
		"cloudwatch:DescribeAlarms":       always(Alarms(nil)),
		"lambda:GetFunctionConfiguration": always(FunctionConfiguration(nil)),
		"lambda:GetFunctionConcurrency":   always(JSON(map[string]any{})),
		"lambda:ListEventSourceMappings":  always(Mappings("", Mapping(nil))),
		"ssm:GetParametersByPath":         stages,
	}
}

// stages has the parameters of one stage, in pages of ten.
func stages(r Request) Answer {
	if path := r.Fields["Path"]; path != "/orgbucket" && path != "/orgbucket/"+Stage {
		return Parameters("", nil)
	}
	first, second := map[string]string{}, map[string]string{}
	for name, value := range StageParameters(Stage) {
		if strings.Contains(name, "client-") {
			second[name] = value
		} else {
			first[name] = value
		}
	}
	if r.Fields["NextToken"] == "" {
		return Parameters("page 2", first)
	}
	return Parameters("", second)
}
