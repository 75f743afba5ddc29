package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// template is a CloudFormation template as plain JSON.
type template struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
	text      []byte
	stage     string
}

type resource struct {
	Type                                string
	Properties                          map[string]any
	DeletionPolicy, UpdateReplacePolicy string
	DependsOn                           any
}

func readTemplate(path string) template {
	text, err := os.ReadFile(path)
	must(err)
	stage := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "orgbucket-"), ".template.json")
	t := template{text: text, stage: stage}
	must(json.Unmarshal(text, &t))
	return t
}

// ofType returns the resources of a type, in the order of their ids.
func (t template) ofType(kind string) []resource {
	var all []resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type == kind {
			all = append(all, t.Resources[id])
		}
	}
	return all
}

// only returns the one resource of a type whose id begins with prefix.
func (t template) only(tb testing.TB, kind, prefix string) resource {
	tb.Helper()
	var found []resource
	for id, r := range t.Resources {
		if r.Type == kind && strings.HasPrefix(id, prefix) {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		tb.Fatalf("the template has %d resources of type %s with an id like %s…", len(found), kind, prefix)
	}
	return found[0]
}

// get follows keys through nested objects; nil if one isn't there.
func get(v any, keys ...string) any {
	for _, key := range keys {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[key]
	}
	return v
}

// statements returns the statements of a policy document, resolved.
func (t template) statements(document any) []map[string]any {
	var all []map[string]any
	for _, s := range get(t.resolved(document), "Statement").([]any) {
		all = append(all, s.(map[string]any))
	}
	return all
}

// list takes what may be a string or a list of strings.
func list(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, s := range v {
			all = append(all, s.(string))
		}
		return all
	}
	return nil
}
