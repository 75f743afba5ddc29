package bucketstest

const docs = "https://docs.aws.amazon.com/AmazonS3/latest/"

// Differences is the table of all that is known to differ and was met while this
// system was built. The suite's own cases are alike everywhere, but for those
// that need a [Capability].
func Differences() []Difference {
	return []Difference{
		{
			What: "create our own bucket again in us-east-1, without tags",
			AWS:  "200", Fake: "200", Versitygw: "409 BucketAlreadyOwnedByYou",
			Source: docs + "API/API_CreateBucket.html (BucketAlreadyOwnedByYou)",
			Why:    "this system always sends tags, to which all answer 409", try: (*stage).createsAgain,
		},
		{
			What: "create a bucket in another Region than the endpoint's, at us-east-1",
			AWS:  "200", Fake: "200", Versitygw: "400 InvalidLocationConstraint",
			Source: docs + "API/API_CreateBucketConfiguration.html",
			Why:    "versitygw is one Region", try: (*stage).createsElsewhere,
		},
		{
			What: "look at a bucket at another Region's endpoint",
			AWS:  "301 PermanentRedirect", Fake: "301 PermanentRedirect", Versitygw: "400 AuthorizationHeaderMalformed",
			Source: docs + "userguide/Redirects.html",
			Why:    "versitygw is one Region; AWS gives this 400 to a request that was signed for another Region than its endpoint's", try: (*stage).looksFromElsewhere,
		},
		{
			What: "sign with a wrong secret",
			AWS:  "403 SignatureDoesNotMatch", Fake: "200", Versitygw: "403 SignatureDoesNotMatch",
			Source: docs + "API/ErrorResponses.html",
			Why:    "the fake needs no secrets; the compiled function signs for versitygw", try: (*stage).signsWrongly,
		},
		{
			What: "get an object by a presigned URL",
			AWS:  "200", Fake: "403", Versitygw: "200",
			Source: docs + "API/sigv4-query-string-auth.html",
			Why:    "nothing here presigns: to the fake it's a request of nobody", try: (*stage).getsPresigned,
		},
		{
			What: "read a policy after the user whom it names was deleted",
			AWS:  "unique id", Fake: "unique id", Versitygw: "ARN",
			Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
			Why:    "versitygw keeps policies as text (capability UniquePrincipals)", try: (*stage).readsDeletedUser,
		},
		{
			What: "put a policy for another account",
			AWS:  "200", Fake: "200", Versitygw: "400 MalformedPolicy",
			Source: docs + "userguide/s3-bucket-user-policy-specifying-principal-intro.html",
			Why:    "versitygw has one account", try: policyFor(`{"AWS":"111122223333"}`),
		},
		{
			What: "put a policy for a service",
			AWS:  "200", Fake: "200", Versitygw: "400 MalformedPolicy",
			Source: docs + "userguide/s3-bucket-user-policy-specifying-principal-intro.html",
			Why:    "versitygw has no services", try: policyFor(`{"Service":"logging.s3.amazonaws.com"}`),
		},
		{
			What: "put a policy with a condition on s3:ResourceAccount",
			AWS:  "200", Fake: "200", Versitygw: "400 MalformedPolicy",
			Source: docs + "userguide/amazon-s3-policy-keys.html",
			Why:    "versitygw knows few condition keys; the local role goes without, and make run says so", try: (*stage).putsUnknownCondition,
		},
		{
			What: "read what a policy allows to another address only",
			AWS:  "403", Fake: "200", Versitygw: "403",
			Source: docs + "userguide/example-bucket-policies.html",
			Why:    "the fake judges no conditions: it takes an Allow's to hold, which is worse for privacy", try: readsIf("Allow", "203.0.113.0/24"),
		},
		{
			What: "read what a policy denies to this address",
			AWS:  "403", Fake: "200", Versitygw: "200",
			Source: docs + "userguide/example-bucket-policies.html",
			Why:    "the fake takes a Deny's conditions not to hold; versitygw is behind a socket without addresses", try: readsIf("Deny", "127.0.0.0/8"),
		},
		{
			What: "the words that refuse a public policy",
			AWS:  "blocked by the BlockPublicPolicy", Fake: "blocked by the BlockPublicPolicy", Versitygw: "prevented by the BlockPublicPolicy",
			Source: docs + "userguide/troubleshoot-403-errors.html, which has the second; S3 was seen to say the first",
			Why:    "the name of the setting is all that counts, so the servers have one form each", try: (*stage).refusesInWords,
		},
		{
			What: "put an object pub beside pub/x",
			AWS:  "200", Fake: "200", Versitygw: "409 ExistingObjectIsDirectory",
			Source: docs + "userguide/object-keys.html",
			Why:    "versitygw keeps objects as files", try: (*stage).putsFileBesideFolder,
		},
		{
			What: "put a folder's object that isn't empty",
			AWS:  "200", Fake: "200", Versitygw: "400 DirectoryObjectContainsData",
			Source: docs + "userguide/using-folders.html",
			Why:    "versitygw keeps objects as files", try: (*stage).putsFullFolder,
		},
		{
			What: "ask for a bucket's versioning",
			AWS:  "200", Fake: "501 NotImplemented", Versitygw: "200",
			Source: docs + "API/API_GetBucketVersioning.html",
			Why:    "the fake has the operations that this system and its tests use, and refuses others loudly", try: (*stage).asksForVersioning,
		},
	}
}
