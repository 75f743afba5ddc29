package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// order is what can be typed beside messages: what others do in the account, or AWS.
// Without an argument it has none.
type order struct {
	name, arg, example, does string
	carryOut                 func(ctx context.Context, g *drillground, arg string) (done string, err error)
}

func orders() []order {
	return []order{
		{"/user", "ORG", "cafe1", "make the organization's IAM user, as signup does", makeUser},
		{"/stranger", "BUCKET", "fusion-rms-cafe1", "make a bucket of that name in another account", makeStrangersBucket},
		{"/drill", "CODE", "OnHold", "have a new organization's message fail with a code, to try its page of docs/runbook.md", func(ctx context.Context, g *drillground, code string) (string, error) { return g.drill(ctx, code) }},
		{"/mend", "ORG", "drill1", "end what AWS pretends to the function in that drill", func(ctx context.Context, g *drillground, id string) (string, error) { return g.mend(ctx, org.ID(id)) }},
		{"help", "", "", "show these again", nil},
		{"quit", "", "", "stop everything", nil},
	}
}

// asHelp and asQuit are words that nobody means as an organization's id, though they could be one.
var (
	asHelp = []string{"help", "/help", "-h", "--help", "?", "/?", "h"}
	asQuit = []string{"quit", "/quit", "exit", "/exit", "q", ":q", "bye"}
)

// obey carries out each line until in or ctx ends, and reports whether that is to be the
// end of everything. A line may be as long as a message.
func obey(ctx context.Context, sys *system.System, out *story.Screen, in io.Reader) (quit bool) {
	ground := newDrillground(sys)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 2*org.MaxBodySize)
	for lines.Scan() && ctx.Err() == nil {
		line := strings.TrimSpace(lines.Text())
		switch word := strings.ToLower(line); {
		case line == "":
			continue
		case slices.Contains(asHelp, word):
			explainOrders(out)
			continue
		case slices.Contains(asQuit, word):
			return true
		}
		if err := carryOut(ctx, ground, out, line); err != nil && ctx.Err() == nil {
			out.Trouble(inWords(err))
		}
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		out.Trouble(fmt.Errorf("read what was typed: %w", err))
	}
	return false
}

// inWords leaves what the SDK says about a request out of an error, and keeps AWS's code
// and text.
func inWords(err error) error {
	request, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return err
	}
	return errors.New(strings.TrimSuffix(err.Error(), request.Error()) + awserror.Of(err).Why(""))
}

// carryOut follows an order, or sends the line as a message: an organization id as the
// canonical one, JSON as it is.
func carryOut(ctx context.Context, g *drillground, out *story.Screen, line string) error {
	if line[0] == '/' {
		done, err := perform(ctx, g, strings.Fields(line))
		if err == nil {
			out.Did(done)
		}
		return err
	}
	if line[0] != '{' {
		line = fmt.Sprintf(`{"type":%q,"orgId":%q}`, org.EventType, line)
	}
	_, err := g.sys.Send(ctx, line)
	if err == nil {
		out.Sent(line)
	}
	return err
}

// perform finds the order that words give and carries it out.
func perform(ctx context.Context, g *drillground, words []string) (done string, err error) {
	all := orders()
	i := slices.IndexFunc(all, func(o order) bool { return o.name == strings.ToLower(words[0]) })
	if i < 0 {
		return "", fmt.Errorf("%q is no order; help shows them", words[0])
	}
	if len(words) != 2 {
		return "", all[i].misused()
	}
	return all[i].carryOut(ctx, g, words[1])
}

// misused is the error of an order that was given with other than one argument.
func (o order) misused() error {
	text := fmt.Sprintf("%s takes one %s, for example %s %s", o.name, o.arg, o.name, o.example)
	if o.arg == "CODE" {
		text += "; the codes are " + drillCodes()
	}
	return errors.New(text)
}

func makeUser(ctx context.Context, g *drillground, arg string) (string, error) {
	id, err := org.ParseID(arg)
	if err != nil {
		return "", err
	}
	user, err := g.sys.S3.CreateUser(ctx, g.sys.Naming.ClientUserPrefix+string(id))
	return fmt.Sprintf("%s has its IAM user %s", id, user.User), err
}

// strangersAccount is the account of every stranger.
const strangersAccount = "111122223333"

func makeStrangersBucket(ctx context.Context, g *drillground, name string) (string, error) {
	return fmt.Sprintf("bucket %s belongs to account %s", name, strangersAccount), g.sys.S3.CreateForeign(ctx, name, strangersAccount)
}
