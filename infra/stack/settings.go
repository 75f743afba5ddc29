package stack

import (
	"maps"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// Settings are what differs between stages. They come from cdk.json; the zero
// value of an optional one means that the stack does without it.
type Settings struct {
	// Stage names everything in AWS: orgbucket-<stage>.
	Stage string `json:"-"`
	// Account is where the stack and the buckets are, 12 digits. Empty: the
	// account of whoever deploys.
	Account string `json:"account"`
	// Region holds the stack and the buckets.
	Region string `json:"region"`

	// FIPS: the function calls S3, SNS and SQS at their FIPS endpoints.
	FIPS bool `json:"fips"`

	// Qualifier is that of the CDK bootstrap which the stage is deployed by.
	Qualifier string `json:"qualifier"`

	// Tags are on everything in the stack that can have tags, beside the stack's own.
	Tags map[string]string `json:"tags"`
	// PermissionsBoundary is the ARN of a managed policy that bounds the functions' roles.
	PermissionsBoundary string `json:"permissionsBoundary"`

	// BucketPrefix comes before the organization's id. No stage's prefix may
	// begin with another's in the same account, or one stage's role would reach
	// the other's buckets, and none with NamePrefix, or it would reach the claims.
	BucketPrefix string `json:"bucketPrefix"`
	// SiblingPrefixes are the prefixes of the other stages that may be in the same
	// account, separated by commas. cdk.json has them as these stages' own.
	SiblingPrefixes string `json:"-"`
	// ClientUserPrefix comes before the id in the name of a client's IAM user.
	ClientUserPrefix string `json:"clientUserPrefix"`
	// ClientAccount owns the clients' IAM users. Empty: the same account.
	ClientAccount string `json:"clientAccount"`

	// Namespace is bucket.NamespaceAccountRegional if the account may create buckets of its
	// own namespace only. It isn't to be changed for a stage in use.
	Namespace string `json:"namespace"`
	// BucketTags are on every new bucket of an organization, beside its OrgId.
	BucketTags map[string]string `json:"bucketTags"`
	// BucketOwnership is bucket.OwnershipEnforced if new buckets have to be created with it.
	BucketOwnership string `json:"bucketOwnership"`

	// Senders may send to the queue: account ids and ARNs of roles or users.
	// Those of the same account need a permission of their own as well or instead.
	Senders []string `json:"senders"`
	// SourceTopic is subscribed to, if set.
	SourceTopic *SourceTopic `json:"sourceTopic"`
	// EventBus is listened to, if set.
	EventBus *EventBus `json:"eventBus"`
	// LetIn are ARNs of topics and of rules that may send without being a source: one
	// that is about to be, or was.
	LetIn []string `json:"letIn"`
	// OutcomeSubscribers may subscribe to the outcome topic: account ids and ARNs.
	OutcomeSubscribers []string `json:"outcomeSubscribers"`

	// MaxConcurrency is how many batches are worked on at once, 2 to 1,000. What
	// waits in the queue uses up no receives, what S3 throttles does:
	// docs/scaling.md has the figures.
	MaxConcurrency int `json:"maxConcurrency"`
	// MemoryMB is the function's memory, and with it its share of a processor.
	MemoryMB int `json:"memoryMB"`
	// Architecture is the function's processor, one of Architectures.
	Architecture string `json:"architecture"`
	// AuditHours is how often all buckets are audited, 1 to 24. A run of 100,000
	// takes four and a half hours.
	AuditHours int `json:"auditHours"`
	// AuditEvents: what an audit finds that the one before didn't is published to the
	// outcome topic, too.
	AuditEvents bool `json:"auditEvents"`
	// LogRetentionDays is how long log lines are kept; CloudWatch knows some
	// numbers only.
	LogRetentionDays int `json:"logRetentionDays"`
	// AlarmEmails get the alarms. Each has to confirm its subscription once.
	AlarmEmails []string `json:"alarmEmails"`
	// AlarmTopics are ARNs of topics that each alarm tells, too, of a chat or an on-call
	// service. Their policies and keys have to let CloudWatch publish.
	AlarmTopics []string `json:"alarmTopics"`
	// Alarms is AlarmsElsewhere or empty.
	Alarms string `json:"alarms"`
	// Protected: the stack can't be deleted by mistake, and if it's deleted on
	// purpose, queues, log and key stay.
	Protected bool `json:"protected"`
}

// SourceTopic is an SNS topic that carries "organization created".
type SourceTopic struct {
	// ARN may be one of another account, whose owner has to allow sns:Subscribe,
	// but not of another Region.
	ARN string `json:"arn"`
	// Filter lets only messages with these attributes through, for a topic that
	// carries other events as well. Empty: all.
	Filter map[string][]string `json:"filter"`
}

// EventBus is an EventBridge bus of this account and Region.
type EventBus struct {
	// Name is the bus's, "default" for the account's own.
	Name string `json:"name"`
	// Sources are the events' sources that are listened to. Empty: all.
	Sources []string `json:"sources"`
}

// DefaultQualifier is that of a CDK bootstrap that has none of its own: usually all
// CDK apps of an account share it
// (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html).
const DefaultQualifier = "hnb659fds"

// Rules are those for new buckets of organizations.
func (s Settings) Rules() bucket.Rules {
	return bucket.Rules{Namespace: s.Namespace, Tags: s.BucketTags, Ownership: s.BucketOwnership}
}

// Architectures lists Lambda's processors
// (https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html).
func Architectures() []string { return []string{"arm64", "x86_64"} }

// AlarmsElsewhere says that another system watches the alarms, so that nobody need be
// told of them by this one.
const AlarmsElsewhere = "elsewhere"

// NamePrefix is what the name of everything in a stack begins with.
const NamePrefix = "orgbucket-"

// OwnTags are the keys of the tags that a stack has anyway.
func OwnTags() []string { return slices.Sorted(maps.Keys(Settings{}.ownTags())) }

func (s Settings) ownTags() map[string]string {
	return map[string]string{"application": "orgbucket", "stage": s.Stage}
}

// StackName is the stack's name.
func (s Settings) StackName() string { return NamePrefix + s.Stage }

// name is what a resource is called: orgbucket-<stage>-<what>.
func (s Settings) name(what string) string { return NamePrefix + s.Stage + "-" + what }
