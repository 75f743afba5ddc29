package bucket

import (
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// Comparison is how a bucket differs from its desired state. Numbers of statements
// are their positions in the stored policy, from 0.
type Comparison struct {
	Observed Observed
	// Own are this system's statements, in the order of [Spec.Statements].
	Own []OwnStatement
	// Foreign are all other statements of the stored policy.
	Foreign []ForeignStatement
}

// OwnStatement is one of the statements that the policy should have, and where the
// stored policy has it.
type OwnStatement struct {
	Want policy.Statement
	// Equal are the statements that mean the same, whatever their Sids.
	Equal []int
	// Damaged are those with its Sid that differ only in principal or resource, and
	// those that a client's user who was deleted has left (see formerUser).
	Damaged []int
	// Conflicting are those with its Sid that differ in more. They are foreign.
	Conflicting []int
}

// ForeignStatement is a statement that isn't this system's.
type ForeignStatement struct {
	Number int
	// OpensMore: it lets the public do more than read what is in the folder, or
	// would if the public access block were off.
	OpensMore bool
	// Undecided: whether it does isn't known; it may.
	Undecided bool
	// AllowsOthers: it allows something to another account, not to the public.
	AllowsOthers bool
	// MayDeny: it may deny what this system's statements allow.
	MayDeny bool
	// UniqueID is that of a user or role that it names, who may have been deleted.
	UniqueID string
}

// allowedActions are the actions that this system's statements allow, in lower case.
var allowedActions = []string{"s3:getobject", "s3:putobject", "s3:deleteobject", "s3:listbucket"}

// Compare compares a bucket with its desired state.
func (s Spec) Compare(o Observed) Comparison {
	c := Comparison{Observed: o}
	own := make([]bool, len(o.Policy.Statements))
	for _, want := range s.Statements(o.Name) {
		w := OwnStatement{Want: want}
		for i, have := range o.Policy.Statements {
			switch {
			case have.Equal(want):
				w.Equal = append(w.Equal, i)
				own[i] = true
			case have.Sid != want.Sid:
			case have.EqualButTarget(want):
				w.Damaged = append(w.Damaged, i)
				own[i] = true
			default:
				w.Conflicting = append(w.Conflicting, i)
			}
		}
		c.Own = append(c.Own, w)
	}
	for w, i := range c.formerUser() {
		if !own[i] {
			c.Own[w].Damaged = append(c.Own[w].Damaged, i)
			own[i] = true
		}
	}
	for i, st := range o.Policy.Statements {
		if own[i] {
			continue
		}
		// Each of our statements covers the whole bucket for the client, so that a
		// Deny counts whatever its resource.
		c.Foreign = append(c.Foreign, ForeignStatement{
			Number:       i,
			OpensMore:    st.OpensMore("s3:getobject", s.ARN(o.Name)+"/"+FolderKey),
			Undecided:    st.Undecided(),
			AllowsOthers: st.AllowsOthers(s.Account),
			MayDeny:      st.MayDeny(s.ClientUserARN, allowedActions...),
			UniqueID:     st.UniqueID(),
		})
	}
	return c
}

// formerUser finds the statements of a policy that was made by hand, and whose user
// was deleted and perhaps made again: S3 shows that user as an id. The policy then has
// the statement for the public, none for the client's user, and both of the client's,
// with our Sids or without, for one such id. It returns the numbers of both by those of
// Own.
func (c Comparison) formerUser() map[int]int {
	public, objects, list := c.Own[0], c.Own[1], c.Own[2]
	if len(public.Equal) == 0 || len(objects.Equal)+len(list.Equal) > 0 {
		return nil
	}
	for i, s := range c.Observed.Policy.Statements {
		for j, t := range c.Observed.Policy.Statements {
			if s.EqualButUser(objects.Want) && t.EqualButUser(list.Want) && s.EqualPrincipal(t) {
				return map[int]int{1: i, 2: j}
			}
		}
	}
	return nil
}

// found reports whether the policy has the statement, also if it is damaged or in
// conflict.
func (w OwnStatement) found() bool { return len(w.Equal)+len(w.Damaged)+len(w.Conflicting) > 0 }

// Right reports whether the policy has the statement and nothing has to be done
// about it.
func (w OwnStatement) Right() bool {
	return len(w.Equal) > 0 && len(w.Damaged)+len(w.Conflicting) == 0
}

// Closing returns the flags of the access block that are on and should be off.
func (c Comparison) Closing() AccessBlock {
	b := c.Observed.AccessBlock
	return AccessBlock{BlockPublicPolicy: b.BlockPublicPolicy, RestrictPublicBuckets: b.RestrictPublicBuckets}
}

// MentionsOurs reports whether the policy has one of our statements, also if it is
// damaged or in conflict.
func (c Comparison) MentionsOurs() bool {
	return slices.ContainsFunc(c.Own, OwnStatement.found)
}

// hasOurs reports whether the policy has all of our statements, so that it needs
// no change.
func (c Comparison) hasOurs() bool {
	return !slices.ContainsFunc(c.Own, func(w OwnStatement) bool { return !w.Right() })
}

// checkSleeping returns an error if switching off the access block would let a foreign
// statement make more than the folder public, or may do so.
func (c Comparison) checkSleeping() error {
	if !c.restricted() {
		return nil
	}
	for _, undecided := range []bool{false, true} { // what is known comes first
		for _, f := range c.Foreign {
			if f.OpensMore && f.Undecided == undecided {
				code, would := f.public()
				return fault.New(code, "the policy of %s has a statement, %s, that %s make more than %s public if the public access block were switched off",
					c.Observed.Name, c.name(f.Number), would, FolderKey)
			}
		}
	}
	return nil
}

// public returns the code of a statement that opens more than the folder, and whether
// it would or may.
func (f ForeignStatement) public() (code fault.Code, would string) {
	if f.Undecided {
		return fault.ForeignStatementUndecided, "may"
	}
	return fault.ForeignPublicStatement, "would"
}

// restricted reports whether the access block kept a public policy from taking
// effect when the delivery began. A new bucket had no policy then.
func (c Comparison) restricted() bool {
	return c.Observed.AccessBlock.RestrictPublicBuckets || c.Observed.Restricted
}

// closed reports whether somebody closed a bucket that was open before. It then has
// our policy or a part of it, and either the access block is on or the statement for
// the public is missing.
func (c Comparison) closed() bool {
	return c.MentionsOurs() && (c.Closing() != AccessBlock{} || len(c.Own[0].Equal)+len(c.Own[0].Damaged) == 0)
}

func (c Comparison) name(statement int) string { return c.Observed.Policy.StatementName(statement) }

// Warnings returns warnings about foreign statements, which this system leaves alone.
// Of the statements that would open more if the public access block were off, only
// the first is reported, with the text of the failure that a message would have.
func (c Comparison) Warnings() (all []fault.Warning) {
	if err := c.checkSleeping(); err != nil {
		f := fault.Of(err)
		all = append(all, fault.Warning{Code: f.Code, Text: f.Message})
	}
	warn := func(code fault.Code, f ForeignStatement, text string) {
		all = append(all, fault.Warning{Code: code, Text: fmt.Sprintf("the bucket policy's statement %s %s", c.name(f.Number), text)})
	}
	for _, f := range c.Foreign {
		switch {
		case !f.OpensMore, c.restricted():
		case f.Undecided:
			warn(fault.ForeignStatementUndecided, f, "may let the public do more than read "+FolderKey+", which can't be decided; it was there before and was left alone")
		default:
			warn(fault.ForeignPublicStatement, f, "lets the public do more than read "+FolderKey+"; it did so before and was left alone")
		}
		if f.AllowsOthers && c.Observed.Neutralised {
			warn(fault.CrossAccountGrant, f, "lets another account in, which the public access block kept out as long as the policy was public and RestrictPublicBuckets on; with the bucket open it takes effect")
		}
		if f.MayDeny {
			warn(fault.ForeignDeny, f, "may deny what the client's user or the public shall be allowed; it was left alone")
		}
		if f.UniqueID != "" {
			warn(fault.ForeignPrincipalInvalid, f, "names "+f.UniqueID+", which S3 shows of a user or role that was deleted, and for a while of one that lives; if it was deleted, no policy can be stored until it's removed")
		}
	}
	return all
}
