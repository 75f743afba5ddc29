package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// control is what the benchmark steers the server by.
func (s *Server) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /reset", func(w http.ResponseWriter, r *http.Request) {
		var setup Setup
		if err := json.NewDecoder(r.Body).Decode(&setup); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		next, err := enter(s.world.Load(), setup)
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		s.world.Store(next)
		s.tally.reset()
	})
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(s.tally.snapshot()) // a client that's gone has lost its answer
	})
	return mux
}

// Reset makes the server at these addresses ready for a run.
func (a Addresses) Reset(ctx context.Context, setup Setup) error {
	body, err := json.Marshal(setup)
	if err != nil {
		return fmt.Errorf("reset the server: %w", err)
	}
	_, err = a.ask(ctx, http.MethodPost, "/reset", body)
	return err
}

// Stats gives what has passed since the last Reset.
func (a Addresses) Stats(ctx context.Context) (s Stats, err error) {
	answer, err := a.ask(ctx, http.MethodGet, "/stats", nil)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(answer, &s); err != nil {
		return s, fmt.Errorf("read the server's counters: %w", err)
	}
	return s, nil
}

func (a Addresses) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.Control+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask the server for %s: %w", path, err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the server for %s: %w", path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, text)
	}
	if err != nil {
		return nil, fmt.Errorf("ask the server for %s: %w", path, err)
	}
	return text, nil
}
