package bucket_test

import (
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// The bucket, ARNs and statements that the tables of merge and plan speak of.
const (
	home    = "fusion-rms-xmsqa1"
	homeARN = "arn:aws:s3:::" + home
	client  = "arn:aws:iam::935799716578:user/rms_xmsqa1"

	ourRead    = `{"Sid":"OrgbucketPublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + homeARN + `/pub/*"}`
	ourObjects = `{"Sid":"OrgbucketClientObjects","Effect":"Allow","Principal":{"AWS":"` + client + `"},"Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"],"Resource":"` + homeARN + `/*"}`
	ourList    = `{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"` + client + `"},"Action":"s3:ListBucket","Resource":"` + homeARN + `"}`

	handRead    = `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["s3:getObject"],"Resource":["` + homeARN + `/pub/*"]}`
	handObjects = `{"Sid":"Media","Effect":"Allow","Principal":{"AWS":["` + client + `"]},"Action":["s3:PutObject","s3:GetObject","s3:DeleteObject"],"Resource":"` + homeARN + `/*"}`
	handList    = `{"Sid":"","Action":"s3:ListBucket","Effect":"Allow","Resource":"` + homeARN + `","Principal":{"AWS":"` + client + `"}}`

	foreignAllow     = `{ "Sid" : "Backup", "Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/backup"},"Action":"s3:*", "Resource":["` + homeARN + `","` + homeARN + `/*"]}`
	foreignVariables = `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"` + homeARN + `/home/${aws:username}/*","Condition":{"NumericLessThan":{"s3:max-keys":1.50E1}}}`
	foreignEscapes   = `{"Sid":"\u003cx\u003e & <y>\u2028","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:\u0047etObject","Resource":"` + homeARN + `/é/*"}`
	foreignUnknown   = `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"` + homeARN + `/*","Unless":{"x":[1,2 , 3]}}`
	foreignDeny      = `{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["` + homeARN + `","` + homeARN + `/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	foreignFolder    = `{"Sid":"Referer","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + homeARN + `/pub/logo.png","Condition":{"StringLike":{"aws:Referer":"https://example.com/*"}}}`

	foreignPublic      = `{"Sid":"Everything","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + homeARN + `/*"}`
	foreignPublicWhen  = `{"Sid":"Office","Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"` + homeARN + `/*","Condition":{"IpAddress":{"aws:VpcSourceIp":"192.0.2.0/24"}}}`
	foreignDead        = `{"Sid":"Gone","Effect":"Allow","Principal":{"AWS":["111122223333","AROACKCEVSQ6C2EXAMPLE"]},"Action":"s3:GetObject","Resource":"` + homeARN + `/*"}`
	wideRead           = `{"Sid":"OrgbucketPublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + homeARN + `/*"}`
	wideObjects        = `{"Sid":"OrgbucketClientObjects","Effect":"Allow","Principal":"*","Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"],"Resource":"` + homeARN + `/*"}`
	wideList           = `{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:ListBucket","Resource":"` + homeARN + `"}`
	narrowRead         = `{"Sid":"OrgbucketPublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + homeARN + `/pub/logo.png"}`
	deadObjects        = `{"Sid":"OrgbucketClientObjects","Effect":"Allow","Principal":{"AWS":"AIDACKCEVSQ6C2EXAMPLE"},"Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"],"Resource":"` + homeARN + `/*"}`
	conflictingActions = `{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"` + client + `"},"Action":["s3:ListBucket","s3:GetBucketPolicy"],"Resource":"` + homeARN + `"}`
)

// policy writes a document of the new version.
func policyText(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// xmsqa1 is what the documented example's organization shall have.
func xmsqa1(t interface {
	Helper()
	Fatalf(string, ...any)
}) bucket.Spec {
	t.Helper()
	return mustSpec(t, naming("us-east-1"), "xmsqa1")
}
