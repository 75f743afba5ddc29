package proof

import (
	"fmt"
	"maps"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

// bucketOf is short for what a furnishing furnishes.
type bucketOf = s3fake.Bucket

var openBlock s3fake.AccessBlock

// furnishing is what a bucket is like before the run.
type furnishing func(*s3fake.Bucket)

// there puts a bucket of our account, tagged for xmsqa1, without anything else.
func there(name string, as ...furnishing) func(*world) {
	return func(w *world) {
		b := s3fake.Bucket{Region: w.region, Tags: map[string]string{"OrgId": string(id)}, AccessBlock: blocked(), Objects: map[string]s3fake.Object{}}
		for _, f := range as {
			f(&b)
		}
		b.Policy = strings.ReplaceAll(b.Policy, "BUCKET", name)
		w.s3.Put(name, b)
	}
}

// edited changes a bucket that is there.
func edited(name string, as ...furnishing) func(*world) {
	return func(w *world) {
		b, _ := w.s3.Bucket(name)
		for _, f := range as {
			f(&b)
		}
		b.Policy = strings.ReplaceAll(b.Policy, "BUCKET", name)
		w.s3.Put(name, b)
	}
}

// accountBlock sets the account's public access block. It changes what can be read of
// buckets that stay as they are, so they are looked at anew.
func accountBlock(b s3fake.AccessBlock) func(*world) {
	return func(w *world) {
		w.s3.SetAccountBlock(account, b)
		clear(w.check.before)
	}
}

func all(acts ...func(*world)) func(*world) {
	return func(w *world) {
		for _, act := range acts {
			act(w)
		}
	}
}

// anew has the client's user deleted and made again, which is another one to S3.
func anew(w *world) {
	w.s3.RemoveUser(user)
	w.s3.AddUser(user)
}

// shown has S3 show others' live role by its id.
func shown(w *world) {
	w.s3.AddUser(backupRole)
	w.s3.ShowAsID(backupRole)
}

// withoutRole has others' role deleted.
func withoutRole(w *world) {
	w.s3.AddUser(backupRole)
	w.s3.RemoveUser(backupRole)
}

// marked gives the client's statement about objects its Sid.
func marked(statement string) string {
	return strings.Replace(statement, "{", `{"Sid":"OrgbucketClientObjects",`, 1)
}

func gone(name string) func(*world) { return func(w *world) { w.s3.Remove(name) } }

func blocked() *s3fake.AccessBlock {
	return &s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true}
}

func open(b *s3fake.Bucket) {
	b.AccessBlock = &s3fake.AccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true}
}

func folder(b *s3fake.Bucket) {
	b.Objects["pub/"] = s3fake.Object{ContentType: "application/x-directory", Metadata: map[string]string{"by": "hand"}}
}

func files(b *s3fake.Bucket) {
	b.Objects["pub/logo.png"] = s3fake.Object{ContentType: "image/png", Body: []byte("logo")}
	b.Objects["invoice.pdf"] = s3fake.Object{ContentType: "application/pdf", Body: []byte("secret")}
}

func tagged(key, value string) furnishing {
	return func(b *s3fake.Bucket) {
		b.Tags = maps.Clone(b.Tags)
		b.Tags[key] = value
	}
}

func untagged(b *s3fake.Bucket) { b.Tags = map[string]string{"CostCenter": "7"} }

func of(account, region string) furnishing {
	return func(b *s3fake.Bucket) { b.Owner, b.Region = account, region }
}

// The three statements, one by one, and some of others.
const (
	publicRead    = `{"Sid":"OrgbucketPublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/pub/*"}`
	clientObjects = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::935799716578:user/rms_xmsqa1"},"Action":["s3:PutObject","s3:GetObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::BUCKET/*"}`
	clientList    = `{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::935799716578:user/rms_xmsqa1"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::BUCKET"}`
	tooWide       = `{"Sid":"OrgbucketPublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*"}`
	partner       = `{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/shared/*"}`
	tlsOnly       = `{"Sid":"DenyInsecure","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	offices       = `{"Sid":"Offices","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"StringLike":{"aws:Referer":"https://office.example/*"}}}`
	network       = `{"Sid":"Network","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":` + ownNetwork + `}`
	anyAddress    = `{"Sid":"Anywhere","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}`
	backup        = `{"Sid":"Backup","Effect":"Allow","Principal":{"AWS":"` + backupRole + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::BUCKET/*"}`
	backupRole    = "arn:aws:iam::935799716578:role/backup"
	hidden        = `{"Sid":"Hidden","Effect":"Deny","Principal":"*","Action":"s3:GetBucketTagging","Resource":"arn:aws:s3:::BUCKET"}`
	wideOpen      = `{"Sid":"Website","Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::BUCKET/*"}`
)

// partners is a statement of so many other accounts that only with these written short
// there is room for three more within S3's 20 KB.
func partners() string {
	var accounts, folders []string
	for i := range 40 {
		accounts = append(accounts, fmt.Sprintf(`"arn:aws:iam::222222222%03d:root"`, i))
	}
	for i := range 20 {
		folders = append(folders, fmt.Sprintf(`"arn:aws:s3:::BUCKET/shared/%d/%s/*"`, i, strings.Repeat("x", 893)))
	}
	return fmt.Sprintf(`{"Sid":"Partners","Effect":"Allow","Principal":{"AWS":[%s]},"Action":"s3:GetObject","Resource":[%s]}`, strings.Join(accounts, ","), strings.Join(folders, ","))
}

func policy(statements ...string) furnishing {
	return func(b *s3fake.Bucket) {
		b.Policy = fmt.Sprintf(`{"Version":"2012-10-17","Id":"theirs","Statement":[%s]}`, strings.Join(statements, ","))
	}
}

// old makes the policy one of the language's old version.
func old(b *bucketOf) { b.Policy = strings.Replace(b.Policy, "2012-10-17", "2008-10-17", 1) }

// complete is a home with nothing to do, and with others' things in it.
func complete(b *s3fake.Bucket) {
	for _, f := range []furnishing{open, folder, files, tagged("CostCenter", "7"), policy(publicRead, partner, clientObjects, clientList, tlsOnly)} {
		f(b)
	}
}
