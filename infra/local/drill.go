package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// drill brings about that an organization's message fails with a code, so that the code's
// page of the runbook can be tried. The zero value only sends the message.
type drill struct {
	body      string // of the message, if it isn't the canonical one; ORG stands for the id
	withUser  bool   // the organization's IAM user is made first
	prepare   func(scenery, context.Context) error
	operation string // that S3 refuses the function with refusal; "*" is any
	refusal   s3server.Fault
	undo      func(scenery, context.Context) error // what prepare did to the whole stage
}

// drills are what can be tried here, undrilled why the rest can't.
var (
	drills = map[fault.Code]drill{
		fault.MalformedMessage:      {body: `{"orgId":"ORG","orgId":"ORG"}`},
		fault.UnexpectedEventType:   {body: `{"type":"OrganizationRenamed","orgId":"ORG"}`},
		fault.InvalidOrganizationID: {body: `{"orgId":"ORG-"}`},

		fault.ClientUserNotFound:        {},
		fault.PublicPolicyBlocked:       {withUser: true, prepare: scenery.blockAccount, undo: scenery.unblockAccount},
		fault.ClaimsUnavailable:         {withUser: true, prepare: scenery.loseClaims, undo: scenery.makeClaimsBucket},
		fault.PublishFailed:             {withUser: true, prepare: scenery.deleteTopic, undo: scenery.makeTopic},
		fault.OwnershipUnproved:         {withUser: true, prepare: scenery.untagged},
		fault.OnHold:                    {withUser: true, prepare: scenery.onHold},
		fault.HomeOutOfReach:            {withUser: true, prepare: scenery.outOfReach},
		fault.MultipleHomes:             {withUser: true, prepare: scenery.twoHomes},
		fault.ForeignPublicStatement:    {withUser: true, prepare: statement(`{"Sid":"Website","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*"}`)},
		fault.ForeignStatementUndecided: {withUser: true, prepare: statement(`{"Sid":"Website","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"StringLike":{"aws:Referer":"https://example.com/*"}}}`)},
		fault.PolicyConflict:            {withUser: true, prepare: statement(`{"Sid":"OrgbucketPublicRead","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/secret/*"}`)},
		fault.PolicyTooLarge:            {withUser: true, prepare: statement(`{"Sid":"` + strings.Repeat("Long", 5000) + `","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::BUCKET/archive/*"}`)},
		fault.NoBucketNameAvailable:     {withUser: true, prepare: scenery.allTaken},

		fault.BucketQuotaExceeded:       refused("CreateBucket", 400, "TooManyBuckets", "You have attempted to create more buckets than allowed"),
		fault.TagsAtCreationUnsupported: refused("CreateBucket", 400, "UnsupportedArgument", "The request contained an unsupported argument."),
		fault.AccessDenied:              refused("PutBucketPolicy", 403, "AccessDenied", "with an explicit deny in a service control policy"),
		fault.AccountProblem:            refused("*", 403, "NotSignedUp", "Your account is not signed up for the S3 service."),
		fault.CredentialsRefused:        refused("*", 400, "ExpiredToken", "The provided token has expired."),
		fault.ClockSkewed:               refused("*", 403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
		fault.RequestRefused:            refused("PutObject", 400, "KMS.DisabledException", "The KMS key is not enabled."),
		fault.Throttled:                 refused("PutBucketPolicy", 503, "SlowDown", "Please reduce your request rate."),
		fault.ServiceUnavailable:        refused("CreateBucket", 500, "InternalError", "We encountered an internal error. Please try again."),
		fault.OperationConflict:         refused("PutBucketPolicy", 409, "OperationAborted", "A conflicting operation is in progress."),
		// A creation is sent again after its eight seconds, so that the delivery's time ends it
		// always; a put of a policy may be told as unanswered before that.
		fault.DeadlineExceeded: {withUser: true, operation: "CreateBucket", refusal: s3server.Fault{Hang: true}},
	}
	undrilled = map[fault.Code]string{
		fault.BucketInAnotherRegion:   "the S3 here has one Region",
		fault.ForeignPrincipalInvalid: "the S3 here keeps a deleted user's ARN in policies, where AWS shows an id",
		fault.Internal:                "nobody foresees it",
	}
)

func refused(operation string, status int, code, message string) drill {
	return drill{withUser: true, operation: operation, refusal: s3server.Fault{Status: status, Code: code, Message: message}}
}

// drillground keeps the drills that S3 pretends to the function or that hit the whole
// stage, by organization, until they are mended.
type drillground struct {
	sys *system.System

	mu     sync.Mutex
	number int
	lasts  map[org.ID]drill
}

func newDrillground(sys *system.System) *drillground {
	g := &drillground{sys: sys, lasts: map[org.ID]drill{}}
	sys.S3.OnRequest(g.refuse)
	return g
}

// refuse is the fault of a call that is about an organization, by the bucket's or object's name.
func (g *drillground) refuse(call s3server.Call) *s3server.Fault {
	if call.Who != g.sys.Identity.AccessKeyID {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, d := range g.lasts {
		about := strings.HasPrefix(call.Bucket+"-", g.sys.Naming.BucketPrefix+string(id)+"-") || call.Key == "homes/"+string(id)
		if about && (d.operation == "*" || d.operation == call.Operation) {
			return &d.refusal
		}
	}
	return nil
}

// codeNamed is the code of a failure that is spelled so, in any case.
func codeNamed(text string) (fault.Code, bool) {
	codes := fault.Codes()
	i := slices.IndexFunc(codes, func(c fault.Code) bool { return strings.EqualFold(string(c), text) })
	if i < 0 {
		return "", false
	}
	return codes[i], true
}

// drillCodes are the codes that can be tried, in the order of the runbook.
func drillCodes() string {
	var names []string
	for _, code := range fault.Codes() {
		if _, ok := drills[code]; ok {
			names = append(names, string(code))
		}
	}
	return strings.Join(names, ", ")
}

// drill has a new organization's message fail with a code.
func (g *drillground) drill(ctx context.Context, name string) (done string, err error) {
	code, ok := codeNamed(name)
	if !ok {
		return "", fmt.Errorf("%q is no code of a failure; they are %s", name, drillCodes())
	}
	d, ok := drills[code]
	if !ok {
		return "", fmt.Errorf("%s can't be tried here: %s", code, undrilled[code])
	}
	id := g.enter(d)
	if d.withUser {
		_, err = g.sys.S3.CreateUser(ctx, g.sys.Naming.ClientUserPrefix+string(id))
	}
	if d.prepare != nil && err == nil {
		err = d.prepare(scenery{g.sys, id}, ctx)
	}
	if err == nil {
		body := d.body
		if body == "" {
			body = `{"type":"OrganizationCreated","orgId":"ORG"}`
		}
		_, err = g.sys.Send(ctx, strings.ReplaceAll(body, "ORG", string(id)))
	}
	return fmt.Sprintf("%s: its message is to fail with %s; docs/runbook.md#%s", id, code, strings.ToLower(string(code))), err
}

func (g *drillground) enter(d drill) org.ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.number++
	id := org.ID(fmt.Sprintf("drill%d", g.number))
	if d.operation != "" || d.undo != nil {
		g.lasts[id] = d
	}
	return id
}

// mend ends what S3 pretends to an organization, or what its drill did to the whole stage.
func (g *drillground) mend(ctx context.Context, id org.ID) (done string, err error) {
	d, ok := g.take(id)
	if !ok {
		return "", fmt.Errorf("nothing of %s is to be mended here: what its drill really did, the code's page of the runbook mends", id)
	}
	if d.undo != nil {
		err = d.undo(scenery{g.sys, id}, ctx)
	}
	return fmt.Sprintf("%s: AWS answers as it should", id), err
}

func (g *drillground) take(id org.ID) (d drill, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d, ok = g.lasts[id]
	delete(g.lasts, id)
	return d, ok
}
