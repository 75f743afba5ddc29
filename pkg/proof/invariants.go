package proof

// Invariant is something that must hold whatever happens.
type Invariant string

// The invariants.
const (
	OneHome                   Invariant = "OneHome"
	HomeNeverChanges          Invariant = "HomeNeverChanges"
	ConventionalNameFirst     Invariant = "ConventionalNameFirst"
	NoWriteUnproved           Invariant = "NoWriteUnproved"
	ClaimWrittenOnce          Invariant = "ClaimWrittenOnce"
	OnlyTheClaimed            Invariant = "OnlyTheClaimed"
	HeldIsLeftAlone           Invariant = "HeldIsLeftAlone"
	NothingPublicOutsidePub   Invariant = "NothingPublicOutsidePub"
	NothingPublicBeforeProved Invariant = "NothingPublicBeforeProved"
	NoForeignStatementWoken   Invariant = "NoForeignStatementWoken"
	OthersKept                Invariant = "OthersKept"
	SentWhereSigned           Invariant = "SentWhereSigned"
	BornMarked                Invariant = "BornMarked"
	NothingLost               Invariant = "NothingLost"
	FailedMeansDeadLetter     Invariant = "FailedMeansDeadLetter"
	OutcomeNamesReadyBucket   Invariant = "OutcomeNamesReadyBucket"
	AnswersInTime             Invariant = "AnswersInTime"
	EndsReady                 Invariant = "EndsReady"
	FinishedNeedsNoWrite      Invariant = "FinishedNeedsNoWrite"
)

// Meaning is an invariant and what it says.
type Meaning struct {
	Invariant Invariant
	Says      string
}

// Invariants lists all invariants with what they say.
func Invariants() []Meaning {
	return []Meaning{
		{OneHome, "at every moment at most one bucket of an organization has this system's policy"},
		{HomeNeverChanges, "all good outcomes of an organization name the same bucket, the one that was its home before if there was one"},
		{ConventionalNameFirst, "a bucket gets an alternative name only if the delivery was told that each name before it isn't to be had"},
		{NoWriteUnproved, "a bucket's configuration and objects are written only by a delivery that S3 last told, since its last refused write, that the bucket is in our account and tagged for the organization; every call but CreateBucket names the owner that it expects; nothing changes in another account"},
		{ClaimWrittenOnce, "a claim is put only if there is none, for a bucket that the delivery has proved the organization's, and never changes"},
		{OnlyTheClaimed, "this system's policy is put, and a good outcome published, only for the bucket that the claim names"},
		{HeldIsLeftAlone, "a bucket with the tag OrgbucketHold isn't written to"},
		{NothingPublicOutsidePub, "no call makes an object outside pub/ publicly readable, nor anything else than reading"},
		{NothingPublicBeforeProved, "pub/ becomes public only in a bucket that is in our account and Region and tagged for the organization, and that the delivery has proved so"},
		{NoForeignStatementWoken, "no flag that neutralises a stored policy is switched off while the policy has a public statement of others that opens more than pub/, or a damaged one of ours"},
		{OthersKept, "tags, policy statements, policy ids, ACL flags and objects that others made stay as they are"},
		{SentWhereSigned, "no redirect is followed: a request goes to the host that it was signed for and to no other"},
		{BornMarked, "a new bucket has its organization's tag from the first moment"},
		{NothingLost, "every message is acknowledged after its good outcome was published, or is in the dead-letter queue after its failed outcome was"},
		{FailedMeansDeadLetter, "a failed outcome is published after a message's last receive only, and the message is never acknowledged after it"},
		{OutcomeNamesReadyBucket, "when a good outcome is accepted, the bucket that it names is ready and belongs to the organization of the message that it is about, it claims no change that the delivery didn't make, and it warns if the account keeps the public out"},
		{AnswersInTime, "a delivery whose process isn't killed answers before Lambda's timeout"},
		{EndsReady, "once what was broken is mended and dead letters are replayed, every valid message ends with its bucket ready"},
		{FinishedNeedsNoWrite, "a delivery that finds everything finished writes nothing and says unchanged"},
	}
}

// Exception is a stated case in which an invariant doesn't hold. Reports count
// each one.
type Exception string

// The exceptions.
const (
	LastReceiveUnfinished Exception = "LastReceiveUnfinished"
	AskedByCreating       Exception = "AskedByCreating"
	PersonChooses         Exception = "PersonChooses"
	AnotherIsOpening      Exception = "AnotherIsOpening"
	AllReadsOld           Exception = "AllReadsOld"
	AllLooksOld           Exception = "AllLooksOld"
)

// Excuse is an exception, the invariants that it is one to, and what it is.
type Excuse struct {
	Exception Exception
	To        []Invariant
	Is        string
}

// Exceptions lists all exceptions.
func Exceptions() []Excuse {
	return []Excuse{
		{LastReceiveUnfinished, []Invariant{NothingLost}, "a message's last receive was cut off, or its failure couldn't be published, also because the topic hung with another one of the batch until no time was left: it's in the dead-letter queue, whose alarm tells"},
		{AskedByCreating, []Invariant{ConventionalNameFirst}, "a name that S3 said nothing of was created, since only that tells whose it is, and it was free: an alternative name without need, or an empty bucket more"},
		{PersonChooses, []Invariant{EndsReady}, "of two buckets of before the claims both have the policy: a person keeps one (MultipleHomes)"},
		{AllReadsOld, []Invariant{OthersKept, OutcomeNamesReadyBucket}, "every read of a bucket's policy, or of its access block, said that there is none: others' statements were overwritten, or a bucket that somebody closed was called ready"},
		{AllLooksOld, []Invariant{OneHome, HomeNeverChanges, EndsReady}, "before an organization had a claim, every look of a delivery at its home said that it isn't there, has no tag or no policy: another bucket was claimed"},
		{AnotherIsOpening, []Invariant{OutcomeNamesReadyBucket}, "two deliveries worked on one bucket at once, and one of them, which began while the other one's opening hung for seconds, has its access block on for the moment in which it puts the policy"},
	}
}
