package diagnosis

import (
	"context"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// How long answers are cached. One run may diagnose thousands of dead letters, and
// an organization that has one often has several.
const (
	keepOrganization = 5 * time.Second
	keepAccount      = time.Minute
	keepPassing      = 5 * time.Second // why the account didn't answer
)

// Diagnoser diagnoses messages and organizations. Its methods may be called
// concurrently.
type Diagnoser struct {
	naming        bucket.Naming
	buckets       provision.Buckets
	claims        provision.Claims
	service       *provision.Service
	account       Account
	evidence      Evidence
	organizations *memo[org.ID, Diagnosis]
	facts         *facts
}

// New returns a diagnoser. The naming settings have to be valid; of buckets only
// the methods that read are called.
func New(naming bucket.Naming, buckets provision.Buckets, claims provision.Claims, account Account, evidence Evidence) *Diagnoser {
	return newWith(naming, looking{buckets}, readingClaims{claims}, account, evidence, newFacts(account))
}

func newWith(naming bucket.Naming, buckets provision.Buckets, claims provision.Claims, account Account, evidence Evidence, facts *facts) *Diagnoser {
	d := &Diagnoser{
		naming: naming, buckets: buckets, claims: claims, service: provision.NewService(naming, buckets, claims),
		account: account, evidence: evidence, facts: facts,
	}
	d.organizations = newMemo(keepOrganization, func(ctx context.Context, id org.ID) Diagnosis { return d.Explain(ctx, id).Diagnosis })
	return d
}

// IfAdopted returns a diagnoser that takes the bucket of this name for tagged and
// claimed for whichever organization is diagnosed.
func (d *Diagnoser) IfAdopted(name string) *Diagnoser {
	return newWith(d.naming, ifTagged{d.buckets, name}, ifClaimed{d.claims, name}, d.account, d.evidence, d.facts)
}

// Refused returns the diagnosis of a message that its body alone condemns: it can't be
// parsed, or its id makes no legal names. It looks at nothing.
func (d *Diagnoser) Refused(body string) (Diagnosis, bool) {
	_, refused := d.read(body)
	if refused == nil {
		return Diagnosis{}, false
	}
	return *refused, true
}

// Message diagnoses a message by its body.
func (d *Diagnoser) Message(ctx context.Context, body string) Diagnosis {
	event, refused := d.read(body)
	if refused != nil {
		return *refused
	}
	diagnosis := d.Organization(ctx, event.OrgID)
	diagnosis.CorrelationID = event.CorrelationID
	diagnosis.Warnings = slices.Concat(diagnosis.Warnings, event.Warnings)
	return diagnosis
}

// read returns a body's event, or the diagnosis of a message with such a body.
func (d *Diagnoser) read(body string) (event org.OrganizationCreated, refused *Diagnosis) {
	event, err := org.Parse([]byte(body))
	refused = &Diagnosis{CorrelationID: event.CorrelationID, Warnings: event.Warnings}
	if err == nil {
		if _, err = d.naming.Spec(event.OrgID); err == nil {
			return event, nil
		}
		refused.OrgID = event.OrgID
	}
	refused.fail(fault.Of(err))
	return event, refused
}

// Organization diagnoses what a message for the organization would do now. If that
// can't be found out, the verdict is Unknown. The answer may be some seconds old.
func (d *Diagnoser) Organization(ctx context.Context, id org.ID) Diagnosis {
	return d.organizations.get(ctx, id)
}

// Explanation is a diagnosis with what it was made from.
type Explanation struct {
	Diagnosis Diagnosis
	// Examination is provision's, with candidates that can't be read decided by further
	// evidence where there is some.
	Examination provision.Examination
}

// Explain diagnoses an organization without the cache and returns what was seen.
func (d *Diagnoser) Explain(ctx context.Context, id org.ID) Explanation {
	e, err := d.service.Examine(ctx, id)
	x := Explanation{Examination: e}
	x.Diagnosis = Diagnosis{OrgID: id, Bucket: e.Bucket}
	if err == nil {
		err = d.concludeUnread(ctx, &x)
	}
	x.Diagnosis.Changes = slices.Clone(x.Examination.Changes)
	x.Diagnosis.Warnings = slices.Clone(x.Examination.Warnings)
	if e := x.Examination.Blocked; err == nil && e != nil && awserror.IsAnswer(e) && awserror.Of(e).General() {
		err = e // the function asks with its own settings
	}
	switch {
	case err != nil:
		x.Diagnosis.unknown(fault.Of(err))
		return x
	case x.Examination.Blocked != nil:
		x.Diagnosis.fail(x.Examination.Blocked)
		return x
	}
	x.judge()
	d.askAccount(ctx, &x)
	if x.Diagnosis.Verdict == WouldWork && len(x.Diagnosis.Unchecked) > 0 {
		x.Diagnosis.Reason += ", as far as could be checked"
	}
	return x
}

// judge sets the verdict by what the buckets show.
func (x *Explanation) judge() {
	e, d := x.Examination, &x.Diagnosis
	switch {
	case e.Healthy():
		d.Verdict, d.Reason = Healthy, "bucket "+e.Bucket+" is as it shall be"
	case e.Bucket == "":
		d.Verdict, d.Reason = WouldWork, "would create bucket "+e.Create[0].Name
	default:
		d.Verdict, d.Reason = WouldWork, "would put right "+list(e.Changes)+" of bucket "+e.Bucket
	}
}

func list(facets []bucket.Facet) string {
	text := ""
	for i, f := range facets {
		switch {
		case i == 0:
		case i == len(facets)-1:
			text += " and "
		default:
			text += ", "
		}
		text += string(f)
	}
	return text
}
