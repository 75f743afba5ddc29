package bucket_test

import (
	"encoding/json"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// This file decides what an anonymous request may do, from a policy's JSON and
// the access block alone. It shares nothing with the code under test, so that
// the two can't be wrong in the same way.

// request is an anonymous request: an action on the bucket (no key) or on an object.
type request struct{ action, key string }

// requests are what an anonymous user may try.
var requests = []request{
	{"s3:GetObject", "pub/x"}, {"s3:GetObject", "pub/"}, {"s3:GetObject", "pub/a/b"}, {"s3:GetObject", "pub/logo.png"},
	{"s3:GetObject", "private/x"}, {"s3:GetObject", "pub"}, {"s3:GetObject", "public"}, {"s3:GetObject", "PUB/x"}, {"s3:GetObject", "é/x"},
	{"s3:PutObject", "pub/x"}, {"s3:PutObject", "private/x"}, {"s3:DeleteObject", "pub/x"}, {"s3:DeleteObject", "private/x"},
	{"s3:GetObjectVersion", "pub/x"}, {"s3:GetObjectAcl", "pub/x"}, {"s3:ListBucket", ""}, {"s3:GetBucketPolicy", ""}, {"s3:DeleteBucket", ""},
}

// meant reports whether the request is what shall be public.
func (r request) meant() bool { return r.action == "s3:GetObject" && strings.HasPrefix(r.key, "pub/") }

// world is what the policy alone doesn't say.
type world struct {
	// holds: the conditions of statements hold for the request.
	holds bool
	// conditionsArePublic: S3 takes a statement for anyone under a condition for
	// a public one (it depends on the condition).
	conditionsArePublic bool
}

var worlds = []world{{false, false}, {false, true}, {true, false}, {true, true}}

// anonymous reports whether S3 lets an anonymous request do r.
func anonymous(d policy.Document, block bucket.AccessBlock, w world, r request) bool {
	if d.IsZero() {
		return false
	}
	var doc struct{ Statement []map[string]any }
	if err := json.Unmarshal(d.JSON(), &doc); err != nil {
		return w.holds // what can't be read may be anything
	}
	allowed, public := false, false
	for _, s := range doc.Statement {
		if !speaksOfAnyone(s) {
			continue
		}
		conditioned := len(object(s["Condition"])) > 0
		if s["Effect"] == "Allow" && (!conditioned || w.conditionsArePublic) {
			public = true
		}
		if conditioned && !w.holds || !covers(s, "Action", strings.EqualFold, r.action) || !covers(s, "Resource", same, r.arn()) {
			continue
		}
		if s["Effect"] == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed && !(public && block.RestrictPublicBuckets)
}

func (r request) arn() string {
	if r.key == "" {
		return homeARN
	}
	return homeARN + "/" + r.key
}

func same(a, b string) bool { return a == b }

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func speaksOfAnyone(s map[string]any) bool {
	if s["NotPrincipal"] != nil {
		return true
	}
	if s["Principal"] == "*" {
		return true
	}
	for _, list := range object(s["Principal"]) {
		for _, p := range texts(list) {
			if p == "*" {
				return true
			}
		}
	}
	return false
}

// covers reports whether an element or its Not form covers text.
func covers(s map[string]any, element string, equal func(a, b string) bool, text string) bool {
	for _, pattern := range texts(s["Not"+element]) {
		if glob(pattern, text, equal) {
			return false
		}
	}
	if s["Not"+element] != nil {
		return true
	}
	for _, pattern := range texts(s[element]) {
		if glob(pattern, text, equal) {
			return true
		}
	}
	return false
}

func texts(v any) []string {
	if one, ok := v.(string); ok {
		return []string{one}
	}
	var all []string
	list, _ := v.([]any)
	for _, item := range list {
		if one, ok := item.(string); ok {
			all = append(all, one)
		}
	}
	return all
}

// glob matches * and ? the slow and plain way.
func glob(pattern, text string, equal func(a, b string) bool) bool {
	if pattern == "" {
		return text == ""
	}
	if pattern[0] == '*' {
		return glob(pattern[1:], text, equal) || text != "" && glob(pattern, text[1:], equal)
	}
	if text == "" || pattern[0] != '?' && !equal(pattern[:1], text[:1]) {
		return false
	}
	return glob(pattern[1:], text[1:], equal)
}
