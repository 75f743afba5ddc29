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
	{MalformedMessage, Invalid, "Send a message that follows docs/organization-created.schema.json, or `orgbucket send ORG` if you know the organization. Replaying this one can't help: archive it.", ""},
	{UnexpectedEventType, Invalid, "Route only OrganizationCreated events to this queue. Replaying this message can't help: archive it.", ""},
	{InvalidOrganizationID, Invalid,
		"Give the organization a valid id and send a message with it: 1 to 52 lower-case letters, digits and inner single hyphens, with legal bucket and user names. Replaying this one can't help: archive it.",
		"No bucket can be made for such an id. Check the id."},

	{ClientUserNotFound, Blocked, "The organization's IAM user doesn't exist. Run signup's step again, which knows about keys and groups, and which must not wait for this outcome; half a minute later, replay the message.", ""},
	{PublicPolicyBlocked, Blocked, "A public access block above the bucket, the account's or the organization's, refuses public policies. Find out who switched it on, and why; switch off BlockPublicPolicy and RestrictPublicBuckets there; a minute later, replay the message.", ""},
	{OwnershipUnproved, Blocked,
		"Find out whose bucket it is, by what is in it: `orgbucket adopt ORG` tags and claims this organization's; tag another's for that one; delete nobody's, if it's empty. Of a claimed home restore what was changed, or adopt the one that is it now. Then replay the message.",
		"Find out whose bucket it is. If it is this organization's, `orgbucket adopt ORG` tags it; otherwise tag it for whom it is, or delete it if it's nobody's and empty."},
	{OnHold, Blocked,
		"Somebody put the bucket on hold by its tag OrgbucketHold, whose value says why. Remove the tag when that is over, then replay the message.",
		"Remove the tag OrgbucketHold when what it says is over; then `orgbucket send ORG`."},
	{ClaimsUnavailable, Blocked,
		"The stage's bucket of claims (HOMES_BUCKET) isn't there. Make it again, then claim homes: `orgbucket adopt --all`, and `orgbucket adopt ORG --bucket NAME` where a person gave the name. Only then replay the message, or an organization may get a second, empty home.", ""},
	{HomeOutOfReach, Blocked,
		"A bucket outside this stage's prefix is tagged for the organization. If it's the home, make a bucket of the prefix with the tag, copy the files, then take the tag off the old one. If it isn't, give it another tag than OrgId. Then replay the message.", ""},
	{BucketInAnotherRegion, Blocked,
		"The account has this bucket in another Region. If it's a leftover (look into it), empty and delete it there; if it has to stay, make the alternative name the home here by tag and policy (docs/runbook.md has the commands). Then replay the message.",
		"If it's a leftover (look into it), empty and delete it there; if it has to stay, make the alternative name the home by tag and policy: docs/runbook.md has the commands."},
	{MultipleHomes, Blocked,
		"Two buckets have this organization's tag and policy, and no claim says which is the home. Claim the one with the files, `orgbucket adopt ORG --bucket NAME`, then replay the message. The other may stay: it's a warning.",
		"If none is claimed, `orgbucket adopt ORG --bucket NAME` claims the one with the files. To be rid of the other, delete it if it's empty, or close it and tag it with an id that nobody has: docs/runbook.md has the commands."},
	{ForeignPublicStatement, Blocked,
		"Someone's policy statement would make more than pub/ public. Ask whose it is; remove it, or give it principals of its own (while the block is on, S3 stores no public one), or, if it's meant, switch the bucket's block off knowingly. Then replay the message.",
		"Ask whose it is; remove the statement or give it principals of its own, or ignore this code if it's meant."},
	{ForeignStatementUndecided, Blocked,
		"Someone's policy statement may make more than pub/ public: its conditions or exclusions can't be judged. Read it; give it fixed principals or a condition that S3 counts (docs/runbook.md), or switch the bucket's block off knowingly; then replay the message.",
		"Read the statement. If it keeps the public out, or is meant, ignore this code; otherwise narrow it."},
	{ForeignPrincipalInvalid, Blocked,
		"S3 refuses the policy, and someone's statement names a user or role by its id (AIDA…, AROA…), as deleted ones are shown. If it was deleted, remove that principal; if it lives, the client's IAM user is missing (ClientUserNotFound). Then replay the message.",
		"Find out whether the user or role was deleted (aws iam list-roles shows ids). If so, remove it from the statement: until then S3 refuses every change of the policy."},
	{PolicyConflict, Blocked,
		"The bucket's policy can't be merged safely; the message says why. Give the statement that it names another Sid, or remove it; mend a policy that can't be read or that S3 refuses. Then replay the message.",
		"Give the statement that is named another Sid, or remove it, or mend the policy by hand; then `orgbucket send ORG`."},
	{PolicyTooLarge, Blocked,
		"With this system's three statements the policy would exceed S3's 20 KB. Shorten others' statements, then replay the message.",
		"Shorten others' statements, then `orgbucket send ORG`."},
	{BucketQuotaExceeded, Blocked, "Raise the account's bucket quota (Service Quotas, Amazon S3), then replay the message.", ""},
	{NoBucketNameAvailable, Blocked,
		"Every name that this organization's bucket could have is taken. Correct a tag that is wrong, or empty and delete a bucket of ours that isn't needed; then replay the message.",
		"Correct a tag that is wrong, or empty and delete a bucket of ours that isn't needed."},
	{TagsAtCreationUnsupported, Blocked,
		"S3 refuses tags at creation in this Region, and without them no bucket can be proved to be the organization's. Ask AWS for the feature, or deploy the stage to a Region that has it (docs/deploy.md); then replay the message.", ""},
	{AccessDenied, Blocked, "The function lacks a permission, or a policy denies it. Put its role back as the stack has it, or remove the bucket's statement that denies; if the message names a service control policy, see which setting of the stage meets it (docs/deploy.md). Then replay one message.", ""},
	{AccountProblem, Blocked, "AWS refuses the account itself: it isn't signed up for the service, isn't enabled in the Region, or has a billing problem. The message has AWS's words. Put the account right, then replay the message; replaying alone won't help.", ""},
	{CredentialsRefused, Blocked, "AWS refuses the function's credentials: they expired, or their role or session is gone. Lambda gives a new process new ones: change the function's configuration, or deploy a change; then replay one message.", ""},
	{ClockSkewed, Blocked, "The signing time was too far from AWS's clock, most likely on a machine of your own. Set its clock; in Lambda, tell AWS's support. Then replay the message.", ""},
	{RequestRefused, Blocked, "AWS refuses the request as such, in the words of the message. Replaying alone won't help: mend what they name (a disabled key, a rule of the account, a Region without a feature), or report it; then replay one message.", ""},

	{Throttled, Transient, "AWS throttled the request; it's tried again by itself. If it reached the dead-letter queue, replay it slowly (--rate 5) when the load is lower.", ""},
	{ServiceUnavailable, Transient, "AWS had a fault or couldn't be reached; it's tried again by itself. If it reached the dead-letter queue, wait until AWS is well, then replay it with a rate.", ""},
	{OperationConflict, Transient, "Something else was changing the bucket; it's tried again by itself. If it reached the dead-letter queue, find out what (CloudTrail tells who writes) and stop it, then replay it.", ""},
	{DeadlineExceeded, Transient, "The time of the delivery ran out; it's tried again by itself. If it reached the dead-letter queue, check AWS's latency and the function's timeout, then replay it with a rate.", ""},
	{PublishFailed, Transient, "The bucket may be ready, but the outcome couldn't be published. Nobody was told. Mend the topic, its key or the role (`orgbucket doctor` names it), then replay the message, also one that is healthy.", ""},
	{Internal, Transient, "Nobody foresaw this. Read the function's log line of this message, report it, then replay one message.", ""},

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
	{PublicListAllowed, "", "", "Find the statement or the ACL that lets everyone list the bucket, and remove it: docs/runbook.md, ForeignPublicStatement."},
	{Unclaimed, "", "", "Nothing has to be done: the next message claims it, and `orgbucket adopt --all` claims all of them."},
	{TagNameMismatch, "", "", "If it is the home of the organization that it's tagged for, `orgbucket adopt ORG --bucket NAME` claims it; if it's somebody else's, correct the tag. Billing counts it for whom it is tagged."},
	{UnknownBucket, "", "", "Find out who made it and why. A bucket that isn't an organization's is better named with another prefix."},
	{Unforeseen, "", "", "Read the text; this version of the audit has no code for it."},
}
