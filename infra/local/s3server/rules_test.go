package s3server

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestWhatTheRulesOfTheAccountDeny(t *testing.T) {
	defer server.SetRules(Rules{})
	const suffix = "-" + Account + "-us-east-1-an"
	for name, c := range map[string]struct {
		rules           Rules
		regional, owner bool
		costCenter      string
		denied          bool
	}{
		"none":                          {},
		"global name":                   {rules: Rules{AccountRegional: true}, denied: true},
		"name of its own":               {rules: Rules{AccountRegional: true}, regional: true},
		"without the tag":               {rules: Rules{Tags: map[string]string{"CostCenter": "media"}}, denied: true},
		"with another value of the tag": {rules: Rules{Tags: map[string]string{"CostCenter": "media"}}, costCenter: "web", denied: true},
		"with the tag":                  {rules: Rules{Tags: map[string]string{"CostCenter": "media"}}, costCenter: "media"},
		"without ownership":             {rules: Rules{OwnerEnforced: true}, denied: true},
		"with ownership":                {rules: Rules{OwnerEnforced: true}, owner: true},
	} {
		t.Run(name, func(t *testing.T) {
			server.SetRules(c.rules)
			in := tagged(newName("fusion-rms-rule"), "xmsqa1")
			if c.regional {
				in.Bucket, in.BucketNamespace = aws.String(*in.Bucket+suffix), types.BucketNamespaceAccountRegional
			}
			if c.owner {
				in.ObjectOwnership = types.ObjectOwnershipBucketOwnerEnforced
			}
			if c.costCenter != "" {
				in.CreateBucketConfiguration.Tags = append(in.CreateBucketConfiguration.Tags, types.Tag{Key: aws.String("CostCenter"), Value: &c.costCenter})
			}
			_, err := server.RootClient().CreateBucket(t.Context(), in)
			if denied := err != nil && strings.Contains(err.Error(), "explicit deny in a service control policy"); denied != c.denied || !denied && err != nil {
				t.Errorf("create: %v", err)
			}
		})
	}
}

// A deleted user's id can't be put, but S3 shows it.
func TestAPolicyIsStoredPastTheCheckOfItsPrincipals(t *testing.T) {
	ctx, bucket := t.Context(), newName("fusion-rms-aida")
	if _, err := server.RootClient().CreateBucket(ctx, tagged(bucket, "xmsqa1")); err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"AIDAEXAMPLE"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::` + bucket + `"}]}`
	if err := server.StorePolicy(ctx, bucket, policy); err != nil {
		t.Fatal(err)
	}
	got, err := server.RootClient().GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket})
	if err != nil || aws.ToString(got.Policy) != policy {
		t.Errorf("it has the policy %+v (%v)", got, err)
	}
	if _, err := server.RootClient().PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &bucket, Policy: &policy}); err == nil || !strings.Contains(err.Error(), "nvalid principal") {
		t.Errorf("put: %v", err)
	}
}
