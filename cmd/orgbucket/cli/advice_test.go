package cli

import (
	"testing"

	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestCommandsOfAHintAreReadyToPaste(t *testing.T) {
	const hint = "See `orgbucket plan ORG`; `orgbucket adopt ORG --bucket NAME`, or `aws s3 ls`, in ORG."
	for name, c := range map[string]struct {
		app  App
		id   string
		want string
	}{
		"nothing known":          {App{}, "", hint},
		"the organization":       {App{}, "xmsqa1", "See `orgbucket plan xmsqa1`; `orgbucket adopt xmsqa1 --bucket NAME`, or `aws s3 ls`, in ORG."},
		"the stage, by its flag": {App{Stage: "prod"}, "", "See `orgbucket plan ORG --stage prod`; `orgbucket adopt ORG --bucket NAME --stage prod`, or `aws s3 ls`, in ORG."},
	} {
		if got := c.app.Advice(hint, org.ID(c.id)); got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
		if twice := c.app.Advice(c.want, org.ID(c.id)); twice != c.want {
			t.Errorf("%s: twice it's %q", name, twice)
		}
	}
}
