package story

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// unusable are messages that can never work, with the code of each.
var unusable = []struct{ code, body string }{
	{"InvalidOrganizationID", `{"orgId":"Xmsqa1"}`},
	{"InvalidOrganizationID", `{"orgId":"*"}`},
	{"InvalidOrganizationID", `{"orgId":"../pub"}`},
	{"InvalidOrganizationID", `{"orgId":"a--b"}`},
	{"InvalidOrganizationID", `{"orgId":"x-s3alias"}`},
	{"InvalidOrganizationID", `{"orgId":"` + strings.Repeat("x", 53) + `"}`},
	{"MalformedMessage", `{"orgId":17}`},
	{"MalformedMessage", `{"orgid":"xmsqa1"}`},
	{"MalformedMessage", `{"orgId":"one","orgId":"two"}`},
	{"MalformedMessage", `{"orgId":"xmsqa1"} {}`},
	{"MalformedMessage", `new organization: xmsqa1`},
	{"UnexpectedEventType", `{"type":"OrganizationDeleted","orgId":"xmsqa1"}`},
	{"UnexpectedEventType", `{"specversion":"1.0","type":"OrganizationRenamed","data":{"orgId":"xmsqa1"}}`},
}

// soon is how fast a message that can never work must be an operator's.
const soon = 3 * time.Second

// unusableMessages: at once into the dead-letter queue, without a look at S3.
func unusableMessages(s *scene) {
	before, mark := s.bucketNames(), s.mark()
	ids := s.sendUnusable()
	for i, id := range ids {
		s.unusable(id, unusable[i].code, unusable[i].body)
	}
	is(s, "the function sent no request to S3", len(s.functionCalls(mark)), 0)
	is(s, "no bucket was made", s.bucketNames(), before)
}

func (s *scene) sendUnusable() (ids []string) {
	for _, u := range unusable {
		id, err := s.sys.Send(s.ctx, u.body)
		if s.gone(err) {
			return nil
		}
		ids = append(ids, id)
	}
	s.did("%d messages are sent, one after the other", len(ids))
	return ids
}

// unusable claims, in one line, that a message ended as it must, and soon.
func (s *scene) unusable(id, code, body string) {
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	outcome, err := s.sys.Outcome(ctx, id)
	if s.gone(err) {
		return
	}
	letter, err := s.sys.DeadLetter(ctx, id)
	if s.gone(err) {
		return
	}
	e := ending{Outcome: outcome}
	s.sent++
	s.endings = append(s.endings, e.Status)
	s.dead[id] = true
	took := letter.At.Sub(letter.Sent)
	wrong := access.Differs("code", e.code(), code)
	if took > soon {
		wrong = append(wrong, access.Mismatch{What: "time", Expected: "at most " + soon.String(), Got: took.String()})
	}
	s.check(fmt.Sprintf("%-21s  dead letter after %.2f s:  %s", code, took.Seconds(), brief(body)), wrong...)
}

// brief keeps a body on its line.
func brief(body string) string {
	const most = 42
	if len(body) <= most {
		return body
	}
	return body[:most] + "…"
}

func (s *scene) bucketNames() (names []string) {
	s.byHand(func(ctx context.Context, root *s3.Client) error {
		out, err := root.ListBuckets(ctx, &s3.ListBucketsInput{})
		if err != nil {
			return err
		}
		for _, b := range out.Buckets {
			names = append(names, *b.Name)
		}
		return nil
	})
	return names
}
