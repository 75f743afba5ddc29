package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/infra/local/story"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// order is what can be typed beside messages: what others do in the account, or AWS.
type order struct {
	name, args, does string
	carryOut         func(ctx context.Context, sys *system.System, args []string) (done string, err error)
}

var orders = []order{
	{"/user", "ORG", "make the organization's IAM user, as signup does", makeUser},
	{"/stranger", "BUCKET", "make a bucket of that name in another account", makeStrangersBucket},
	{"/fail", "OPERATION STATUS CODE", "have S3 refuse the function's calls: /fail PutBucketPolicy 503 SlowDown; /fail off ends it", failCalls},
}

// obey carries out each line until in or ctx ends. A line may be as long as a message.
func obey(ctx context.Context, sys *system.System, out *story.Screen, in io.Reader) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 2*org.MaxBodySize)
	for lines.Scan() && ctx.Err() == nil {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if err := carryOut(ctx, sys, out, line); err != nil && ctx.Err() == nil {
			out.Trouble(err)
		}
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		out.Trouble(fmt.Errorf("read what was typed: %w", err))
	}
}

// carryOut follows an order, or sends the line as a message: an organization id as the
// canonical one, JSON as it is.
func carryOut(ctx context.Context, sys *system.System, out *story.Screen, line string) error {
	if line[0] == '/' {
		done, err := perform(ctx, sys, strings.Fields(line))
		if err == nil {
			out.Did(done)
		}
		return err
	}
	if line[0] != '{' {
		line = fmt.Sprintf(`{"type":%q,"orgId":%q}`, org.EventType, line)
	}
	_, err := sys.Send(ctx, line)
	if err == nil {
		out.Sent(line)
	}
	return err
}

// perform finds the order that words give and carries it out.
func perform(ctx context.Context, sys *system.System, words []string) (done string, err error) {
	i := slices.IndexFunc(orders, func(o order) bool { return o.name == words[0] })
	if i < 0 {
		return "", fmt.Errorf("%q is none of the orders %s; as a message it would have to be JSON", words[0], orderNames())
	}
	return orders[i].carryOut(ctx, sys, words[1:])
}

func orderNames() string {
	var names []string
	for _, o := range orders {
		names = append(names, o.name+" "+o.args)
	}
	return strings.Join(names, ", ")
}

func makeUser(ctx context.Context, sys *system.System, args []string) (string, error) {
	if len(args) != 1 {
		return "", errors.New("/user takes one organization's id")
	}
	id, err := org.ParseID(args[0])
	if err != nil {
		return "", err
	}
	user, err := sys.S3.CreateUser(ctx, sys.Naming.ClientUserPrefix+string(id))
	return fmt.Sprintf("%s has its IAM user %s", id, user.User), err
}

// strangersAccount is the account of every stranger.
const strangersAccount = "111122223333"

func makeStrangersBucket(ctx context.Context, sys *system.System, args []string) (string, error) {
	if len(args) != 1 {
		return "", errors.New("/stranger takes one bucket's name, such as fusion-rms-cafe1")
	}
	return fmt.Sprintf("bucket %s belongs to account %s", args[0], strangersAccount), sys.S3.CreateForeign(ctx, args[0], strangersAccount)
}

// called are the operations of S3 that the function calls.
var called = []string{
	"CreateBucket", "GetBucketTagging", "GetBucketPolicy", "PutBucketPolicy", "GetPublicAccessBlock", "PutPublicAccessBlock",
	"HeadObject", "GetObject", "PutObject", "GetResources",
}

func failCalls(_ context.Context, sys *system.System, args []string) (string, error) {
	if len(args) == 1 && args[0] == "off" {
		sys.S3.OnRequest(nil)
		return "S3 answers as it should again", nil
	}
	if len(args) != 3 {
		return "", errors.New("/fail takes an operation, a status and S3's code, or off: /fail PutBucketPolicy 503 SlowDown")
	}
	operation, code := args[0], args[2]
	if operation != "*" && !slices.Contains(called, operation) {
		return "", fmt.Errorf("the function doesn't call %s; it calls %s, and * means all of them", operation, strings.Join(called, ", "))
	}
	status, err := strconv.Atoi(args[1])
	if err != nil || status < 400 || status > 599 {
		return "", fmt.Errorf("%q isn't an error's HTTP status, 400 to 599", args[1])
	}
	sys.S3.OnRequest(func(call s3server.Call) *s3server.Fault {
		if call.Who != sys.Identity.AccessKeyID || operation != "*" && call.Operation != operation {
			return nil
		}
		return &s3server.Fault{Status: status, Code: code, Message: "Made up by /fail."}
	})
	return fmt.Sprintf("S3 refuses the function's %s with %d %s until /fail off", strings.ReplaceAll(operation, "*", "calls"), status, code), nil
}
