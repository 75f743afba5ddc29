package fault

import "slices"

// Code is the stable name of a class of failure. Codes appear in outcomes, log
// lines, alarms and the runbook; one is never renamed or reused.
type Code string

// The codes. Each one's kind and hint are in the table below.
const (
	MalformedMessage      Code = "MalformedMessage"
	UnexpectedEventType   Code = "UnexpectedEventType"
	InvalidOrganizationID Code = "InvalidOrganizationID"

	ClientUserNotFound      Code = "ClientUserNotFound"
	PublicPolicyBlocked     Code = "PublicPolicyBlocked"
	OwnershipUnproved       Code = "OwnershipUnproved"
	BucketInAnotherRegion   Code = "BucketInAnotherRegion"
	MultipleHomes           Code = "MultipleHomes"
	ForeignPublicStatement  Code = "ForeignPublicStatement"
	ForeignPrincipalInvalid Code = "ForeignPrincipalInvalid"
	PolicyConflict          Code = "PolicyConflict"
	PolicyTooLarge          Code = "PolicyTooLarge"
	BucketQuotaExceeded     Code = "BucketQuotaExceeded"
	NoBucketNameAvailable   Code = "NoBucketNameAvailable"
	AccessDenied            Code = "AccessDenied"

	Throttled          Code = "Throttled"
	ServiceUnavailable Code = "ServiceUnavailable"
	OperationConflict  Code = "OperationConflict"
	DeadlineExceeded   Code = "DeadlineExceeded"
	PublishFailed      Code = "PublishFailed"
	Internal           Code = "Internal"
)

// class is what is known of a code.
type class struct {
	code Code
	kind Kind
	hint string
}

// classes lists every code once, in the order of the documentation.
var classes = []class{
	{MalformedMessage, Invalid, "Send a message that follows docs/organization-created.schema.json. Replaying this one can't help: archive it."},
	{UnexpectedEventType, Invalid, "Route only OrganizationCreated events to this queue. Replaying this message can't help: archive it."},
	{InvalidOrganizationID, Invalid, "Send a message with a valid organization id: 1 to 52 lower-case letters, digits and inner single hyphens, with legal bucket and user names. Replaying this one can't help."},

	{ClientUserNotFound, Blocked, "Create the organization's IAM user (see clientUserArn in the documentation: it must not wait for this outcome), then replay the message."},
	{PublicPolicyBlocked, Blocked, "Switch off BlockPublicPolicy, and RestrictPublicBuckets, in the account's (or organization's) public access block settings, then replay the message."},
	{OwnershipUnproved, Blocked, "Find out whose bucket it is. Tag it OrgId=<orgid> to adopt it (orgbucket adopt), or tag it for another organization to give it away; then replay the message."},
	{BucketInAnotherRegion, Blocked, "The account has this bucket in another Region. Empty and delete it there, or make the alternative name the home here by tag and policy (docs/runbook.md has the commands); then replay the message."},
	{MultipleHomes, Blocked, "More than one bucket is tagged for this organization. Keep one, re-tag or delete the other (look for files first), then replay the message."},
	{ForeignPublicStatement, Blocked, "Someone's policy statement would make more than pub/ public. Remove or narrow it, or switch the bucket's block off knowingly; then replay the message."},
	{ForeignPrincipalInvalid, Blocked, "Someone's policy statement names a deleted user or role (AIDA…, AROA…), so S3 refuses the whole policy. Remove that principal, then replay the message."},
	{PolicyConflict, Blocked, "The bucket's policy can't be merged safely. Rename or remove the statement that the message names, then replay the message."},
	{PolicyTooLarge, Blocked, "With this system's three statements the policy would exceed S3's 20 KB. Shorten others' statements, then replay the message."},
	{BucketQuotaExceeded, Blocked, "Raise the account's bucket quota (Service Quotas, Amazon S3), then replay the message."},
	{NoBucketNameAvailable, Blocked, "Every name that this organization's bucket could have is taken. Free one of them, or correct its tag if it's this organization's; then replay the message."},
	{AccessDenied, Blocked, "The function lacks a permission, or a policy (SCP, bucket policy) denies it. Compare its role with the deployed stack, then replay the message."},

	{Throttled, Transient, "AWS throttled the request; it's tried again by itself. If it reached the dead-letter queue, replay it when the load is lower."},
	{ServiceUnavailable, Transient, "AWS had a fault or couldn't be reached; it's tried again by itself. If it reached the dead-letter queue, check AWS's health, then replay it."},
	{OperationConflict, Transient, "Something else was changing the bucket; it's tried again by itself. If it reached the dead-letter queue, replay it."},
	{DeadlineExceeded, Transient, "The time of the delivery ran out; it's tried again by itself. If it reached the dead-letter queue, check AWS's latency and the function's timeout, then replay it."},
	{PublishFailed, Transient, "The bucket may be ready, but the outcome couldn't be published. Check the topic, its key and the role, then replay the message."},
	{Internal, Transient, "Nobody foresaw this. Read the function's log line of this message, report it, then replay the message."},
}

// byCode finds a code's class.
var byCode = func() map[Code]class {
	m := make(map[Code]class, len(classes))
	for _, c := range classes {
		m[c.code] = c
	}
	return m
}()

// Kind is the code's kind; Transient for a code that isn't listed.
func (c Code) Kind() Kind {
	if k, ok := byCode[c]; ok {
		return k.kind
	}
	return Transient
}

// Hint tells an operator what to do about a failure of this code.
func (c Code) Hint() string {
	if k, ok := byCode[c]; ok {
		return k.hint
	}
	return byCode[Internal].hint
}

// Codes lists every code, in the order of the documentation.
func Codes() []Code {
	all := make([]Code, 0, len(classes))
	for _, c := range classes {
		all = append(all, c.code)
	}
	return slices.Clip(all)
}
