package stage

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// needed lists the settings that the needs stand for, in the order of the help.
func (n Needs) settings() (all []setting) {
	for _, s := range []struct {
		asked bool
		of    []setting
	}{
		{n.Queue, []setting{queueURL}},
		{n.DeadLetters, []setting{deadLetterURL}},
		{n.Naming, []setting{owner, region, homesBucket, bucketPrefix, clientUserPrefix, clientAccount}},
	} {
		if s.asked {
			all = append(all, s.of...)
		}
	}
	return all
}

// check lists all that is missing or wrong of what is needed.
func (v values) check(naming bucket.Naming, needs Needs) error {
	var missing, faults []string
	for _, s := range needs.settings() {
		known, ok := v.of[s]
		switch {
		case ok:
			if fault := v.form(s, known); fault != "" {
				faults = append(faults, fault)
			}
		// The clients' account is that of the buckets if nobody says otherwise.
		case s != clientAccount || v.stage != "":
			missing = append(missing, v.lacking(s))
		}
	}
	if needs.Naming {
		faults = append(faults, v.namingFaults(naming)...)
	}
	if len(missing) == 0 && len(faults) == 0 {
		return nil
	}
	return &Error{Usage: v.stage == "", Message: v.summary(missing, faults), Advice: v.advice(missing)}
}

func (v values) summary(missing, faults []string) string {
	var lines []string
	if len(missing) > 0 {
		lines = append(lines, v.lack()+": "+strings.Join(missing, ", "))
	}
	return strings.Join(append(lines, faults...), "\n  ")
}

func (v values) lack() string {
	if v.stage != "" {
		return "stage " + v.stage + " lacks parameters"
	}
	return "missing"
}

// lacking names what is missing.
func (v values) lacking(s setting) string {
	switch {
	case v.stage == "":
		return variables[s]
	case s == owner:
		s = queueARN
	}
	return path(v.stage) + "/" + string(s)
}

func (v values) advice(missing []string) string {
	switch {
	case len(missing) == 0:
		return ""
	case v.stage == "" && slices.Contains(missing, v.lacking(region)):
		return "Give --stage NAME, which finds all of them but the Region."
	case v.stage == "":
		return "Give --stage NAME, which finds all of them."
	}
	return "The stack is older than this tool: deploy it again."
}

// form says what is wrong with a value that isn't part of the naming.
func (v values) form(s setting, is value) string {
	switch s {
	case queueURL, deadLetterURL:
		u, err := url.Parse(is.text)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Sprintf("%s: %q isn't an http or https URL", is.said, is.text)
		}
	}
	return ""
}

// ofField are the settings of the naming's fields.
var ofField = map[string]setting{
	"Account": owner, "Region": region, "BucketPrefix": bucketPrefix, "ClientAccount": clientAccount, "ClientUserPrefix": clientUserPrefix,
}

// namingFaults says what is wrong with the naming, and where each value came
// from. What is missing has been said already.
func (v values) namingFaults(n bucket.Naming) (faults []string) {
	for _, err := range n.Validate() {
		field := ""
		if e, ok := errors.AsType[*bucket.NamingError](err); ok {
			field = e.Setting
		}
		known, ok := v.of[ofField[field]]
		if !ok {
			continue
		}
		faults = append(faults, fmt.Sprintf("%s: %v", known.said, err))
	}
	if known, ok := v.of[homesBucket]; ok {
		if err := n.CheckHomesBucket(known.text); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", known.said, err))
		}
	}
	return faults
}
