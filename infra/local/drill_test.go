package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestADrillOfEachCodeFailsWithIt tries them all on one running system. The account's own
// block, claims and a topic that are gone hit whoever comes after them, so those drills are the last.
func TestADrillOfEachCodeFailsWithIt(t *testing.T) {
	k := startTyping(t)
	defer func() { _ = k.stop() }()
	number, subjects := 0, map[fault.Code]string{}
	begin := func(code fault.Code) {
		number++
		subjects[code] = fmt.Sprintf("drill%d", number)
		k.line("/drill " + string(code))
		k.shown.wait(t, subjects[code]+": its message is to fail with "+string(code))
	}
	see := func(code fault.Code) {
		subject := subjects[code]
		if strings.HasSuffix(string(code), "Message") || code == fault.UnexpectedEventType || code == fault.InvalidOrganizationID {
			subject = "" // the message's id
		}
		k.shown.wait(t, subject+"  receive 1: "+string(code)+" at ")
	}
	for _, code := range fault.Codes() {
		if _, ok := drills[code]; ok == (undrilled[code] != "") {
			t.Errorf("%s: it can be tried (%v), or it is said why not (%q)", code, ok, undrilled[code])
		}
		if d, ok := drills[code]; ok && d.undo == nil {
			begin(code)
		}
	}
	for code := range subjects {
		see(code)
	}
	for _, code := range []fault.Code{fault.PublicPolicyBlocked, fault.PublishFailed, fault.ClaimsUnavailable} {
		begin(code)
		see(code)
		k.line("/mend " + subjects[code])
		k.shown.wait(t, "← "+subjects[code]+"  ")
	}
}
