package stages

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

const (
	// maxBucketName is S3's limit
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
	maxBucketName = 63
	// anyAccount stands for an account that isn't known yet: all are as long.
	anyAccount = "000000000000"
)

var (
	busForm      = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,256}$`)
	boundaryForm = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$`)
	// qualifierForm is CDK's, without what a bucket's name can't have.
	qualifierForm = regexp.MustCompile(`^[a-z0-9]{1,10}$`)
	tagForm       = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// namingKeys are the names in cdk.json of the settings that bucket.Naming checks.
var namingKeys = map[string]string{
	"Region": "region", "BucketPrefix": "bucketPrefix", "ClientUserPrefix": "clientUserPrefix",
	"Namespace": "namespace", "Tags": "bucketTags", "Ownership": "bucketOwnership",
}

// validateAll checks every stage, and that no two conflict.
func validateAll(all map[string]stack.Settings) error {
	var errs []error
	names := slices.Sorted(maps.Keys(all))
	for _, name := range names {
		for _, err := range validate(all[name]) {
			errs = append(errs, fmt.Errorf("stage %q: %w", name, err))
		}
		for _, other := range names {
			if name != other && !apart(all[name], all[other]) && strings.HasPrefix(all[name].BucketPrefix, all[other].BucketPrefix) {
				errs = append(errs, fmt.Errorf("stage %q: bucketPrefix %q begins with that of stage %q, whose role would reach these buckets",
					name, all[name].BucketPrefix, other))
			}
			if name != other && !usersApart(all[name], all[other]) && strings.HasPrefix(all[name].ClientUserPrefix, all[other].ClientUserPrefix) {
				errs = append(errs, fmt.Errorf("stage %q: clientUserPrefix %q begins with that of stage %q, whose users these buckets would let in",
					name, all[name].ClientUserPrefix, other))
			}
		}
	}
	return errors.Join(errs...)
}

// apart reports whether two stages are certainly in different accounts. A role can't
// reach another account's buckets, so such stages may share a prefix.
func apart(a, b stack.Settings) bool {
	return a.Account != "" && b.Account != "" && a.Account != b.Account
}

// usersApart reports whether two stages' users are certainly in different accounts.
func usersApart(a, b stack.Settings) bool {
	of := func(s stack.Settings) stack.Settings {
		return stack.Settings{Account: cmp.Or(s.ClientAccount, s.Account)}
	}
	return apart(of(a), of(b))
}

// validate lists what is wrong with a stage's settings. It calls nothing of CDK.
func validate(s stack.Settings) []error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(arn.IsStage(s.Stage),
		"its name isn't at most %d lower-case letters, digits and inner single hyphens", arn.MaxStageLength)
	check(s.Account == "" || arn.IsAccount(s.Account), "account %q isn't 12 digits", s.Account)
	check(!s.Protected || s.Account != "", "it is protected, but isn't pinned to an account: set account")
	check(s.ClientAccount == "" || arn.IsAccount(s.ClientAccount), "clientAccount %q isn't 12 digits", s.ClientAccount)
	check(qualifierForm.MatchString(s.Qualifier), "qualifier %q isn't 1 to 10 lower-case letters and digits", s.Qualifier)
	for _, err := range naming(s).Validate() {
		if wrong, is := errors.AsType[*bucket.NamingError](err); is {
			err = fmt.Errorf("%s: %w", namingKeys[wrong.Setting], err)
		}
		errs = append(errs, err)
	}
	check(!strings.HasPrefix(s.BucketPrefix, stack.NamePrefix),
		"bucketPrefix %q begins with %q, as the names of the buckets of claims do, which no role may reach as an organization's", s.BucketPrefix, stack.NamePrefix)
	name := s.HomesBucket(anyAccount)
	check(len(name) <= maxBucketName, "its name makes that of the bucket of claims, like %s, %d characters too long", name, len(name)-maxBucketName)
	check(s.MaxConcurrency >= 2 && s.MaxConcurrency <= 1000, "maxConcurrency %d isn't from 2 to 1000", s.MaxConcurrency)
	check(s.MemoryMB >= 128 && s.MemoryMB <= 10240, "memoryMB %d isn't from 128 to 10240", s.MemoryMB)
	check(slices.Contains(stack.Architectures(), s.Architecture), "architecture %q isn't one of %v", s.Architecture, stack.Architectures())
	check(s.AuditHours >= 1 && s.AuditHours <= 24, "auditHours %d isn't from 1 to 24", s.AuditHours)
	check(slices.Contains(stack.LogRetentions(), s.LogRetentionDays), "logRetentionDays %d isn't one of %v", s.LogRetentionDays, stack.LogRetentions())
	for key, value := range s.Tags {
		// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
		check(tagForm.MatchString(value) && utf8.RuneCountInString(value) <= 256, "tags: the value %q of %q isn't at most 256 letters, digits, spaces and _.:/=+-@", value, key)
		check(tagForm.MatchString(key) && key != "" && utf8.RuneCountInString(key) <= 128 && !strings.HasPrefix(strings.ToLower(key), "aws:") && !slices.Contains(stack.OwnTags(), key),
			"tags: %q isn't a key of 1 to 128 letters, digits, spaces and _.:/=+-@ that neither begins with aws: nor is the stack's own (%s)", key, strings.Join(stack.OwnTags(), ", "))
	}
	check(s.PermissionsBoundary == "" || boundaryForm.MatchString(s.PermissionsBoundary), "permissionsBoundary %q isn't the ARN of a managed policy", s.PermissionsBoundary)
	validateAlarms(s, check)
	return append(errs, validateNeighbours(s)...)
}

// regionOf returns a topic's Region.
func regionOf(topic string) string {
	a, _ := arn.Parse(topic)
	return a.Region
}

// validateAlarms checks that somebody hears of a protected stage's alarms.
func validateAlarms(s stack.Settings, check func(ok bool, format string, args ...any)) {
	for _, address := range s.AlarmEmails {
		parsed, err := mail.ParseAddress(address)
		check(err == nil && parsed.Address == address, "alarmEmails: %q isn't an e-mail address", address)
	}
	for _, topic := range s.AlarmTopics {
		// An alarm can only tell topics of its own Region
		// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html).
		check(arn.IsTopic(topic) && regionOf(topic) == s.Region, "alarmTopics: %q isn't the ARN of a standard SNS topic in the stage's Region %s", topic, s.Region)
	}
	told := len(s.AlarmEmails) + len(s.AlarmTopics)
	check(s.Alarms == "" || s.Alarms == stack.AlarmsElsewhere, "alarms %q isn't %q", s.Alarms, stack.AlarmsElsewhere)
	check(s.Alarms == "" || told == 0, "alarms are %q, but alarmEmails or alarmTopics are set", s.Alarms)
	check(!s.Protected || told > 0 || s.Alarms != "",
		"it is protected, but nobody is told of its alarms: set alarmEmails, alarmTopics, or \"alarms\": %q if another system watches them", stack.AlarmsElsewhere)
}

// validateNeighbours checks the settings of senders, sources and subscribers.
func validateNeighbours(s stack.Settings) []error {
	var errs []error
	check := func(setting string, principals []string) {
		for _, p := range principals {
			if !arn.IsAccount(p) && !arn.IsPrincipal(p) {
				errs = append(errs, fmt.Errorf("%s: %q is neither an account of 12 digits nor the ARN of a role, a user or an account's root", setting, p))
			}
		}
	}
	check("senders", s.Senders)
	check("outcomeSubscribers", s.OutcomeSubscribers)
	switch t := s.SourceTopic; {
	case t == nil:
	case !arn.IsTopic(t.ARN):
		errs = append(errs, fmt.Errorf("sourceTopic: arn %q isn't a standard SNS topic's ARN", t.ARN))
	case regionOf(t.ARN) != s.Region:
		// The subscription's dead-letter queue has to be in the topic's Region
		// (https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html).
		errs = append(errs, fmt.Errorf("sourceTopic: arn %q isn't in the stage's Region %s", t.ARN, s.Region))
	}
	for _, of := range s.LetIn {
		if rule, ok := arn.Parse(of); !arn.IsTopic(of) && (!ok || rule.Service != "events" || !strings.HasPrefix(rule.Resource, "rule/")) {
			errs = append(errs, fmt.Errorf("letIn: %q is neither a standard SNS topic's ARN nor an EventBridge rule's", of))
		}
	}
	if b := s.EventBus; b != nil && !busForm.MatchString(b.Name) {
		errs = append(errs, fmt.Errorf("eventBus: name %q isn't the name of a bus of this account", b.Name))
	}
	return errs
}

// naming returns the function's naming settings, so that names are checked by the
// function's own rules. For that any account's number will do.
func naming(s stack.Settings) bucket.Naming {
	return bucket.Naming{
		Account: anyAccount, Region: s.Region, BucketPrefix: s.BucketPrefix,
		ClientAccount: anyAccount, ClientUserPrefix: s.ClientUserPrefix, Rules: s.Rules(),
	}
}
