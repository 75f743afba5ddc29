package endpoint

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Serve is the server's own process: it says its addresses on out and ends when
// in does, which it does at the latest when the process on its other side is gone.
func Serve(in io.Reader, out io.Writer) error {
	s, err := Start()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(s.Addresses); err != nil {
		return fmt.Errorf("say where the server is: %w", err)
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return fmt.Errorf("wait for the end: %w", err)
	}
	return s.Close()
}

// Launch starts a command that calls Serve, and reads the addresses. stop ends it.
func Launch(name string, args ...string) (a Addresses, stop func() error, err error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return a, nil, fmt.Errorf("start the server: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return a, nil, fmt.Errorf("start the server: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return a, nil, fmt.Errorf("start the server: %w", err)
	}
	stop = func() error {
		_ = in.Close() // it may have ended by itself, which Wait says
		return cmd.Wait()
	}
	if err := json.NewDecoder(out).Decode(&a); err != nil {
		return a, nil, fmt.Errorf("read where the server is: %w (%w)", err, stop())
	}
	return a, stop, nil
}
