package cli

import (
	"context"
	"fmt"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// ConnectFor is Connect for a command about one organization, whose id it checks.
func (a *App) ConnectFor(ctx context.Context, text string) (*Connection, org.ID, error) {
	id, err := org.ParseID(text)
	if err != nil {
		return nil, "", Usage("%w", err)
	}
	at, err := a.Connect(ctx, stage.Needs{Naming: true})
	if err != nil {
		return nil, "", err
	}
	at.Doubt(a, text)
	if _, err := at.Naming.Spec(id); err != nil {
		return nil, "", Usage("%w", err)
	}
	return at, id, nil
}

// Doubt tells of ids that look like names of the stage's buckets.
func (c *Connection) Doubt(a *App, ids ...string) {
	if text := Mistaken(c.Naming, ids); text != "" {
		a.Notice("%s", text)
	}
}

// Mistaken asks which organization is meant if ids look like names of the stage's buckets,
// though they are allowed; it is empty if none does.
func Mistaken[S ~string](naming bucket.Naming, ids []S) string {
	text, more := "", 0
	for _, id := range ids {
		meant, ok := audit.OrganizationOf(naming, string(id))
		switch {
		case !ok:
		case text == "":
			text = fmt.Sprintf("%s looks like a bucket's name; did you mean %s?", id, meant)
		default:
			more++
		}
	}
	switch {
	case more == 1:
		text += " 1 more looks so."
	case more > 1:
		text += fmt.Sprintf(" %d more look so.", more)
	}
	return text
}
