package costs

import (
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/awsfake"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
)

var tool = clitest.Tool(NewCommand)

func TestCostsAreCSVByOrganizationAndMonth(t *testing.T) {
	d := clitest.Whole(t)
	d.AWS.OnEach("ce:GetCostAndUsage", func(r awsfake.Request) awsfake.Answer {
		first := time.Now().UTC().Format("2006-01") + "-01"
		if !strings.Contains(r.Fields["TimePeriod"], first[:4]) || !strings.Contains(r.Fields["Filter"], "Amazon Simple Storage Service") || !strings.Contains(r.Fields["GroupBy"], `"OrgId"`) || r.Fields["Granularity"] != "MONTHLY" {
			t.Errorf("asked %v", r.Fields)
		}
		if r.Fields["NextPageToken"] == "" {
			return awsfake.Costs("2", "2026-10-01", false, "xmsqa1", "1.25", "", "0.5")
		}
		return awsfake.Costs("", "2026-11-01", true, "xmsqa1", "0.75", "=cmd|'/C calc'!A0,\"x\"\x1b", "3")
	})
	got := tool.Run(t, "", "costs", "--months", "2")
	if got.Status != cli.StatusOK || got.Err != "" {
		t.Errorf("%+v", got)
	}
	clitest.Golden(t, "costs.csv", got.Out)
}

func TestWhatIsntSplitIsToActOn(t *testing.T) {
	d := clitest.Whole(t)
	d.AWS.On("ce:GetCostAndUsage", awsfake.Costs("", "2026-11-01", true, "", "5"))
	if got := tool.Run(t, "", "costs"); got.Status != cli.StatusAct || !strings.Contains(got.Err, "orgbucket doctor") {
		t.Errorf("%+v", got)
	}
	d.AWS.On("ce:GetCostAndUsage", awsfake.Denied("ce:GetCostAndUsage"))
	if got := tool.Run(t, "", "costs"); got.Status != cli.StatusFailed || got.Out != "" || !strings.Contains(got.Err, "the account that pays") {
		t.Errorf("%+v", got)
	}
	d.AWS.OnEach("ce:GetCostAndUsage", func(r awsfake.Request) awsfake.Answer { // the second page is denied
		if r.Fields["NextPageToken"] == "" {
			return awsfake.Costs("2", "2026-10-01", false, "xmsqa1", "1.25")
		}
		return awsfake.Denied("ce:GetCostAndUsage")
	})
	if got := tool.Run(t, "", "costs"); got.Status != cli.StatusFailed || got.Out != "" {
		t.Errorf("half a bill: %+v", got)
	}
	for _, months := range []string{"0", "14"} {
		if got := tool.Run(t, "", "costs", "--months", months); got.Status != cli.StatusUsage {
			t.Errorf("%+v", got)
		}
	}
}
