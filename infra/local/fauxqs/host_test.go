package fauxqs_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/fauxqs"
	"github.com/fusionpos/orgbucket/infra/local/processtest"
)

// hostVariable makes this test binary a program that starts a server and dies without closing it.
const hostVariable = "MESSAGING_TEST_HOST"

func TestMain(m *testing.M) {
	if os.Getenv(hostVariable) == "" {
		os.Exit(m.Run())
	}
	server, err := fauxqs.Start(context.Background(), fauxqs.Options{NodeModules: nodeModules})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(server.Pid())
	time.Sleep(time.Minute)
}

func TestTheServerEndsWithTheProgramThatStartedIt(t *testing.T) {
	processtest.EndsWithItsParent(t, hostVariable+"=1")
}
