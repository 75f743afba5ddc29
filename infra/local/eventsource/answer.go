package eventsource

import (
	"encoding/json"
	"fmt"
)

// failures reads a partial batch response: the ids of the messages that failed, or an error if the answer makes the
// whole batch fail. ids are those of the batch.
//
// Lambda's rules ("Success and failure conditions" of ReportBatchItemFailures): an empty or null list, and an empty or
// null object, mean that all succeeded. Invalid JSON, an id that is empty, null, under another key or not of this
// batch, mean that all failed. Keys are taken exactly, where Go's decoder would ignore their case: with a wrongly-cased
// batchItemFailures Lambda sees no list at all, and deletes everything.
func failures(answer []byte, ids []string) (map[string]bool, error) {
	var response map[string]json.RawMessage
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, fmt.Errorf("read the batch response %s: %w", shorten(answer), err)
	}
	var items []map[string]json.RawMessage
	if list, given := response["batchItemFailures"]; given {
		if err := json.Unmarshal(list, &items); err != nil {
			return nil, fmt.Errorf("read batchItemFailures in %s: %w", shorten(answer), err)
		}
	}
	known := map[string]bool{}
	for _, id := range ids {
		known[id] = true
	}
	failed := map[string]bool{}
	for _, item := range items {
		var id string
		if err := json.Unmarshal(item["itemIdentifier"], &id); err != nil || id == "" {
			return nil, fmt.Errorf("a batch item failure in %s has no itemIdentifier", shorten(answer))
		}
		if !known[id] {
			return nil, fmt.Errorf("the batch response names message %q, which is not in the batch", id)
		}
		failed[id] = true
	}
	return failed, nil
}

// shorten keeps an answer of megabytes out of the logs.
func shorten(answer []byte) string {
	const most = 200
	if len(answer) > most {
		return fmt.Sprintf("%q…", answer[:most])
	}
	return fmt.Sprintf("%q", answer)
}
