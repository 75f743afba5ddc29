package fault

// advice is what an operator can do about a code.
type advice struct {
	code Code
	kind Kind // empty for a code that is no failure
	// hint is for a message that failed.
	hint string
	// repair is for a bucket in which an audit or a plan found the code; ORG stands for
	// the organization's id.
	repair string
}

// table has the advice for every code of a failure or a finding, failures first, in
// the order of the documentation. docs/runbook.md has a section for each failure.
var table = []advice{
	{MalformedMessage, Invalid, "Send a message that follows docs/organization-created.schema.json. Replaying this one can't help: archive it.", ""},
	{UnexpectedEventType, Invalid, "Route only OrganizationCreated events to this queue. Replaying this message can't help: archive it.", ""},
	{InvalidOrganizationID, Invalid,
		"Send a message with a valid organization id: 1 to 52 lower-case letters, digits and inner single hyphens, with legal bucket and user names. Replaying this one can't help.",
		"No bucket can be made for such an id. Check the id."},

	{ClientUserNotFound, Blocked, "Create the organization's IAM user (see clientUserArn in the documentation: it must not wait for this outcome), then replay the message.", ""},
	{PublicPolicyBlocked, Blocked, "Switch off BlockPublicPolicy, and RestrictPublicBuckets, in the account's (or organization's) public access block settings, then replay the message.", ""},
	{OwnershipUnproved, Blocked,
		"Find out whose bucket it is: orgbucket adopt tags it for this organization; tagging it for another gives it away. Then replay the message.",
		"Find out whose bucket it is. If it is this organization's, `orgbucket adopt ORG` tags it; otherwise tag it for whom it is, or move it out of the prefix."},
	{OnHold, Blocked,
		"Somebody put the bucket on hold by its tag OrgbucketHold, whose value says why. Remove the tag when that is over, then replay the message.",
		"Remove the tag OrgbucketHold when what it says is over; then `orgbucket send ORG`."},
	{ClaimsUnavailable, Blocked,
		"The stage's bucket of claims (HOMES_BUCKET) isn't there. Deploy the stage again, or restore the bucket; then replay the message.", ""},
	{HomeOutOfReach, Blocked,
		"A bucket outside this stage's prefix is tagged for the organization, so it may be its home, which the function can't touch. Move its files to a bucket of the prefix and re-tag it, or re-tag it if it isn't the home; then replay the message.", ""},
	{BucketInAnotherRegion, Blocked,
		"The account has this bucket in another Region. Empty and delete it there, or make the alternative name the home here by tag and policy (docs/runbook.md has the commands); then replay the message.",
		"Empty and delete it there, or make the alternative name the home by tag and policy: docs/runbook.md has the commands."},
	{MultipleHomes, Blocked,
		"More than one bucket is tagged for this organization. Keep one, re-tag or delete the other (look for files first), then replay the message.",
		"Keep one of the buckets; re-tag or delete the other, but look for files in it first."},
	{ForeignPublicStatement, Blocked,
		"Someone's policy statement would make more than pub/ public. Remove or narrow it, or switch the bucket's block off knowingly; then replay the message.",
		"Narrow or remove the statement, or ignore this code if it's meant."},
	{ForeignStatementUndecided, Blocked,
		"Someone's policy statement may make more than pub/ public: its conditions or exclusions can't be judged. Read it; give it fixed principals or a condition that S3 counts (docs/runbook.md), or switch the bucket's block off knowingly; then replay the message.",
		"Read the statement. If it keeps the public out, or is meant, ignore this code; otherwise narrow it."},
	{ForeignPrincipalInvalid, Blocked,
		"S3 refuses the policy, and someone's statement names a user or role by its id (AIDA…, AROA…), as deleted ones are shown. If it was deleted, remove that principal; if it lives, create the client's IAM user. Then replay the message.",
		"Find out whether the user or role was deleted (aws iam list-roles shows ids). If so, remove it from the statement: until then S3 refuses every change of the policy."},
	{PolicyConflict, Blocked,
		"The bucket's policy can't be merged safely. Rename or remove the statement that the message names, then replay the message.",
		"Rename or remove the statement that is named, or repair the policy by hand; then `orgbucket send ORG`."},
	{PolicyTooLarge, Blocked,
		"With this system's three statements the policy would exceed S3's 20 KB. Shorten others' statements, then replay the message.",
		"Shorten others' statements, then `orgbucket send ORG`."},
	{BucketQuotaExceeded, Blocked, "Raise the account's bucket quota (Service Quotas, Amazon S3), then replay the message.", ""},
	{NoBucketNameAvailable, Blocked,
		"Every name that this organization's bucket could have is taken. Free one of them, or correct its tag if it's this organization's; then replay the message.",
		"Free one of the organization's names, or adopt the bucket that has it."},
	{TagsAtCreationUnsupported, Blocked,
		"S3 refuses tags at creation in this Region, and without them no bucket can be proved to be the organization's. Ask AWS for the feature, or deploy the stage to a Region that has it (docs/deploy.md); then replay the message.", ""},
	{AccessDenied, Blocked, "The function lacks a permission, or a policy (SCP, bucket policy) denies it. Compare its role with the deployed stack; if the message names a service control policy, see which setting of the stage meets it (docs/deploy.md). Then replay the message.", ""},
	{AccountProblem, Blocked, "AWS refuses the account itself: it isn't signed up for the service, isn't enabled in the Region, or has a billing problem. The message has AWS's words. Put the account right, then replay the message; replaying alone won't help.", ""},
	{CredentialsRefused, Blocked, "AWS refuses the function's credentials: they expired, or their role or session is gone. Lambda gives a new process new ones: deploy the stage again or change the function's configuration; then replay the message.", ""},
	{ClockSkewed, Blocked, "The signing time was too far from AWS's clock, most likely on a machine of your own. Set its clock; in Lambda, tell AWS's support. Then replay the message.", ""},
	{RequestRefused, Blocked, "AWS refuses the request as such, in the words of the message. Replaying alone won't help: mend what they name (a disabled key, a rule of the account, a Region without a feature), or report it; then replay the message.", ""},

	{Throttled, Transient, "AWS throttled the request; it's tried again by itself. If it reached the dead-letter queue, replay it when the load is lower.", ""},
	{ServiceUnavailable, Transient, "AWS had a fault or couldn't be reached; it's tried again by itself. If it reached the dead-letter queue, check AWS's health, then replay it.", ""},
	{OperationConflict, Transient, "Something else was changing the bucket; it's tried again by itself. If it reached the dead-letter queue, replay it.", ""},
	{DeadlineExceeded, Transient, "The time of the delivery ran out; it's tried again by itself. If it reached the dead-letter queue, check AWS's latency and the function's timeout, then replay it.", ""},
	{PublishFailed, Transient, "The bucket may be ready, but the outcome couldn't be published. Check the topic, its key and the role, then replay the message.", ""},
	{Internal, Transient, "Nobody foresaw this. Read the function's log line of this message, report it, then replay the message.", ""},

	{Drift, "", "", "`orgbucket send ORG` puts it right; `orgbucket plan ORG` shows before what that changes."},
	{Unfinished, "", "", "Look for the organization's message among the dead letters (`orgbucket dead-letters list`) and mend its cause, often that the client's IAM user doesn't exist; then replay it, or `orgbucket send ORG`."},
	{ClientGrantDead, "", "", "The client can't reach its files. See that its IAM user exists, then `orgbucket send ORG` grants it access again."},
	{NotReadable, "", "", "If there is Drift, too, `orgbucket send ORG` puts it right. Otherwise something above the bucket refuses: `orgbucket doctor` reads the account's and the organization's public access block; look for a Deny in the bucket's policy or a resource control policy, too."},
	{Reopened, "", "", "If the bucket was closed on purpose, tag it OrgbucketHold with the reason and close it again."},
	{CrossAccountGrant, "", "", "Read the statement. If the other account shall have no access, remove it; otherwise ignore this code."},
	{ForeignDeny, "", "", "Read the statement. If it doesn't keep out the client or the public, ignore this code."},
	{RestrictPublicBuckets, "", "", "Switch RestrictPublicBuckets off in the account's public access block, or have the organization's administrators except the account; no message has to be sent again."},
	{AccountBlockUnknown, "", "", "Find out what denies the function s3:GetAccountPublicAccessBlock, and whether that block has RestrictPublicBuckets on (orgbucket doctor)."},
	{TagsMissing, "", "", "Nothing fails by it. The function tags a bucket at its creation only, so add them by hand: aws s3control tag-resource, which leaves the other tags alone."},
	{Unclaimed, "", "", "Nothing has to be done: the next message claims it, and `orgbucket adopt --all` claims all of them."},
	{TagNameMismatch, "", "", "If it is the home of the organization that it's tagged for, `orgbucket adopt ORG --bucket NAME` claims it; if it's somebody else's, correct the tag. Billing counts it for whom it is tagged."},
	{UnknownBucket, "", "", "Find out who made it and why. A bucket that isn't an organization's is better named with another prefix."},
	{Unforeseen, "", "", "Read the text; this version of the audit has no code for it."},
}
