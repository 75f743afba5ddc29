package storm

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/function"
)

func TestTheDocumentGivesTheSettingsThatAreDeployed(t *testing.T) {
	s := deployed(t)
	contains(t, "../../../docs/scaling.md",
		fmt.Sprintf("| `maxConcurrency` | %d,", s.concurrency),
		fmt.Sprintf("| batch | %d |", s.batch),
		fmt.Sprintf("| receives | %d |", s.receives),
		fmt.Sprintf("| attempts of the SDK | %d, at most %d s apart |", function.MaxAttempts, function.MaxBackoff/time.Second),
		fmt.Sprintf("| timeout, visibility | %d s, %d s |", s.timeout/time.Second, s.visibility/time.Second),
		fmt.Sprintf("| memory | %d MB |", s.memoryMB),
		fmt.Sprintf("| retention | %d days |", s.retention/(24*time.Hour)),
	)
}

func TestThePricesAreTheDocumentedOnes(t *testing.T) {
	contains(t, "../../../docs/deploy.md",
		fmt.Sprintf("%.10f per GB-second, %.2f per million invocations", priceGBSecond, priceInvocation*1e6),
		fmt.Sprintf("%.3f per 1,000 PUT, %.4f per 1,000 GET", pricePut*1e3, priceGet*1e3),
		fmt.Sprintf("%.2f per million requests, %.2f per million publications", priceSQS*1e6, priceSNS*1e6),
		fmt.Sprintf("%.2f per 10,000 requests", priceKMS*1e4),
		fmt.Sprintf("%.2f per GB of log", priceLogGB),
	)
}

func contains(t *testing.T, path string, all ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range all {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s doesn't say %q", path, part)
		}
	}
}
