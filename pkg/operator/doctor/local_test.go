package doctor_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/doctor"
)

// atHome is what the environment says to the SDK of a system on one machine.
type atHome struct{}

func (atHome) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	return "http://127.0.0.1:4566", map[string]bool{"S3": true, "IAM": true, "SQS": true, "SNS": true}[service], nil
}

// TestOnOnesOwnMachineWhatIsThereIsRight, and what isn't can't be told: no request
// leaves the machine.
func TestOnOnesOwnMachineWhatIsThereIsRight(t *testing.T) {
	for name, stage := range map[string]bool{"with a stage": true, "without one": false} {
		t.Run(name, func(t *testing.T) {
			w, d := awsfake.New(), prod()
			if !stage {
				d.Name, d.FunctionName, d.QueueARN, d.DeadLetterARN = "", "", "", ""
			}
			cfg := w.Config()
			cfg.ConfigSources = []any{atHome{}}
			of := account.New(account.NewClients(cfg, s3.NewFromConfig(cfg)), d.Naming.Account, d.Naming.Region)
			got := statuses(doctor.New(d, of, doctor.NewClients(cfg, s3.NewFromConfig(cfg))).Examine(context.Background()))
			want := map[string]doctor.Status{}
			for _, check := range doctor.CheckNames() {
				want[check] = doctor.Unknown
			}
			for _, check := range []string{"clock", "queue", "redrive", "dead-letter-retention", "dead-letters", "topic", "claims", "client-users"} {
				want[check] = doctor.OK
			}
			if !maps.Equal(got, want) {
				t.Errorf("the results are %v\nwant %v", got, want)
			}
			for _, r := range w.Seen() {
				if !strings.HasPrefix(r.Host, "127.0.0.1") {
					t.Errorf("%s went to %s", r.Action, r.Host)
				}
			}
		})
	}
}
