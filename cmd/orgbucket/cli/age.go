package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/timespan"
)

// Age is a flag's duration that may be given in days.
type Age time.Duration

// String returns whole days as such, and all else in hours, minutes and seconds.
func (a *Age) String() string {
	if d := time.Duration(*a); d%(24*time.Hour) != 0 || d == 0 {
		return timespan.Text(d)
	}
	return fmt.Sprintf("%dd", time.Duration(*a)/(24*time.Hour))
}

// Type returns the value's name in the help.
func (a *Age) Type() string { return "age" }

var errNoAge = errors.New("an age is like 90m, 12h, 3d or 1d12h")

// Set reads days, and what time.ParseDuration reads.
func (a *Age) Set(text string) error {
	var sum time.Duration
	rest := text
	if days, after, ok := strings.Cut(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return errNoAge
		}
		sum, rest = time.Duration(n)*24*time.Hour, after
	}
	if rest != "" || text == "" {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return errNoAge
		}
		sum += d
	}
	if sum <= 0 {
		return errors.New("an age must be positive")
	}
	*a = Age(sum)
	return nil
}
