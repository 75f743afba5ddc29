package s3fake_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

const user = "arn:aws:iam::" + us + ":user/rms_x"

func TestPoliciesThatS3Refuses(t *testing.T) {
	statement := func(principal, action, resource string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"` + action + `","Resource":"` + resource + `"}]}`
	}
	const arn = "arn:aws:s3:::a-bucket"
	cases := []struct {
		name, policy string
		status       int // 0: it's stored
		code, text   string
	}{
		{"one for a user who exists", statement(`{"AWS":"`+user+`"}`, "s3:GetObject", arn+"/*"), 0, "", ""},
		{"one for an account", statement(`{"AWS":["`+them+`","arn:aws:iam::`+us+`:root"]}`, "s3:GetObject", arn+"/*"), 0, "", ""},
		{"one for a service", statement(`{"Service":"logging.s3.amazonaws.com"}`, "s3:PutObject", arn+"/*"), 0, "", ""},
		{"one for everybody that a condition ties down", strings.Replace(publicPolicy, `"Effect"`, `"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}},"Effect"`, 1), 0, "", ""},
		{"one that's for everybody", publicPolicy, 403, "AccessDenied", "BlockPublicPolicy"},
		{"one for a user who doesn't exist", statement(`{"AWS":"`+user+`y"}`, "s3:GetObject", arn+"/*"), 400, "MalformedPolicy", "Invalid principal in policy"},
		{"one for the unique id of a user who exists", statement(`{"AWS":"AIDAFAKE000000000001"}`, "s3:GetObject", arn+"/*"), 0, "", ""},
		{"one for a unique id that nobody has", statement(`{"AWS":"AIDAFAKE000000000002"}`, "s3:GetObject", arn+"/*"), 400, "MalformedPolicy", "Invalid principal in policy"},
		{"one for another bucket", statement(`{"AWS":"`+us+`"}`, "s3:GetObject", arn+"x/*"), 400, "MalformedPolicy", "Policy has invalid resource"},
		{"one without statements", `{"Version":"2012-10-17"}`, 400, "MalformedPolicy", "Statement"},
		{"one without an effect", `{"Statement":{"Principal":"*"}}`, 400, "MalformedPolicy", "Effect"},
		{"what isn't JSON", `nonsense`, 400, "MalformedPolicy", "JSON"},
		{"one that's too large", statement(`{"AWS":"`+us+`"}`, "s3:GetObject", arn+"/"+strings.Repeat("x", 20480)), 400, "PolicyTooLarge", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newFake()
			s.AddUser(user)
			s.Put(name, s3fake.Bucket{AccessBlock: &s3fake.AccessBlock{BlockPublicPolicy: true}})
			err := putPolicy(t.Context(), once(s, s3fake.ClientOptions{}), name, c.policy)
			if c.status != 0 {
				refused(t, err, c.status, c.code)
				if err == nil || !strings.Contains(err.Error(), c.text) {
					t.Errorf("%v, want %q in it", err, c.text)
				}
				return
			}
			must(t, err)
			if b, _ := s.Bucket(name); b.Policy != c.policy {
				t.Errorf("stored %s", b.Policy)
			}
		})
	}
}

func TestWhatAnyoneCanRead(t *testing.T) {
	const deny = `{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::a-bucket/pub/secret"}`
	open := strings.Replace(publicPolicy, "[", "["+deny+",", 1)
	const excepting = `{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"NotAction":"s3:Put*","NotResource":"arn:aws:s3:::a-bucket/priv?te/*"}}`
	restrict := s3fake.AccessBlock{RestrictPublicBuckets: true}
	cases := []struct {
		name    string
		bucket  s3fake.Bucket
		account s3fake.AccessBlock
		key     string
		want    bool
	}{
		{"what the policy names", s3fake.Bucket{Policy: open}, s3fake.AccessBlock{}, "pub/x", true},
		{"what the policy doesn't name", s3fake.Bucket{Policy: open}, s3fake.AccessBlock{}, "x", false},
		{"what the policy denies", s3fake.Bucket{Policy: open}, s3fake.AccessBlock{}, "pub/secret", false},
		{"nothing without a policy", s3fake.Bucket{}, s3fake.AccessBlock{}, "pub/x", false},
		{"nothing while the bucket restricts", s3fake.Bucket{Policy: open, AccessBlock: &restrict}, s3fake.AccessBlock{}, "pub/x", false},
		{"nothing while the account restricts", s3fake.Bucket{Policy: open}, restrict, "pub/x", false},
		{"what a new policy couldn't open, but the old one does", s3fake.Bucket{Policy: open, AccessBlock: &s3fake.AccessBlock{BlockPublicPolicy: true}}, s3fake.AccessBlock{}, "pub/x", true},
		{"what isn't excepted", s3fake.Bucket{Policy: excepting}, s3fake.AccessBlock{}, "pub/x", true},
		{"what is excepted", s3fake.Bucket{Policy: excepting}, s3fake.AccessBlock{}, "private/x", false},
		{"another partition's, too", s3fake.Bucket{Policy: strings.ReplaceAll(open, "arn:aws:", "arn:aws-cn:")}, s3fake.AccessBlock{}, "pub/x", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := newFake()
			s.Put(name, c.bucket)
			s.SetAccountBlock(us, c.account)
			if got := s.AnonymousCanRead(name, c.key); got != c.want {
				t.Errorf("AnonymousCanRead: %t, want %t", got, c.want)
			}
		})
	}
}
