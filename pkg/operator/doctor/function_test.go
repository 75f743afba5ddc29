package doctor_test

import (
	"maps"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

const configuration = "lambda:GetFunctionConfiguration"

func function(changes map[string]any) func(*awsfake.World) {
	return on(configuration, awsfake.FunctionConfiguration(changes))
}

func TestTheFunction(t *testing.T) {
	reserved := func(n int) func(*awsfake.World) {
		return on("lambda:GetFunctionConcurrency", awsfake.JSON(map[string]any{"ReservedConcurrentExecutions": n}))
	}
	each(t, "function", map[string]finding{
		"is active":                      {nil, nil, doctor.OK, "is active, without reserved concurrency"},
		"sleeps":                         {function(map[string]any{"State": "Inactive"}), nil, doctor.OK, ""},
		"is being made":                  {function(map[string]any{"State": "Pending", "StateReason": "creating"}), nil, doctor.Notice, "Pending: creating"},
		"failed":                         {function(map[string]any{"State": "Failed", "StateReason": "no\x1bkey"}), nil, doctor.Wrong, `Failed: no\x1bkey`},
		"is in a state of the future":    {function(map[string]any{"State": "Deleting"}), nil, doctor.Wrong, "Deleting"},
		"is being updated":               {function(map[string]any{"LastUpdateStatus": "InProgress"}), nil, doctor.Notice, "being updated"},
		"wasn't updated":                 {function(map[string]any{"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "image"}), nil, doctor.Wrong, "image"},
		"is switched off":                {reserved(0), nil, doctor.Wrong, "switched off"},
		"is capped":                      {reserved(5), nil, doctor.Notice, "reserved concurrency of 5"},
		"is gone":                        {on(configuration, awsfake.Refuse(configuration, 404, "ResourceNotFoundException", "Function not found")), nil, doctor.Wrong, "there's no function " + awsfake.Function},
		"isn't known":                    {nil, func(d *stage.Stage) { d.FunctionName = "" }, doctor.Unknown, "needs --stage"},
		"may have reserved concurrency?": {on("lambda:GetFunctionConcurrency", awsfake.Denied("lambda:GetFunctionConcurrency")), nil, doctor.Unknown, "lambda:GetFunctionConcurrency on"},
	})
}

func TestTheFunctionsSettings(t *testing.T) {
	env := func(changes map[string]string) func(*awsfake.World) {
		return function(map[string]any{"Environment": map[string]any{"Variables": awsfake.FunctionEnvironment(changes)}})
	}
	findings := map[string]finding{
		"are the stage's":                    {nil, nil, doctor.OK, ""},
		"are left to their defaults":         {env(map[string]string{"BUCKET_PREFIX": "", "CLIENT_USER_PREFIX": "", "CLIENT_ACCOUNT_ID": ""}), nil, doctor.OK, ""},
		"default to others than the stage's": {env(map[string]string{"BUCKET_PREFIX": ""}), func(d *stage.Stage) { d.Naming.BucketPrefix = "acme-" }, doctor.Wrong, `the function's BUCKET_PREFIX is "fusion-rms-", the stage's is "acme-"`},
		"are all missing":                    {function(map[string]any{"Environment": nil}), nil, doctor.Wrong, `MAX_RECEIVE_COUNT is ""`},
		"can't be read by Lambda":            {function(map[string]any{"Environment": map[string]any{"Error": map[string]string{"ErrorCode": "AccessDeniedException", "Message": "kms:Decrypt"}}}), nil, doctor.Unknown, "kms:Decrypt"},
		"count otherwise than the queue":     {queue(map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"x","maxReceiveCount":"6"}`}), nil, doctor.Wrong, `MAX_RECEIVE_COUNT is "5", the queue's maxReceiveCount is 6`},
		"count, and the queue doesn't":       {queue(map[string]string{"RedrivePolicy": ""}), nil, doctor.Wrong, `the queue's maxReceiveCount is 0`},
		"can't be compared with the queue":   {func(w *awsfake.World) { w.OnQueue(awsfake.QueueURL, awsfake.Denied("sqs:GetQueueAttributes")) }, nil, doctor.Unknown, "sqs:GetQueueAttributes"},
		"are wrong whatever the queue's are": {func(w *awsfake.World) {
			env(map[string]string{"ACCOUNT_ID": "111122223333"})(w)
			w.OnQueue(awsfake.QueueURL, awsfake.Denied("sqs:GetQueueAttributes"))
		}, nil, doctor.Wrong, "ACCOUNT_ID"},
		"without a stage":                      {nil, func(d *stage.Stage) { d.FunctionName = "" }, doctor.Unknown, "needs --stage"},
		"what the stage doesn't say is let be": {env(map[string]string{"OUTCOME_TOPIC_ARN": "x"}), func(d *stage.Stage) { d.TopicARN = "" }, doctor.OK, ""},
	}
	for variable, set := range map[string]func(*stage.Stage){
		"BUCKET_NAMESPACE": func(d *stage.Stage) { d.Naming.Namespace = "account-regional" },
		"BUCKET_TAGS":      func(d *stage.Stage) { d.Naming.Tags = map[string]string{"CostCenter": "media"} },
		"BUCKET_OWNERSHIP": func(d *stage.Stage) { d.Naming.Ownership = "BucketOwnerEnforced" },
	} {
		findings[variable+" is missing"] = finding{nil, set, doctor.Wrong, "the function's " + variable}
		findings[variable+" is the stage's"] = finding{env(map[string]string{"BUCKET_NAMESPACE": "account-regional", "BUCKET_TAGS": "CostCenter=media", "BUCKET_OWNERSHIP": "BucketOwnerEnforced"}), set, doctor.OK, ""}
	}
	for _, variable := range []string{"OUTCOME_TOPIC_ARN", "QUEUE_URL", "ACCOUNT_ID", "HOMES_BUCKET", "BUCKET_PREFIX", "CLIENT_USER_PREFIX", "CLIENT_ACCOUNT_ID", "MAX_RECEIVE_COUNT"} {
		findings[variable+" is another"] = finding{env(map[string]string{variable: "7\x1b"}), nil, doctor.Wrong, variable + ` is "7`}
	}
	each(t, "function-settings", findings)
}

func TestTheEventSource(t *testing.T) {
	const action = "lambda:ListEventSourceMappings"
	changed := func(changes map[string]any) func(*awsfake.World) {
		return on(action, awsfake.Mappings("", awsfake.Mapping(changes)))
	}
	anothers := awsfake.Mapping(map[string]any{"FunctionArn": "arn:aws:lambda:eu-west-1:935799716578:function:thief"})
	findings := map[string]finding{
		"is as the stack made it":      {nil, nil, doctor.OK, "at most 20 at once"},
		"calls an alias":               {changed(map[string]any{"FunctionArn": "arn:aws:lambda:eu-west-1:935799716578:function:" + awsfake.Function + ":live"}), nil, doctor.OK, ""},
		"has pollers of its own":       {changed(map[string]any{"ScalingConfig": nil, "ProvisionedPollerConfig": map[string]any{"MaximumPollers": 5}}), nil, doctor.OK, "provisioned pollers"},
		"isn't there":                  {on(action, awsfake.Mappings("")), nil, doctor.Wrong, "nothing takes messages"},
		"isn't the only one":           {on(action, awsfake.Mappings("", awsfake.Mapping(nil), anothers)), nil, doctor.Wrong, "2 event source mappings take messages from the queue: " + awsfake.Function + ", thief"},
		"isn't on the first page only": {func(w *awsfake.World) { w.OnEach(action, pages(awsfake.Mapping(nil), anothers)) }, nil, doctor.Wrong, "2 event source mappings"},
		"calls another function":       {on(action, awsfake.Mappings("", anothers)), nil, doctor.Wrong, "it calls thief"},
		"reports no failures":          {changed(map[string]any{"FunctionResponseTypes": []string{}}), nil, doctor.Wrong, "ReportBatchItemFailures is off"},
		"filters":                      {changed(map[string]any{"FilterCriteria": map[string]any{"Filters": []any{map[string]string{"Pattern": `{"body":{}}`}}}}), nil, doctor.Wrong, "messages that don't match are deleted"},
		"filters with a key":           {changed(map[string]any{"FilterCriteriaError": map[string]string{"ErrorCode": "KMSAccessDenied", "Message": "no"}}), nil, doctor.Wrong, "filter criteria"},
		"has an empty list of filters": {changed(map[string]any{"FilterCriteria": map[string]any{"Filters": []any{}}}), nil, doctor.OK, ""},
		"has no cap":                   {changed(map[string]any{"ScalingConfig": nil}), nil, doctor.Wrong, "maximum concurrency isn't set"},
		"has an empty cap":             {changed(map[string]any{"ScalingConfig": map[string]any{}}), nil, doctor.Wrong, "maximum concurrency isn't set"},
		"waits for batches":            {changed(map[string]any{"MaximumBatchingWindowInSeconds": 5}), nil, doctor.Wrong, "batch window of 5 s"},
		"is off and filters":           {changed(map[string]any{"State": "Disabled", "FilterCriteriaError": map[string]string{}}), nil, doctor.Wrong, "it is Disabled; it has filter criteria"},
		"without a stage":              {nil, func(d *stage.Stage) { d.FunctionName, d.QueueARN = "", "" }, doctor.Unknown, "needs --stage"},
		"doesn't end":                  {on(action, awsfake.Mappings("again")), nil, doctor.Unknown, "doesn't end"},
		"of a queue that isn't known":  {on("sqs:GetQueueAttributes", awsfake.Denied("sqs:GetQueueAttributes")), func(d *stage.Stage) { d.QueueARN = "" }, doctor.Unknown, "sqs:GetQueueAttributes"},
		"is asked for the queue alone": {func(w *awsfake.World) {
			w.OnEach(action, func(r awsfake.Request) awsfake.Answer {
				if r.Fields["EventSourceArn"] != awsfake.QueueARN || r.Fields["FunctionName"] != "" {
					return awsfake.Mappings("")
				}
				return awsfake.Mappings("", awsfake.Mapping(nil))
			})
		}, nil, doctor.OK, ""},
	}
	for state, want := range map[string]doctor.Status{
		"Creating": doctor.Notice, "Enabling": doctor.Notice, "Updating": doctor.Notice,
		"Disabled": doctor.Wrong, "Disabling": doctor.Wrong, "Deleting": doctor.Wrong, "": doctor.Wrong,
	} {
		findings["is "+state] = finding{changed(map[string]any{"State": state}), nil, want, state}
	}
	each(t, "event-source", findings)
}

// pages returns each mapping on a page of its own.
func pages(all ...map[string]any) func(awsfake.Request) awsfake.Answer {
	return func(r awsfake.Request) awsfake.Answer {
		if r.Fields["Marker"] == "" {
			return awsfake.Mappings("second", maps.Clone(all[0]))
		}
		return awsfake.Mappings("", all[1])
	}
}

func TestTheClientsUsers(t *testing.T) {
	const action = "iam:ListUsers"
	each(t, "client-users", map[string]finding{
		"are there":             {nil, nil, doctor.OK, "rms_xmsqa1"},
		"aren't there":          {on(action, awsfake.Users("", "arn:aws:iam::935799716578:user/deployer")), nil, doctor.Notice, `no IAM user of account 935799716578 begins with "rms_"`},
		"are another account's": {nil, func(d *stage.Stage) { d.Naming.ClientAccount = "111122223333" }, doctor.Unknown, "account 111122223333"},
		"have no known prefix":  {nil, func(d *stage.Stage) { d.Naming.ClientUserPrefix = "" }, doctor.Unknown, "CLIENT_USER_PREFIX"},
	})
}
