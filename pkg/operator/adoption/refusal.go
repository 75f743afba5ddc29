package adoption

import "fmt"

// Reason is why a bucket isn't adopted, as a stable name.
type Reason string

// The reasons.
const (
	// NotACandidate: its name doesn't begin with the stage's prefix.
	NotACandidate Reason = "NotACandidate"
	// SeveralToAdopt: more than one bucket could be adopted, and none was named.
	SeveralToAdopt Reason = "SeveralToAdopt"
	// NothingToAdopt: there's no such bucket, or none whose organization is unknown.
	NothingToAdopt Reason = "NothingToAdopt"
	// HomeExists: another bucket is the organization's home, so there would be two.
	HomeExists Reason = "HomeExists"
	// TaggedForAnother: it is another organization's.
	TaggedForAnother Reason = "TaggedForAnother"
	// InAnotherRegion: it, or one beside it that may be the home, is in this account,
	// but not in the stage's Region.
	InAnotherRegion Reason = "InAnotherRegion"
	// InAnotherAccount: it isn't this account's.
	InAnotherAccount Reason = "InAnotherAccount"
	// Hidden: it, or one beside it that may be the home, can't be looked at.
	Hidden Reason = "Hidden"
	// TooManyTags: S3 takes no further tag.
	TooManyTags Reason = "TooManyTags"
	// Changed: it has changed since it was shown.
	Changed Reason = "Changed"
)

// Refusal is the error of a bucket that isn't adopted. Nothing was written.
type Refusal struct {
	Reason  Reason
	Message string
	// Advice is what to do instead; may be empty.
	Advice string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

func refuse(reason Reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

func (r *Refusal) advise(format string, args ...any) *Refusal {
	r.Advice = fmt.Sprintf(format, args...)
	return r
}
