package scenario_test

import (
	"context"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/scenario"
	"github.com/fusionpos/orgbucket/infra/local/screen"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// TestEveryCheckOfTheScenarioHolds plays what `make run` plays: about a minute.
func TestEveryCheckOfTheScenarioHolds(t *testing.T) {
	bootstrap, err := compiled.Function(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tool, err := compiled.Tool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compiled.NodeModules()
	if err != nil {
		t.Fatal(err)
	}
	sys, err := system.Start(t.Context(), system.Options{
		Bootstrap: bootstrap, NodeModules: modules, ServerLog: t.Output(), Trouble: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sys.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	results, err := scenario.Play(ctx, sys, tool, screen.New(t.Output(), false))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		for _, c := range r.Checks {
			if !c.Held() {
				t.Errorf("step %d, %s: %s: %+v", r.Number, r.Step.Title, c.Claim, c.Wrong)
			}
		}
		if len(r.Checks) == 0 {
			t.Errorf("step %d, %s, checked nothing", r.Number, r.Step.Title)
		}
	}
	if len(results) != len(scenario.Steps()) {
		t.Errorf("%d of %d steps were played", len(results), len(scenario.Steps()))
	}
}
