package fault

import "slices"

// Code is the stable name of a class of failures, warnings or findings. Codes appear
// in outcomes, log lines, alarms, reports and the runbook; one is never renamed or
// reused.
type Code string

// The codes of failures. Their kinds and advice are in the table.
const (
	MalformedMessage      Code = "MalformedMessage"
	UnexpectedEventType   Code = "UnexpectedEventType"
	InvalidOrganizationID Code = "InvalidOrganizationID"

	ClientUserNotFound     Code = "ClientUserNotFound"
	PublicPolicyBlocked    Code = "PublicPolicyBlocked"
	OwnershipUnproved      Code = "OwnershipUnproved"
	OnHold                 Code = "OnHold"
	ClaimsUnavailable      Code = "ClaimsUnavailable"
	HomeOutOfReach         Code = "HomeOutOfReach"
	BucketInAnotherRegion  Code = "BucketInAnotherRegion"
	MultipleHomes          Code = "MultipleHomes"
	ForeignPublicStatement Code = "ForeignPublicStatement"
	// ForeignStatementUndecided: as ForeignPublicStatement, but it may be so.
	ForeignStatementUndecided Code = "ForeignStatementUndecided"
	ForeignPrincipalInvalid   Code = "ForeignPrincipalInvalid"
	PolicyConflict            Code = "PolicyConflict"
	PolicyTooLarge            Code = "PolicyTooLarge"
	BucketQuotaExceeded       Code = "BucketQuotaExceeded"
	NoBucketNameAvailable     Code = "NoBucketNameAvailable"
	// TagsAtCreationUnsupported: the Region's S3 takes no tags with CreateBucket.
	TagsAtCreationUnsupported Code = "TagsAtCreationUnsupported"
	AccessDenied              Code = "AccessDenied"
	// AccountProblem, CredentialsRefused and ClockSkewed are about the caller, whatever it
	// asked for; RequestRefused is any other request that AWS refuses as such.
	AccountProblem     Code = "AccountProblem"
	CredentialsRefused Code = "CredentialsRefused"
	ClockSkewed        Code = "ClockSkewed"
	RequestRefused     Code = "RequestRefused"

	Throttled          Code = "Throttled"
	ServiceUnavailable Code = "ServiceUnavailable"
	OperationConflict  Code = "OperationConflict"
	DeadlineExceeded   Code = "DeadlineExceeded"
	PublishFailed      Code = "PublishFailed"
	Internal           Code = "Internal"
)

// The codes of warnings and findings that are no failure of a message.
const (
	Drift           Code = "Drift"
	Unfinished      Code = "Unfinished"
	ClientGrantDead Code = "ClientGrantDead"
	// NotReadable: the public can't read pub/, as an unsigned request showed.
	NotReadable Code = "NotReadable"
	ForeignDeny Code = "ForeignDeny"
	Reopened    Code = "Reopened"
	// CrossAccountGrant: opening the bucket lets another account in, by somebody's statement.
	CrossAccountGrant     Code = "CrossAccountGrant"
	Unclaimed             Code = "Unclaimed"
	TagNameMismatch       Code = "TagNameMismatch"
	UnknownBucket         Code = "UnknownBucket"
	PublicListAllowed     Code = "PublicListAllowed"
	RestrictPublicBuckets Code = "RestrictPublicBuckets"
	// AccountBlockUnknown: the account's public access block couldn't be read.
	AccountBlockUnknown Code = "AccountBlockUnknown"
	// TagsMissing: a bucket lacks tags that the stage gives new buckets.
	TagsMissing Code = "TagsMissing"
	// Unforeseen: a warning whose code isn't known to the audit.
	Unforeseen Code = "Unforeseen"
)

// byCode has the table's rows by their codes.
var byCode = func() map[Code]advice {
	m := make(map[Code]advice, len(table))
	for _, a := range table {
		m[a.code] = a
	}
	return m
}()

// Kind returns the kind of a failure's code; Transient for any other.
func (c Code) Kind() Kind {
	if a := byCode[c]; a.kind != "" {
		return a.kind
	}
	return Transient
}

// OfCaller reports whether a failure with this code may be the caller's own, so that
// another caller's look at the same bucket may be answered.
func (c Code) OfCaller() bool {
	return slices.Contains([]Code{AccessDenied, AccountProblem, CredentialsRefused, ClockSkewed, RequestRefused}, c)
}

// Hint returns what an operator can do about a message that failed with this code.
func (c Code) Hint() string {
	if a := byCode[c]; a.hint != "" {
		return a.hint
	}
	return byCode[Internal].hint
}

// Repair returns what an operator can do about a bucket in this state. ORG stands for the organization's id. It is empty for codes that no bucket has.
func (c Code) Repair() string { return byCode[c].repair }

// Codes returns the codes of failures, in the order of the documentation.
func Codes() []Code {
	all := make([]Code, 0, len(table))
	for _, a := range table {
		if a.kind != "" {
			all = append(all, a.code)
		}
	}
	return slices.Clip(all)
}
