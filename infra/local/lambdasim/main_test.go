package lambdasim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// roleVariable makes this test binary the function: what the tests run is a real compiled program with the real
// runtime client in it, without a second compilation.
const roleVariable = "LAMBDASIM_TEST_ROLE"

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleVariable); role {
	case "":
		os.Exit(m.Run())
	case "function":
		fmt.Println("init done")
		lambda.Start(function{})
	case "host":
		host()
	default:
		brokenInit(role)
	}
}

// function does what its event says, or gives it back as it is.
type function struct{}

func (function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	verb, argument, _ := strings.Cut(string(payload), " ")
	switch verb {
	case "exit":
		fmt.Fprintln(os.Stderr, "about to exit")
		os.Exit(7)
	case "sleep":
		fmt.Println("sleeping")
		pause, _ := time.ParseDuration(argument)
		time.Sleep(pause)
	case "panic":
		panic(argument)
	case "pid":
		return json.Marshal(os.Getpid())
	case "context":
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return json.Marshal([]string{lc.AwsRequestID, lc.InvokedFunctionArn, time.Until(deadline).String()})
	case "environ":
		return json.Marshal(os.Environ())
	case "spawn":
		child := exec.Command("/bin/sleep", "300")
		child.Stdout = os.Stdout // holds the log pipe open, as a careless function would
		if err := child.Start(); err != nil {
			return nil, err
		}
		return json.Marshal(child.Process.Pid)
	}
	return payload, nil
}

func brokenInit(role string) {
	fmt.Println("reading settings")
	switch role {
	case "init exits":
		fmt.Fprintln(os.Stderr, "QUEUE_URL is missing")
		os.Exit(3)
	case "init hangs":
		time.Sleep(time.Minute)
	case "init posts an error":
		url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
		body := `{"errorType":"Runtime.BadSettings","errorMessage":"no queue"}`
		if _, err := http.Post(url, "application/json", bytes.NewReader([]byte(body))); err != nil {
			fmt.Println(err)
		}
		os.Exit(1)
	}
}
