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
	Drift                     = Code(fault.Drift)
	Unfinished                = Code(fault.Unfinished)
	ClientGrantDead           = Code(fault.ClientGrantDead)
	NotReadable               = Code(fault.NotReadable)
	OwnershipUnproved         = Code(fault.OwnershipUnproved)
	BucketInAnotherRegion     = Code(fault.BucketInAnotherRegion)
	MultipleHomes             = Code(fault.MultipleHomes)
	ForeignPublicStatement    = Code(fault.ForeignPublicStatement)
	ForeignStatementUndecided = Code(fault.ForeignStatementUndecided)
	ForeignPrincipalInvalid   = Code(fault.ForeignPrincipalInvalid)
	PolicyConflict            = Code(fault.PolicyConflict)
	PolicyTooLarge            = Code(fault.PolicyTooLarge)
	CrossAccountGrant         = Code(fault.CrossAccountGrant)
	ForeignDeny               = Code(fault.ForeignDeny)
	OnHold                    = Code(fault.OnHold)
	Reopened                  = Code(fault.Reopened)
	RestrictPublicBuckets     = Code(fault.RestrictPublicBuckets)
	AccountBlockUnknown       = Code(fault.AccountBlockUnknown)
	TagsMissing               = Code(fault.TagsMissing)
	Unclaimed                 = Code(fault.Unclaimed)
	TagNameMismatch           = Code(fault.TagNameMismatch)
	UnknownBucket             = Code(fault.UnknownBucket)
	PublicListAllowed         = Code(fault.PublicListAllowed)
	// Unforeseen: the examination warned of something that has no code here.
	Unforeseen = Code(fault.Unforeseen)
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	// Error: the organization lacks something that it should have, a message for it
	// would fail, or more is public than should be.
	Error Severity = "error"
	// Warning: it all works, but somebody should look.
	Warning Severity = "warning"
	// Notice: nobody has to do anything.
	Notice Severity = "notice"
)

// class is what is known of a code.
type class struct {
	code Code
	// severity is that of a finding about which nothing more is known.
	severity Severity
	// meaning says in a few words what a finding means.
	meaning string
}

// classes lists every code once, in the order of the documentation.
var classes = []class{
	{Drift, Error, "a message would change something: access block, folder or policy"},
	{Unfinished, Error, "none of this system's policy statements are there"},
	{ClientGrantDead, Error, "the client's user was deleted, or deleted and made again"},
	{NotReadable, Error, "the public can't read pub/, as an unsigned request shows (--probe)"},
	{OwnershipUnproved, Error, "no usable tag says whose it is"},
	{BucketInAnotherRegion, Error, "a message can't use it there"},
	{MultipleHomes, Error, "another bucket is tagged for the organization, too"},
	{ForeignPublicStatement, Error, "somebody's statement lets the public do more than read pub/, or would"},
	{ForeignStatementUndecided, Warning, "somebody's statement may let the public do more than read pub/"},
	{ForeignPrincipalInvalid, Warning, "somebody's statement names a user or role that may be deleted, by its id"},
	{PolicyConflict, Error, "somebody's statement uses our Sid, or the policy can't be read"},
	{PolicyTooLarge, Error, "there's no room for this system's statements"},
	{CrossAccountGrant, Warning, "opening the bucket lets another account in, by somebody's statement"},
	{ForeignDeny, Warning, "somebody's Deny may keep out the client or the public"},
	{OnHold, Warning, "held: somebody put it on hold, so a message changes nothing"},
	{Reopened, Warning, "it was closed to the public, and the next message opens it"},
	{RestrictPublicBuckets, Error, "the account's public access block keeps the public out of every bucket"},
	{AccountBlockUnknown, Warning, "the account's public access block couldn't be read"},
	{TagsMissing, Notice, "it doesn't have all the tags that the stage gives new buckets"},
	{Unclaimed, Notice, "no claim names it yet; the next message makes one"},
	{TagNameMismatch, Error, "tagged for an organization that never has this name, without a claim"},
	{UnknownBucket, Warning, "neither tag nor name is an organization's"},
	{PublicListAllowed, Error, "the public can list the bucket, as an unsigned request shows (--probe)"},
	{Unforeseen, Warning, "a warning that this version has no code for"},
}

// known returns a failure's or warning's code if the audit has it, and otherwise
// Unforeseen.
func known(code fault.Code) Code {
	if c := Code(code); slices.ContainsFunc(classes, func(k class) bool { return k.code == c }) {
		return c
	}
	return Unforeseen
}

func (c Code) class() class {
	return classes[slices.IndexFunc(classes, func(k class) bool { return k.code == known(fault.Code(c)) })]
}

// Codes returns every code, in the order of the documentation.
func Codes() []Code {
	all := make([]Code, len(classes))
	for i, c := range classes {
		all[i] = c.code
	}
	return all
}

// Severity returns that of a finding of the code about which nothing more is known.
func (c Code) Severity() Severity { return c.class().severity }

// Meaning says in a few words what a finding of the code means.
func (c Code) Meaning() string { return c.class().meaning }

// Hint returns what to do about a finding of the code in a bucket. Without an organization
// ORG stands for one, and NAME for the bucket that somebody has to choose.
func (c Code) Hint(id org.ID, name string) string {
	hint := fault.Code(c.class().code).Repair()
	if id == "" {
		return hint
	}
	if c == TagNameMismatch { // of the others it's one of several buckets
		hint = strings.ReplaceAll(hint, "NAME", name)
	}
	return strings.ReplaceAll(hint, "ORG", string(id))
}
