package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// order is what can be typed beside messages: what others do in the account, or AWS.
type order struct {
	name, arg, does string
	carryOut        func(ctx context.Context, g *drillground, arg string) (done string, err error)
}

var orders = []order{
	{"/user", "ORG", "make the organization's IAM user, as signup does", makeUser},
	{"/stranger", "BUCKET", "make a bucket of that name in another account", makeStrangersBucket},
	{"/drill", "CODE", "have a new organization's message fail with a code, to try its page of docs/runbook.md", func(ctx context.Context, g *drillground, code string) (string, error) {
		return g.drill(ctx, fault.Code(code))
	}},
	{"/mend", "ORG", "end what S3 pretends to the function in that drill", func(ctx context.Context, g *drillground, id string) (string, error) { return g.mend(ctx, org.ID(id)) }},
}

// obey carries out each line until in or ctx ends. A line may be as long as a message.
func obey(ctx context.Context, sys *system.System, out *story.Screen, in io.Reader) {
	ground := newDrillground(sys)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 2*org.MaxBodySize)
	for lines.Scan() && ctx.Err() == nil {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if err := carryOut(ctx, ground, out, line); err != nil && ctx.Err() == nil {
			out.Trouble(err)
		}
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		out.Trouble(fmt.Errorf("read what was typed: %w", err))
	}
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
	i := slices.IndexFunc(orders, func(o order) bool { return o.name == words[0] })
	if i < 0 {
		return "", fmt.Errorf("%q is none of the orders %s; as a message it would have to be JSON", words[0], orderNames())
	}
	if len(words) != 2 {
		return "", fmt.Errorf("%s takes one %s", orders[i].name, orders[i].arg)
	}
	return orders[i].carryOut(ctx, g, words[1])
}

func orderNames() string {
	var names []string
	for _, o := range orders {
		names = append(names, o.name+" "+o.arg)
	}
	return strings.Join(names, ", ")
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
