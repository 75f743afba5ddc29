package eventsource

import (
	"maps"
	"slices"
	"testing"
)

// The table holds Lambda's documented conditions of success and failure, and the slips that a function can make.
func TestAnswersMeanWhatTheyMeanToLambda(t *testing.T) {
	tests := []struct {
		name, answer string
		failed       []string // of the batch a, b, c
		whole        bool     // the whole batch failed
	}{
		{name: "an empty list means that all succeeded", answer: `{"batchItemFailures":[]}`},
		{name: "a null list means that all succeeded", answer: `{"batchItemFailures":null}`},
		{name: "an empty object means that all succeeded", answer: `{}`},
		{name: "null means that all succeeded", answer: `null`},
		{name: "an object about something else means that all succeeded", answer: `{"statusCode":200}`},
		{name: "a wrongly-cased list is no list, so all succeeded", answer: `{"BatchItemFailures":[{"itemIdentifier":"a"}]}`},
		{name: "a named message failed", answer: `{"batchItemFailures":[{"itemIdentifier":"b"}]}`, failed: []string{"b"}},
		{name: "a message named twice failed once", answer: `{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}`, failed: []string{"b"}},
		{name: "all messages can be named", answer: `{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}`, failed: []string{"a", "b", "c"}},
		{name: "other keys beside the identifier don't matter", answer: `{"batchItemFailures":[{"itemIdentifier":"a","why":1}],"x":2}`, failed: []string{"a"}},
		{name: "an unknown identifier fails the whole batch", answer: `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"z"}]}`, whole: true},
		{name: "an empty identifier fails the whole batch", answer: `{"batchItemFailures":[{"itemIdentifier":""}]}`, whole: true},
		{name: "a null identifier fails the whole batch", answer: `{"batchItemFailures":[{"itemIdentifier":null}]}`, whole: true},
		{name: "an identifier that is no string fails the whole batch", answer: `{"batchItemFailures":[{"itemIdentifier":7}]}`, whole: true},
		{name: "an identifier under another key fails the whole batch", answer: `{"batchItemFailures":[{"ItemIdentifier":"a"}]}`, whole: true},
		{name: "a null item fails the whole batch", answer: `{"batchItemFailures":[null]}`, whole: true},
		{name: "a list of strings fails the whole batch", answer: `{"batchItemFailures":["a"]}`, whole: true},
		{name: "a list that is none fails the whole batch", answer: `{"batchItemFailures":"a"}`, whole: true},
		{name: "invalid JSON fails the whole batch", answer: `{"batchItemFailures":[`, whole: true},
		{name: "no answer at all fails the whole batch", answer: ``, whole: true},
		{name: "a string fails the whole batch", answer: `"ok"`, whole: true},
		{name: "an array fails the whole batch", answer: `[]`, whole: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			failed, err := failures([]byte(test.answer), []string{"a", "b", "c"})
			if (err != nil) != test.whole {
				t.Fatalf("error %v", err)
			}
			if got := slices.Sorted(maps.Keys(failed)); !slices.Equal(got, test.failed) {
				t.Errorf("failed %v, want %v", got, test.failed)
			}
		})
	}
}
