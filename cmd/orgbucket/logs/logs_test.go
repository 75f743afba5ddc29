package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/fake/clitest"
)

var tool = clitest.Tool(NewCommand)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAnOrganizationsStory(t *testing.T) {
	d := clitest.Whole(t)
	d.Log.PageSize = 3
	add := func(after time.Duration, org, rest string) {
		d.Log.Add(noon.Add(after), fmt.Sprintf(`{"level":"INFO","message":"record","messageId":"0a1b2c3d-1","orgId":%q,%s}`, org, rest))
	}
	add(0, "xmsqa1", `"receiveCount":4,"status":"retried","code":"ClientUserNotFound","step":"policy","error":"put policy of fusion-rms-xmsqa1: \u001b[31mnobody"`)
	add(time.Second, "other", `"receiveCount":1,"status":"created","bucket":"fusion-rms-other"`)
	add(time.Minute, "xmsqa1", `"receiveCount":5,"status":"failed","code":"ClientUserNotFound","step":"policy","error":"put policy of fusion-rms-xmsqa1: nobody"`)
	d.Log.Add(noon.Add(time.Hour), "REPORT RequestId: 1")
	add(2*time.Hour, "xmsqa1", `"receiveCount":1,"replay":"{\"count\":1,\"by\":\"arn:aws:iam::1:user/anna\"}","status":"repaired","bucket":"fusion-rms-xmsqa1"`)
	since := fmt.Sprint("--since=", time.Since(noon)+time.Hour)
	for name, args := range map[string][]string{"logs.txt": {"logs", "xmsqa1", since}, "logs.json": {"logs", "xmsqa1", since, "-o", "json"}} {
		got := tool.Run(t, "", args...)
		if got.Status != cli.StatusOK || got.Err != "" || strings.Contains(got.Out, "\x1b") {
			t.Errorf("%+v", got)
		}
		clitest.Golden(t, name, got.Out)
	}
	if got := tool.Run(t, "", "logs", "nobody"); got.Status != cli.StatusOK || got.Out != "" || !strings.Contains(got.Err, "has nothing of nobody in the last 14d") {
		t.Errorf("%+v", got)
	}
	if got := tool.Run(t, "", "logs", "Nobody"); got.Status != cli.StatusUsage {
		t.Errorf("%+v", got)
	}
	clitest.Unset(t, "LOG_GROUP_NAME")
	if got := tool.Run(t, "", "logs", "xmsqa1"); got.Status != cli.StatusFailed || !strings.Contains(got.Err, "LOG_GROUP_NAME") {
		t.Errorf("%+v", got)
	}
}
