package policy_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/policy"
)

const (
	user      = "arn:aws:iam::123456789012:user/rms_a"
	canonical = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

// statement makes a statement of everyone's that the given elements change.
func statement(t *testing.T, elements string) policy.Statement {
	t.Helper()
	return document(t, wrapped("{"+elements+"}")).Statements[0]
}

func TestWhichDeniesMayHitTheUserOrThePublic(t *testing.T) {
	for elements, want := range map[string]bool{
		`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"`:                                                      false,
		`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`:                                                       true,
		`"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"`:                                                          true,
		`"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*"`:                                                    true,
		`"Effect":"Deny","Principal":"*","Action":"S3:GETOBJECT","Resource":"*"`:                                               true,
		`"Effect":"Deny","Principal":"*","Action":"s3:getobjec?","Resource":"*"`:                                               true,
		`"Effect":"Deny","Principal":"*","Action":"s3:getobject?","Resource":"*"`:                                              false,
		`"Effect":"Deny","Principal":"*","Action":"s3:getobjectx","Resource":"*"`:                                              false,
		`"Effect":"Deny","Principal":"*","Action":"xs3:getobject","Resource":"*"`:                                              false,
		`"Effect":"Deny","Principal":"*","Action":"s3.getobject","Resource":"*"`:                                               false,
		`"Effect":"Deny","Principal":"*","Action":["s3:x","s3:getobject"],"Resource":"*"`:                                      true,
		`"Effect":"Deny","Principal":"*","NotAction":"s3:getobject","Resource":"*"`:                                            true,
		`"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:user/b"},"NotAction":"s3:x","Resource":"*"`:             false,
		`"Effect":"Deny","Principal":{"AWS":"` + user + `"},"Action":"s3:getobject","Resource":"*"`:                            true,
		`"Effect":"Deny","Principal":{"AWS":"123456789012"},"Action":"s3:getobject","Resource":"*"`:                            true,
		`"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:getobject","Resource":"*"`:          true,
		`"Effect":"Deny","Principal":{"AWS":"arn:aws:iam:us-east-1:123456789012:root"},"Action":"s3:getobject","Resource":"*"`: false,
		`"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:user/b"},"Action":"s3:getobject","Resource":"*"`:        false,
		`"Effect":"Deny","Principal":{"Service":"` + user + `"},"Action":"s3:getobject","Resource":"*"`:                        false,
		`"Effect":"Deny","Unknown":1`: true,
		`"Effect":"Deny","Principal":{"CanonicalUser":"` + canonical + `"},"Action":"s3:getobject","Resource":"*"`: true, // it may be the user's account
		`"Effect":"Deny","Principal":{"CanonicalUser":"` + canonical + `"},"Action":"s3:putobject","Resource":"*"`: false,
	} {
		if got := statement(t, elements).MayDeny(user, "s3:getobject"); got != want {
			t.Errorf("%s: %v, want %v", elements, got, want)
		}
	}
}

func TestWhoIsThePublic(t *testing.T) {
	for principal, want := range map[string]bool{
		`"*"`: true, `{"AWS":"*"}`: true, `{"AWS":["*","123456789012"]}`: true, `{"AWS":"` + user + `"}`: false, `{"AWS":"arn:aws:iam::123456789012:user/?"}`: true,
		`{"AWS":"123456789012","Federated":"x"}`: true, `{"Service":"s3.amazonaws.com"}`: false, `{"Service":"*"}`: true,
		`{"CanonicalUser":"` + canonical + `"}`: false, `{"CanonicalUser":"` + canonical[1:] + `"}`: true, `{"CanonicalUser":"` + canonical[1:] + `~"}`: true,
	} {
		if got := statement(t, `"Effect":"Allow","Principal":`+principal+`,"Action":"s3:x","Resource":"*"`).Public(); got != want {
			t.Errorf("%s: public %v, want %v", principal, got, want)
		}
	}
	const limited = `"Effect":"Allow","Principal":"*","Action":"s3:x","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`
	for elements, why := range map[string]string{
		`"Effect":"Allow","NotPrincipal":{"AWS":"` + user + `"},"Action":"s3:x"`:                 "everyone but one",
		`"Effect":"Allow","Action":"s3:x"`:                                                       "nobody is named",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Unknown":"x"`:                      "not understood",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Principal":{"AWS":"` + user + `"}`: "a key twice",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `","AWS":"` + user + `"}`:               "a principal's key twice",
		`"Effect":"Allow","Principal":{"AWS":7}`:                                                 "a number",
		`"Effect":"Allow","Principal":7`:                                                         "a number for all",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Condition":7`:                      "a condition that is a number",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Condition":{"a":7}`:                "an operator that is a number",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Condition":{"a":{"b":null}}`:       "a value that is null",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Condition":{"a":{"b":{}}}`:         "a value that is an object",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Condition":{"a":{"b":[[]]}}`:       "a value that is a list in a list",
		`"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Action":[7]`:                       "an action that is a number",
		limited + `,"Unknown":1`: "under a condition that keeps the public out, if all were understood",
		limited + `,"Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`: "under such a condition twice",
	} {
		if !statement(t, elements).Public() {
			t.Errorf("%s: not public", why)
		}
	}
}

func TestWhatOpensMoreThanTheFolder(t *testing.T) {
	for elements, want := range map[string]bool{
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:b/pub/*"`:                  false,
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":["arn:b/pub/*","arn:b/*"]`:      true,
		`"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:b/pub/*"`: true,
		`"Effect":"Allow","Principal":"*","NotAction":"s3:GetObject","Resource":"arn:b/pub/*"`:               true,
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","NotResource":"arn:b/pub/*"`:               true,
		`"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"`:                 false,
		`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`:                                     false,
		`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Unknown":1`:                         true,
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:b/pub/*","Unknown":1`:      true,
	} {
		if got := statement(t, elements).OpensMore("s3:getobject", "arn:b/pub/"); got != want {
			t.Errorf("%s: %v, want %v", elements, got, want)
		}
	}
}

func TestADeletedUserOrRoleIsAnID(t *testing.T) {
	for element, want := range map[string]string{
		`"Principal":{"AWS":["` + user + `","AIDAEXAMPLE1"]}`: "AIDAEXAMPLE1", `"NotPrincipal":{"AWS":"AROAEXAMPLE1"}`: "AROAEXAMPLE1", `"Principal":{"AWS":"AIDA0"}`: "AIDA0",
		`"Principal":{"AWS":"AIDA"}`: "", `"Principal":{"AWS":"AIDAexample"}`: "", `"Principal":{"AWS":"AIDA~"}`: "", `"Principal":{"AWS":"XIDAEXAMPLE"}`: "", `"Principal":{"Service":"AIDAEXAMPLE1"}`: "",
	} {
		if got := statement(t, `"Effect":"Allow",`+element).UniqueID(); got != want {
			t.Errorf("%s: %q, want %q", element, got, want)
		}
	}
}

// TestStatementsThatDifferInOneElementDiffer: each element counts.
func TestStatementsThatDifferInOneElementDiffer(t *testing.T) {
	base := map[string]string{"Effect": `"Allow"`, "Principal": `{"AWS":"1"}`, "Action": `"s3:a"`, "Resource": `"r"`}
	text := func(key, value string) string {
		all := ""
		for k, v := range base {
			if k != key {
				all += `"` + k + `":` + v + ","
			}
		}
		return strings.TrimSuffix(all+`"`+key+`":`+value, ",")
	}
	same := statement(t, text("Sid", `"x"`))
	for key, value := range map[string]string{
		"Effect": `"Deny"`, "Principal": `{"AWS":"2"}`, "Action": `"s3:b"`, "Resource": `"q"`, "NotAction": `"s3:b"`,
		"NotResource": `"q"`, "NotPrincipal": `{"AWS":"2"}`, "Condition": `{"a":{"b":"c"}}`, "Unknown": `1`,
	} {
		if other := statement(t, text(key, value)); other.Equal(same) || same.Equal(other) {
			t.Errorf("another %s makes no difference", key)
		}
	}
	for key, value := range map[string]string{"NotAction": `[]`, "NotResource": `[]`, "NotPrincipal": `{}`} {
		if statement(t, text(key, value)).Equal(same) {
			t.Errorf("an empty %s counts as none", key)
		}
	}
	if !statement(t, text("Action", `"S3:A"`)).Equal(same) || statement(t, text("Action", `"s3:\u0141"`)).Equal(statement(t, text("Action", `"s3:\u0142"`))) {
		t.Error("the case of ASCII letters, and only theirs, makes no difference")
	}
	if statement(t, text("Action", `"s3:@[Z"`)).Equal(statement(t, text("Action", "\"s3:`{z\""))) || !statement(t, text("Action", `"s3:AZ"`)).Equal(statement(t, text("Action", `"s3:az"`))) {
		t.Error("A to Z are folded, and nothing beside them")
	}
}

// TestAPolicyIsWrittenAsItWasRead: other people's words stay.
func TestAPolicyIsWrittenAsItWasRead(t *testing.T) {
	const text = `{"Version":"2008-10-17","Id":"a<b","Statement":[{"Sid":"1","Effect":"Deny"},{"Effect":"Deny","X":"&"}],"More":{"a":[1,2]}}`
	d := document(t, strings.ReplaceAll(text, ",", " ,\n"))
	if got := string(d.JSON()); got != text {
		t.Errorf("got %s", got)
	}
	if d.StatementName(0) != `1 ("1")` && !strings.Contains(d.StatementName(0), `"1"`) || d.StatementName(1) != "2" {
		t.Errorf("names %q, %q", d.StatementName(0), d.StatementName(1))
	}
	if !d.Same(document(t, text)) || d.Same(policy.Document{}) || (policy.Document{}).Same(d) || !(policy.Document{}).Same(policy.Document{}) || d.Same(document(t, strings.ReplaceAll(text, "Deny", "Allow"))) {
		t.Error("Same")
	}
	if got := string(policy.New().JSON()); got != `{"Version":"2012-10-17","Statement":[]}` {
		t.Errorf("a new policy is %s", got)
	}
}

func TestOnlyPrincipalsOfTypeAWSAreNamed(t *testing.T) {
	if !document(t, wrapped(`{"Principal":{"AWS":"x"}}`)).Names("x") || document(t, wrapped(`{"Principal":{"Service":"x"}}`)).Names("x") {
		t.Error("Names")
	}
}

func TestAllowWritesWhatAPersonWould(t *testing.T) {
	for want, s := range map[string]policy.Statement{
		`{"Sid":"s","Effect":"Allow","Principal":"*","Action":"s3:A","Resource":"r"}`:                  policy.Allow("s", policy.Anyone, "r", "s3:A"),
		`{"Sid":"s","Effect":"Allow","Principal":{"AWS":"u"},"Action":["s3:A","s3:B"],"Resource":"r"}`: policy.Allow("s", "u", "r", "s3:A", "s3:B"),
	} {
		d := policy.New()
		d.Statements = append(d.Statements, s)
		if got := string(d.JSON()); got != `{"Version":"2012-10-17","Statement":[`+want+`]}` {
			t.Errorf("got %s, want %s", got, want)
		}
		if read := document(t, string(d.JSON())).Statements[0]; !read.Equal(s) || read.Sid != s.Sid {
			t.Errorf("what is written and what is meant differ: %s", want)
		}
	}
}

// TestTheConditionsThatKeepThePublicOut are S3's own
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
func TestTheConditionsThatKeepThePublicOut(t *testing.T) {
	for condition, limited := range map[string]bool{
		`"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`:                                                                  true,
		`"IpAddress":{"AWS:SOURCEIP":["192.0.2.7","2001:db8::/32","10.0.0.0/8"]}`:                                      true,
		`"IpAddress":{"aws:SourceIp":["192.0.2.0/24","0.0.0.0/0"]}`:                                                    false,
		`"IpAddress":{"aws:SourceIp":["0.0.0.0/1","128.0.0.0/1"]}`:                                                     false,
		`"IpAddress":{"aws:SourceIp":"8.0.0.0/7"}`:                                                                     false,
		`"IpAddress":{"aws:SourceIp":"2001::/31"}`:                                                                     false,
		`"IpAddress":{"aws:SourceIp":"::/0"}`:                                                                          false,
		`"IpAddress":{"aws:SourceIp":"anywhere"}`:                                                                      false,
		`"IpAddress":{"aws:SourceIp":[]}`:                                                                              false,
		`"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}`:                                                               false,
		`"IpAddressIfExists":{"aws:SourceIp":"192.0.2.0/24"}`:                                                          false,
		`"StringEquals":{"aws:SourceIp":"192.0.2.0/24"}`:                                                               false,
		`"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}`:                                                                 false,
		`"StringEquals":{"aws:SourceVpc":"vpc-1"}`:                                                                     true,
		`"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}`:                                                        true,
		`"StringLike":{"aws:SourceVpce":["vpce-1","vpce-*"]}`:                                                          false,
		`"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`:                                                                false,
		`"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`:                                                           false,
		`"ForAllValues:StringEquals":{"aws:SourceVpce":"vpce-1"}`:                                                      false,
		`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`:                                                                  true,
		`"StringEquals":{"aws:PrincipalOrgID":"${aws:PrincipalOrgID}"}`:                                                false,
		`"StringEquals":{"aws:PrincipalOrgID":""}`:                                                                     false,
		`"ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"o-1/r-1/ou-1/"}`:                                         true,
		`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/r-1/*"}`:                                               false,
		`"StringEquals":{"aws:SourceAccount":"111122223333"}`:                                                          true,
		`"StringEquals":{"aws:SourceOwner":"111122223333"}`:                                                            true,
		`"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:t"}`:                                         true,
		`"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:t"}`:                                                   false,
		`"StringEquals":{"aws:userid":"AROAEXAMPLE:session"}`:                                                          true,
		`"StringEquals":{"aws:userid":"AROAEXAMPLE:a~b"}`:                                                              true,
		`"StringLike":{"aws:userid":"AROAEXAMPLE:*"}`:                                                                  false,
		`"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}`:                                                  true,
		`"StringLike":{"s3:DataAccessPointAccount":"1111*"}`:                                                           false,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:accesspoint/*"}`:                        true,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:*:accesspoint/x"}`:                                   false,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:*:111122223333:accesspoint/x"}`:                                false,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:*"}`:                                    false,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:accesspoint/${aws:userid}"}`:            false,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:*:s3:us-east-1:111122223333:accesspoint/x"}`:                          false,
		`"ArnLike":{"s3:DataAccessPointArn":"arn:aws:*:us-east-1:111122223333:accesspoint/x"}`:                         false,
		`"StringEquals":{"s3:DataAccessPointArn":"accesspoint/x"}`:                                                     false,
		`"StringEqualsIgnoreCase":{"aws:SourceVpc":"VPC-1"}`:                                                           true,
		`"StringLike":{"aws:SourceVpc":"vpc-1"}`:                                                                       true,
		`"StringLike":{"aws:SourceVpc":"vpc-?"}`:                                                                       false,
		`"ArnLike":{"s3:DataAccessPointArn":"*"}`:                                                                      false,
		`"StringEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:111122223333:key/1"}`: true,
		`"StringEquals":{"aws:Referer":"https://example.com"}`:                                                         false,
		`"StringEquals":{"aws:PrincipalAccount":"111122223333"}`:                                                       false,
		`"Bool":{"aws:SecureTransport":"true"}`:                                                                        false,
		`"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:SourceVpc":"vpc-1"}`:                               true,
	} {
		s := statement(t, `"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:b/*","Condition":{`+condition+`}`)
		if s.Public() == limited || s.OpensMore("s3:getobject", "arn:b/pub/") == limited || !s.Undecided() {
			t.Errorf("%s: public %v, undecided %v", condition, s.Public(), s.Undecided())
		}
		if deny := statement(t, `"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:b/*","Condition":{`+condition+`}`); !deny.MayDeny(user, "s3:getobject") {
			t.Errorf("a Deny under %s may hit nobody", condition)
		}
	}
}

func TestWhatIsDecided(t *testing.T) {
	for elements, undecided := range map[string]bool{
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"`:                                       false,
		`"Effect":"Allow","Principal":{"AWS":["*","123456789012"]},"Action":"s3:GetObject","Resource":"*"`:              false,
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{}`:                        false,
		`"Effect":"Allow","Principal":"*","NotAction":"s3:GetObject","Resource":"*"`:                                    true,
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","NotResource":"*"`:                                    true,
		`"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"*"`:                 true,
		`"Effect":"Allow","Principal":{"Federated":"accounts.example"},"Action":"s3:GetObject","Resource":"*"`:          true,
		`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Unknown":1`:                           true,
		`"Effect":"Allow","Action":"s3:GetObject","Resource":"*"`:                                                       true,
		`"Effect":"Allow","Principal":"*","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"*"`: true,
		`"Effect":"allow","Principal":"*","Action":"s3:GetObject","Resource":"*"`:                                       true,
	} {
		if got := statement(t, elements).Undecided(); got != undecided {
			t.Errorf("%s: undecided %v", elements, got)
		}
	}
}
