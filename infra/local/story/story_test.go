package story_test

import (
	"context"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/compiled"
	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
)

// TestEveryCheckOfTheStoryHolds plays what `make run` plays. Messages are received
// twice instead of three times, since each receive waits for a redelivery.
func TestEveryCheckOfTheStoryHolds(t *testing.T) {
	bootstrap, err := compiled.Function(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tool, err := compiled.Tool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	audit, err := compiled.Audit(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	modules, err := compiled.NodeModules()
	if err != nil {
		t.Fatal(err)
	}
	sys, err := system.Start(t.Context(), system.Options{
		Bootstrap: bootstrap, Audit: audit, NodeModules: modules, ServerLog: t.Output(), Trouble: func(err error) { t.Error(err) }, MaxReceiveCount: 2,
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
	if ok, err := story.Play(ctx, sys, tool, story.NewScreen(t.Output(), false, nil)); err != nil || !ok {
		t.Errorf("not every check held (%v)", err)
	}
}
