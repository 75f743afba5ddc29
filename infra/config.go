package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/pkg/config"
)

// The keys of the CDK context: which stage (-c stage=dev), and what the stages
// are (cdk.json).
const (
	stageKey  = "stage"
	stagesKey = "stages"
)

// defaults are what a stage gets that cdk.json says nothing else about.
func defaults(stage string) stack.Settings {
	return stack.Settings{
		Stage:            stage,
		BucketPrefix:     config.DefaultBucketPrefix,
		ClientUserPrefix: config.DefaultClientUserPrefix,
		MaxConcurrency:   2, // docs/scaling.md says why so few
		MemoryMB:         512,
		LogRetentionDays: 90,
	}
}

// readSettings takes the chosen stage's settings from the CDK context. All stages
// are checked, since one's mistake can be another's danger; the error names the
// stage and lists everything that's wrong.
func readSettings(context func(key string) any) (stack.Settings, error) {
	all, err := readStages(context(stagesKey))
	if err != nil {
		return stack.Settings{}, err
	}
	known := strings.Join(slices.Sorted(maps.Keys(all)), ", ")
	chosen, _ := context(stageKey).(string)
	if chosen == "" {
		return stack.Settings{}, fmt.Errorf("no stage is chosen: -c %s=NAME, one of %s", stageKey, known)
	}
	settings, ok := all[chosen]
	if !ok {
		return stack.Settings{}, fmt.Errorf("stage %q isn't in cdk.json, which has %s", chosen, known)
	}
	return settings, errors.Join(validateAll(all))
}

// readStages decodes the stages strictly: a setting that is misspelt would
// otherwise silently be the default.
func readStages(value any) (map[string]stack.Settings, error) {
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
			return nil, fmt.Errorf("read stage %q of cdk.json: %w", stage, err)
		}
		all[stage] = settings
	}
	return all, nil
}
