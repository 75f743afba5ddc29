package result

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestLambdasCost(t *testing.T) {
	for _, c := range []struct {
		invocations, ms float64
		memoryMB        int
		want            float64
	}{
		{1_000_000, 0, 512, 0.20},
		{1, 1000, 1024, PriceGBSecond + PriceInvocation},
		{1, 999.2, 1024, PriceGBSecond + PriceInvocation},
		{1000, 200, 512, 1000 * (0.1*PriceGBSecond + PriceInvocation)},
	} {
		if got := LambdaCost(c.invocations, c.ms, c.memoryMB); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v invocations of %v ms with %d MB cost %v, want %v", c.invocations, c.ms, c.memoryMB, got, c.want)
		}
	}
	if Share(1769) != 1 || Share(10_240) != 1 || math.Abs(Share(512)-0.2894) > 1e-4 {
		t.Errorf("shares: %v %v %v", Share(1769), Share(10_240), Share(512))
	}
}

// TestThePricesAreThoseOfTheDocs keeps two places from drifting apart.
func TestThePricesAreThoseOfTheDocs(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	if says := "0.0000133334 per GB-second, 0.20 per million invocations"; !strings.Contains(string(text), says) || PriceGBSecond != 0.0000133334 || PriceInvocation*1e6 != 0.20 {
		t.Errorf("docs/deploy.md should have %q", says)
	}
}
