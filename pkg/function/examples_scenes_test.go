package function

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// provisionedExamples begin with their status.
var provisionedExamples = map[string]example{
	"created": {body: `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"signup-4711","context":"AQCEAAAAKgAAAAMAAAAAAAAAAY1xkBZ3"}`},
	"created-alternative-name": {prepare: func(p *place) {
		p.s3.Put(conventional, s3fake.Bucket{Owner: "111122223333"})
	}},
	"repaired":  {prepare: has(conventional, ours())},
	"unchanged": {prepare: provisionBefore},
	"unchanged-with-warnings": {body: `{"orgId":"xmsqa1","correlationId":4711}`, prepare: func(p *place) {
		provisionBefore(p)
		p.s3.Put(alternative, ours())
	}},
}

var failedExamples = map[fault.Code]example{
	fault.MalformedMessage:      {body: `{"orgId":"xmsqa1","orgId":"xmsqa2","correlationId":"signup-4711"}`},
	fault.UnexpectedEventType:   {body: strings.ReplaceAll(signup, "Created", "Renamed")},
	fault.InvalidOrganizationID: {body: strings.ReplaceAll(signup, "xmsqa1", "Xmsqa1")},

	fault.ClientUserNotFound:        {prepare: func(p *place) { p.s3.RemoveUser(clientUser) }},
	fault.PublicPolicyBlocked:       {prepare: func(p *place) { p.s3.SetAccountBlock(account, s3fake.AccessBlock{BlockPublicPolicy: true}) }},
	fault.OwnershipUnproved:         {prepare: has(conventional, s3fake.Bucket{})},
	fault.OnHold:                    {prepare: has(conventional, s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa1", "OrgbucketHold": "leaked menu, ticket 4711"}})},
	fault.ClaimsUnavailable:         {prepare: func(p *place) { p.s3.Remove("orgbucket-homes") }},
	fault.HomeOutOfReach:            {prepare: has("xmsqa1-media", ours())},
	fault.BucketInAnotherRegion:     {prepare: has(conventional, s3fake.Bucket{Region: "eu-west-1", Tags: ours().Tags})},
	fault.MultipleHomes:             {prepare: twoHomes},
	fault.ForeignPublicStatement:    {prepare: has(conventional, closed(`{"Sid":"Website","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+conventional+`/*"}`))},
	fault.ForeignStatementUndecided: {prepare: has(conventional, closed(`{"Sid":"Website","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+conventional+`/*","Condition":{"StringLike":{"aws:Referer":"https://xmsqa1.example/*"}}}`))},
	fault.ForeignPrincipalInvalid: {prepare: func(p *place) {
		const backup = "arn:aws:iam::" + account + ":role/backup"
		p.s3.AddUser(backup)
		p.s3.Put(conventional, closed(`{"Sid":"Backup","Effect":"Allow","Principal":{"AWS":"`+backup+`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::`+conventional+`/*"}`))
		p.s3.RemoveUser(backup)
	}},
	fault.PolicyConflict:            {prepare: has(conventional, closed(`{"Sid":"OrgbucketPublicRead","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::`+conventional+`/secret/*"}`))},
	fault.PolicyTooLarge:            {prepare: has(conventional, closed(`{"Sid":"`+strings.Repeat("Long", 5000)+`","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::`+conventional+`/archive/*"}`))},
	fault.BucketQuotaExceeded:       {prepare: func(p *place) { p.s3.SetQuota(1) }}, // the bucket of the claims
	fault.NoBucketNameAvailable:     {region: "me-south-1", prepare: always("CreateBucket", http.StatusConflict, "BucketAlreadyExists", "The requested bucket name is not available.")},
	fault.TagsAtCreationUnsupported: {prepare: always("CreateBucket", http.StatusBadRequest, "UnsupportedArgument", "The request contained an unsupported argument.")},
	fault.AccessDenied:              {prepare: always("PutBucketPolicy", http.StatusForbidden, "AccessDenied", "User: arn:aws:sts::"+account+":assumed-role/orgbucket-prod-provision-bucket/function is not authorized to perform: s3:PutBucketPolicy with an explicit deny in a service control policy")},
	fault.AccountProblem:            {prepare: always("", http.StatusForbidden, "NotSignedUp", "Your account is not signed up for the S3 service. You must sign up before you can use S3.")},
	fault.CredentialsRefused:        {prepare: always("", http.StatusBadRequest, "ExpiredToken", "The provided token has expired.")},
	fault.ClockSkewed:               {prepare: always("", http.StatusForbidden, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")},
	fault.RequestRefused:            {prepare: always("PutObject", http.StatusBadRequest, "KMS.DisabledException", "The request was rejected because the specified KMS key is not enabled.")},

	fault.Throttled:          {prepare: always("PutBucketPolicy", http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")},
	fault.ServiceUnavailable: {prepare: always("CreateBucket", http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again.")},
	fault.OperationConflict:  {prepare: always("PutBucketPolicy", http.StatusConflict, "OperationAborted", "A conflicting conditional operation is currently in progress against this resource. Please try again.")},
	fault.DeadlineExceeded:   {prepare: func(p *place) { p.s3.SetFault(s3fake.Always("PutBucketPolicy", s3fake.Fault{Hang: true})) }},
	fault.PublishFailed:      {prepare: func(p *place) { p.refuse = 1 }},
	fault.Internal: {prepare: func(p *place) { // a proxy's page
		p.s3.SetFault(s3fake.Always("PutBucketPolicy", s3fake.Fault{Status: http.StatusNotFound, Body: "<!DOCTYPE html><html><body><p>No such page<br></body></html>"}))
	}},
}

// ours is a bucket that is tagged for the organization, and nothing else.
func ours() s3fake.Bucket { return s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa1"}} }

// closed is one with somebody's statement, whose public access block is on.
func closed(statement string) s3fake.Bucket {
	b := ours()
	b.AccessBlock = &s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
	b.Policy = `{"Version":"2012-10-17","Statement":[` + statement + `]}`
	return b
}

func has(name string, b s3fake.Bucket) func(*place) { return func(p *place) { p.s3.Put(name, b) } }

func always(operation string, status int, code, message string) func(*place) {
	return func(p *place) {
		p.s3.SetFault(s3fake.Always(operation, s3fake.Fault{Status: status, Code: code, Message: message}))
	}
}

func provisionBefore(p *place) { p.deliver(context.Background(), signup, "1") }

// twoHomes makes two buckets with the organization's policy, of before the claims.
func twoHomes(p *place) {
	for _, name := range []string{conventional, alternative} {
		b := closed(fmt.Sprintf(`{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":%q},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::%s"}`, clientUser, name))
		p.s3.Put(name, b)
	}
}
