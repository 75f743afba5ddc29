package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/screen"
	"github.com/fusionpos/orgbucket/infra/local/system"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// typing explains what can be typed.
const typing = `  cafe1           send {"type":"OrganizationCreated","orgId":"cafe1"}
  +cafe1          make the organization's IAM user rms_cafe1 first, as signup does, then send
  {"orgId":"…"}   send this body as it is
  replay <id>     move the message with this id from the dead-letter queue back into the queue
  help            show this`

// typist does what is typed.
type typist struct {
	sys *system.System
	out *screen.Screen
}

// read takes lines until in or ctx ends. A line may be as long as a message.
func (t *typist) read(ctx context.Context, in io.Reader) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 2*org.MaxBodySize)
	for lines.Scan() && ctx.Err() == nil {
		if err := t.do(ctx, strings.TrimSpace(lines.Text())); err != nil && ctx.Err() == nil {
			t.out.Trouble(err)
		}
	}
	if err := lines.Err(); err != nil && ctx.Err() == nil {
		t.out.Trouble(fmt.Errorf("read what was typed: %w", err))
	}
}

func (t *typist) do(ctx context.Context, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "":
		return nil
	case line == "help" || line == "?":
		t.out.Text(typing)
		return nil
	case name == "replay" && rest != "":
		_, err := t.sys.Replay(ctx, strings.TrimSpace(rest))
		return err
	case line[0] == '{':
		return t.send(ctx, line)
	case line[0] == '+':
		if err := t.signUp(ctx, line[1:]); err != nil {
			return err
		}
		line = line[1:]
	}
	body, err := json.Marshal(struct {
		Type  string `json:"type"`
		OrgID string `json:"orgId"`
	}{org.EventType, line})
	if err != nil {
		return fmt.Errorf("write a message for %q: %w", line, err)
	}
	return t.send(ctx, string(body))
}

func (t *typist) send(ctx context.Context, body string) error {
	_, err := t.sys.Send(ctx, body)
	if err == nil {
		t.out.Sent(body)
	}
	return err
}

// signUp makes the client's IAM user and shows its keys, with which one can be the client.
func (t *typist) signUp(ctx context.Context, id string) error {
	c, err := t.sys.S3.CreateUser(ctx, t.sys.Naming.ClientUserPrefix+id)
	if err != nil {
		return err
	}
	t.out.Did("made IAM user " + c.User + ": AWS_ACCESS_KEY_ID=" + c.AccessKeyID + " AWS_SECRET_ACCESS_KEY=" + c.SecretAccessKey)
	return nil
}
