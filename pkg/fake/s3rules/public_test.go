package s3rules

import "testing"

func TestTheMeaningOfPublic(t *testing.T) {
	const rest = `"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"`
	for name, c := range map[string]struct {
		statement string
		public    bool
	}{
		"everybody is public":                         {`{"Effect":"Allow","Principal":"*",` + rest + `}`, true},
		"everybody in a map is public":                {`{"Effect":"Allow","Principal":{"AWS":"*"},` + rest + `}`, true},
		"everybody in a list is public":               {`{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::000000000000:user/a","*"]},` + rest + `}`, true},
		"a user is not public":                        {`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/a"},` + rest + `}`, false},
		"a deny is not public":                        {`{"Effect":"Deny","Principal":"*",` + rest + `}`, false},
		"everybody but one is public":                 {`{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::000000000000:user/a"},` + rest + `}`, true},
		"a fixed network is not public":               {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, false},
		"every network is public":                     {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}}`, true},
		"half of all networks is public":              {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}}`, true},
		"a wide network of IPv6 is public":            {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"IpAddress":{"aws:SourceIp":"2001::/16"}}}`, true},
		"an account's access points are not public":   {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:111122223333:accesspoint/*"}}}`, false},
		"another network than one is public":          {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, true},
		"one endpoint in a list is not public":        {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1"]}}}`, false},
		"a wildcard among the values is public":       {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"StringLike":{"aws:SourceVpce":["vpce-1","*"]}}}`, true},
		"a referer can be forged and is public":       {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"StringEquals":{"aws:Referer":"https://example.com"}}}`, true},
		"a condition that may be absent is public":    {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}}`, true},
		"encrypted transport alone is public":         {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"Bool":{"aws:SecureTransport":true}}}`, true},
		"what can't be read is public":                {`{"Effect":["Allow"]}`, true},
		"a service is not public":                     {`{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},` + rest + `}`, false},
		"a fixed value beside an open key is limited": {`{"Effect":"Allow","Principal":"*",` + rest + `,"Condition":{"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:SourceVpc":"vpc-1"}}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, form := range []string{`{"Statement":[` + c.statement + `]}`, `{"Statement":` + c.statement + `}`} {
				if got := IsPublic([]byte(form)); got != c.public {
					t.Errorf("%s: public = %v, want %v", form, got, c.public)
				}
			}
		})
	}
}
