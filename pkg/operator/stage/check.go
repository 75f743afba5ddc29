package stage

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// settings lists the settings that are needed, in the order of the help.
func (n Needs) settings() (all []setting) {
	if n.Queue {
		all = append(all, queueURL)
	}
	if n.DeadLetters {
		all = append(all, deadLetterURL)
	}
	if n.Naming {
		all = append(all, owner, region, homesBucket, bucketPrefix, clientUserPrefix, clientAccount)
	}
	return all
}

// check returns an error that lists all that is missing or wrong of what is needed. tags
// is what is wrong with the form of the further tags.
func (v values) check(naming bucket.Naming, tags error, needs Needs) error {
	var missing, faults []string
	for _, s := range needs.settings() {
		known, ok := v.of[s]
		switch {
		case ok && (s == queueURL || s == deadLetterURL) && !isURL(known.text):
			faults = append(faults, fmt.Sprintf("%s: %q isn't an http or https URL", known.said, known.text))
		case ok:
		// Without a stage the clients' account defaults to the buckets'.
		case s != clientAccount || v.stage != "":
			missing = append(missing, v.lacking(s))
		}
	}
	if needs.Naming {
		faults = append(faults, v.namingFaults(naming)...)
		if tags != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", v.of[bucketTags].said, tags))
		}
	}
	if len(missing) == 0 && len(faults) == 0 {
		return nil
	}
	var lines []string
	if len(missing) > 0 {
		what := "missing"
		if v.stage != "" {
			what = "stage " + v.stage + " lacks parameters"
		}
		lines = append(lines, what+": "+strings.Join(missing, ", "))
	}
	return &Error{Usage: v.stage == "", Message: strings.Join(append(lines, faults...), "\n  "), Advice: v.advice(missing)}
}

// lacking names what is missing.
func (v values) lacking(s setting) string {
	if v.stage == "" {
		return s.variable
	}
	return path(v.stage) + "/" + s.parameter
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

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// namingFaults lists what is wrong with the naming, with where each value came
// from. Missing values are left out: check lists them.
func (v values) namingFaults(n bucket.Naming) (faults []string) {
	for _, err := range n.Validate() {
		e, _ := errors.AsType[*bucket.NamingError](err)
		for s, known := range v.of {
			if e != nil && s.field == e.Setting {
				faults = append(faults, fmt.Sprintf("%s: %v", known.said, err))
			}
		}
	}
	if known, ok := v.of[homesBucket]; ok {
		if err := n.CheckHomesBucket(known.text); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", known.said, err))
		}
	}
	return faults
}
