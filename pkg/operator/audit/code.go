package audit

import (
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Code is the stable name of a class of findings. Where a message would fail for
// the same reason it's the name of that failure. Codes appear in reports and in
// scripts; one is never renamed or reused.
type Code string

// The codes.
const (
	Drift                   Code = "Drift"
	Unfinished              Code = "Unfinished"
	ClientGrantDead         Code = "ClientGrantDead"
	NoBucket                Code = "NoBucket"
	OwnershipUnproved            = Code(fault.OwnershipUnproved)
	BucketInAnotherRegion        = Code(fault.BucketInAnotherRegion)
	MultipleHomes                = Code(fault.MultipleHomes)
	ForeignPublicStatement       = Code(fault.ForeignPublicStatement)
	ForeignPrincipalInvalid      = Code(fault.ForeignPrincipalInvalid)
	PolicyConflict               = Code(fault.PolicyConflict)
	PolicyTooLarge               = Code(fault.PolicyTooLarge)
	NoBucketNameAvailable        = Code(fault.NoBucketNameAvailable)
	InvalidOrganizationID        = Code(fault.InvalidOrganizationID)
	ForeignDeny             Code = "ForeignDeny"
	TagNameMismatch         Code = "TagNameMismatch"
	UnknownBucket           Code = "UnknownBucket"
	// Unforeseen: the examination warned of something that has no code here.
	Unforeseen Code = "Unforeseen"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	// Error: the organization lacks something that it shall have, a message for it
	// would fail, or more is public than shall be.
	Error Severity = "error"
	// Warning: it all works, but somebody should look.
	Warning Severity = "warning"
)

// class is what is known of a code.
type class struct {
	code Code
	// severity is that of a finding about which nothing more is known.
	severity Severity
	// meaning says in a few words what is so.
	meaning string
	// hint tells what to do; ORG stands for the organization's id.
	hint string
}

// classes lists every code once, in the order of the documentation.
var classes = []class{
	{Drift, Error, "a message would change something: access block, folder or policy", "`orgbucket send ORG` puts it right; `orgbucket plan ORG` shows before what that changes."},
	{Unfinished, Error, "none of this system's policy statements are there", "Look for the organization's message among the dead letters (`orgbucket dead-letters list`) and mend its cause, often that the client's IAM user doesn't exist; then replay it, or `orgbucket send ORG`."},
	{ClientGrantDead, Error, "the client's user was deleted, or deleted and made again", "The client can't reach its files. See that its IAM user exists, then `orgbucket send ORG` grants it access again."},
	{NoBucket, Error, "the organization has none (with --org only)", "If the organization exists, `orgbucket send ORG` makes its bucket."},
	{OwnershipUnproved, Error, "no usable tag says whose it is", "Find out whose bucket it is. If it is this organization's, `orgbucket adopt ORG` tags it; otherwise tag it for whom it is, or move it out of the prefix."},
	{BucketInAnotherRegion, Error, "a message can't use it there", "Empty and delete it there, or make the alternative name the home by tag and policy: docs/runbook.md has the commands."},
	{MultipleHomes, Error, "another bucket is tagged for the organization, too", "Keep one of the buckets; re-tag or delete the other, but look for files in it first."},
	{ForeignPublicStatement, Error, "somebody's statement lets the public do more than read pub/, or would", "Narrow or remove the statement, or ignore this code if it's meant."},
	{ForeignPrincipalInvalid, Error, "somebody's statement names a deleted user or role", "Remove the deleted user or role from the statement: until then S3 refuses every change of the policy."},
	{PolicyConflict, Error, "somebody's statement uses our Sid, or the policy can't be read", "Rename or remove the statement that is named, or repair the policy by hand; then `orgbucket send ORG`."},
	{PolicyTooLarge, Error, "there's no room for this system's statements", "Shorten others' statements, then `orgbucket send ORG`."},
	{NoBucketNameAvailable, Error, "every name of the organization is taken (with --org only)", "Free one of the organization's names, or adopt the bucket that has it."},
	{InvalidOrganizationID, Error, "its names would be illegal (with --org only)", "No bucket can be made for such an id. Check the id."},
	{ForeignDeny, Warning, "somebody's Deny may keep out the client or the public", "Read the statement. If it doesn't keep out the client or the public, ignore this code."},
	{TagNameMismatch, Warning, "tagged for an organization that never has this name", "If its files are the tagged organization's, copy them to that one's home; if it's somebody else's, correct the tag. Billing counts it for whom it is tagged."},
	{UnknownBucket, Warning, "neither tag nor name is an organization's", "Find out who made it and why. A bucket that isn't an organization's is better named with another prefix."},
	{Unforeseen, Warning, "a warning that this version has no code for", "Read the text; this version of the audit has no code for it."},
}

func classOf(code Code) class {
	i := slices.IndexFunc(classes, func(c class) bool { return c.code == code })
	if i < 0 {
		c := classes[len(classes)-1]
		c.code = code
		return c
	}
	return classes[i]
}

// Codes lists every code, in the order of the documentation.
func Codes() []Code {
	all := make([]Code, len(classes))
	for i, c := range classes {
		all[i] = c.code
	}
	return all
}

// Severity is that of a finding of the code about which nothing more is known.
func (c Code) Severity() Severity { return classOf(c).severity }

// Meaning says in a few words what a finding of the code means.
func (c Code) Meaning() string { return classOf(c).meaning }

// Hint tells what to do about a finding of the code. Without an organization ORG
// stands for one.
func (c Code) Hint(id org.ID) string {
	hint := classOf(c).hint
	if id == "" {
		return hint
	}
	return strings.ReplaceAll(hint, "ORG", string(id))
}
