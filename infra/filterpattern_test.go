package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// matchesPattern evaluates a filter pattern of CloudWatch Logs for JSON lines, as
// far as the stack's patterns go: comparisons joined by &&. Anything else is an
// error, so that a pattern that this can't judge fails its test
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax-JSON.html).
func matchesPattern(pattern string, line map[string]any) (bool, error) {
	inner, ok := strings.CutPrefix(pattern, "{")
	inner, ok2 := strings.CutSuffix(inner, "}")
	if !ok || !ok2 {
		return false, fmt.Errorf("pattern %q isn't in braces", pattern)
	}
	all := true
	for _, text := range strings.Split(inner, "&&") {
		holds, err := condition(strings.TrimSpace(text), line)
		if err != nil {
			return false, fmt.Errorf("pattern %q: %w", pattern, err)
		}
		all = all && holds
	}
	return all, nil
}

var conditionForm = regexp.MustCompile(`^(\$(?:\.[A-Za-z0-9_]+)+) (IS TRUE|IS FALSE|(=|>=) ("[^"]*"|[0-9.]+))$`)

// condition evaluates one comparison. A field that isn't there, or is of another
// type, matches nothing.
func condition(text string, line map[string]any) (bool, error) {
	m := conditionForm.FindStringSubmatch(text)
	if m == nil {
		return false, fmt.Errorf("condition %q isn't one that this test can judge", text)
	}
	value := field(m[1], line)
	switch operator, operand := m[3], m[4]; {
	case m[2] == "IS TRUE":
		return value == true, nil
	case m[2] == "IS FALSE":
		return value == false, nil
	case operator == "=" && strings.HasPrefix(operand, `"`):
		s, isString := value.(string)
		return isString && wildcard(strings.Trim(operand, `"`)).MatchString(s), nil
	case operator == ">=" && !strings.HasPrefix(operand, `"`):
		limit, err := strconv.ParseFloat(operand, 64)
		n, isNumber := value.(float64)
		return isNumber && n >= limit, err
	}
	return false, fmt.Errorf("condition %q isn't one that this test can judge", text)
}

// wildcard makes an expression of a string in which * stands for anything.
func wildcard(s string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(s), `\*`, ".*") + "$")
}

// field follows a selector such as $.status; nil if it isn't there.
func field(selector string, line map[string]any) any {
	return get(line, strings.Split(strings.TrimPrefix(selector, "$."), ".")...)
}
