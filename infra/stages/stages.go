// Package stages reads the settings of the stages from the CDK context, which is part
// of cdk.json, and checks them. It calls nothing of CDK.
package stages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/config"
)

// Key is that of the CDK context which chooses a stage (-c stage=dev), and stagesKey
// that of the stages' settings (cdk.json).
const (
	Key       = "stage"
	stagesKey = "stages"
)

// defaults are what a stage gets that cdk.json says nothing else about.
func defaults(stage string) stack.Settings {
	return stack.Settings{
		Stage:            stage,
		Qualifier:        stack.DefaultQualifier,
		BucketPrefix:     config.DefaultBucketPrefix,
		ClientUserPrefix: config.DefaultClientUserPrefix,
		Namespace:        bucket.NamespaceGlobal,
		MaxConcurrency:   2, // docs/scaling.md says why so few
		MemoryMB:         512,
		Architecture:     "arm64",
		LogRetentionDays: 90,
		AuditHours:       24,
	}
}

// Read takes the chosen stage's settings from the CDK context. All stages
// are checked, since one's mistake can be another's danger; the error names the
// stage and lists everything that's wrong.
func Read(context func(key string) any) (stack.Settings, error) {
	all, err := decode(context(stagesKey))
	if err != nil {
		return stack.Settings{}, err
	}
	known := strings.Join(slices.Sorted(maps.Keys(all)), ", ")
	chosen, _ := context(Key).(string)
	if chosen == "" {
		return stack.Settings{}, fmt.Errorf("no stage is chosen: -c %s=NAME, one of %s", Key, known)
	}
	settings, ok := all[chosen]
	if !ok {
		return stack.Settings{}, fmt.Errorf("stage %q isn't in cdk.json, which has %s", chosen, known)
	}
	settings.SiblingPrefixes = siblings(chosen, all)
	return settings, errors.Join(validateAll(all))
}

// siblings are the prefixes of the stages that may share an account with one.
func siblings(chosen string, all map[string]stack.Settings) string {
	var prefixes []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != chosen && !apart(all[chosen], all[name]) {
			prefixes = append(prefixes, all[name].BucketPrefix)
		}
	}
	return strings.Join(prefixes, ",")
}

// decode decodes the stages strictly: a setting that is misspelt would
// otherwise silently be the default.
func decode(value any) (map[string]stack.Settings, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("read %q of cdk.json: %w", stagesKey, err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &raw); err != nil || len(raw) == 0 {
		return nil, fmt.Errorf("read cdk.json: its context has no object %q with the settings of each stage", stagesKey)
	}
	all := map[string]stack.Settings{}
	for stage, text := range raw {
		settings := defaults(stage)
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&settings); err != nil {
			return nil, fmt.Errorf("read stage %q of cdk.json: %w (docs/deploy.md#stages lists the settings)", stage, inWords(err))
		}
		all[stage] = settings
	}
	return all, nil
}

// inWords says of a setting's value that it is of another type, without Go's names.
func inWords(err error) error {
	wrong, is := errors.AsType[*json.UnmarshalTypeError](err)
	if !is {
		return err
	}
	kinds := map[reflect.Kind]string{reflect.String: "a text in quotes", reflect.Int: "a whole number", reflect.Bool: "true or false", reflect.Slice: "a list"}
	return fmt.Errorf("%s: a %s, but has to be %s", wrong.Field, wrong.Value, cmp.Or(kinds[wrong.Type.Kind()], "an object"))
}

// Pinned returns the name of a stage that the text of cdk.json pins to the account,
// empty if there is none.
func Pinned(text []byte, account string) (stage string, err error) {
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(text, &file); err != nil {
		return "", fmt.Errorf("read cdk.json: %w", err)
	}
	all, err := decode(file.Context[stagesKey])
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name].Account == account {
			return name, nil
		}
	}
	return "", nil
}
