package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// TestADrillOfEachCodeFailsWithIt tries them all on one running system. The account's own
// block hits whoever comes after it, so that drill is the last.
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
		if _, ok := drills[code]; ok && code != fault.PublicPolicyBlocked {
			begin(code)
		}
	}
	for code := range subjects {
		see(code)
	}
	begin(fault.PublicPolicyBlocked)
	see(fault.PublicPolicyBlocked)
	k.line("/mend " + subjects[fault.PublicPolicyBlocked])
	k.shown.wait(t, "← "+subjects[fault.PublicPolicyBlocked]+"  repaired  ")
}
