package watch

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/fusionpos/orgbucket/pkg/config"
)

// Settings are those of the function that provisions, and the audit's own.
type Settings struct {
	config.Settings
	// Every is how often a run begins (AUDIT_EVERY). A run that takes longer is followed
	// by the next at once.
	Every time.Duration
	// Rate is how many requests a second are made (AUDIT_RATE).
	Rate float64
	// Events: new findings are published to the outcome topic, too (AUDIT_EVENTS).
	Events bool
}

// Bounds of the settings. Those of the rate keep a slip of the finger from becoming a
// flood, or an audit that never ends.
const (
	LeastEvery, MostEvery = time.Hour, 24 * time.Hour
	LeastRate, MostRate   = 1, 200
	defaultEvery          = 24 * time.Hour
	defaultRate           = 50
)

// Load reads the settings through getenv. The error lists everything that is missing or wrong.
func Load(getenv func(string) string) (Settings, error) {
	common, err := config.Load(getenv)
	s := Settings{Settings: common, Every: defaultEvery, Rate: defaultRate}
	errs := []error{err}
	read := func(name, rule string, parse func(text string) bool) {
		if text := getenv(name); text != "" && !parse(text) {
			errs = append(errs, fmt.Errorf("%s %q isn't %s", name, text, rule))
		}
	}
	read("AUDIT_EVERY", fmt.Sprintf("a duration from %s to %s, such as 24h", LeastEvery, MostEvery), func(text string) (ok bool) {
		s.Every, err = time.ParseDuration(text)
		return err == nil && s.Every >= LeastEvery && s.Every <= MostEvery
	})
	read("AUDIT_RATE", fmt.Sprintf("a number from %d to %d", LeastRate, MostRate), func(text string) (ok bool) {
		s.Rate, err = strconv.ParseFloat(text, 64)
		return err == nil && s.Rate >= LeastRate && s.Rate <= MostRate
	})
	read("AUDIT_EVENTS", "true or false", func(text string) (ok bool) {
		s.Events, err = strconv.ParseBool(text)
		return err == nil
	})
	return s, errors.Join(errs...)
}
