package s3server

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// quietly runs do, which prints a line or two to standard output whatever it is
// told, and sends those lines to log. Lines of anybody else who prints in that
// moment go on to standard output.
//
// versitygw prints through the variable os.Stdout, so there is no other way than
// to replace it meanwhile: a few milliseconds, while Start runs. Nothing is
// replaced once Start has returned.
func quietly(log io.Writer, do func()) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("take over standard output: %w", err)
	}
	stdout := os.Stdout
	done := make(chan struct{})
	go func() {
		defer close(done)
		sortLines(reader, log, stdout)
	}()
	os.Stdout = writer
	defer func() {
		os.Stdout = stdout
		_ = writer.Close()
		<-done
		_ = reader.Close()
	}()
	do()
	return nil
}

// sortLines sends versitygw's lines to its log and the others on their way.
func sortLines(from io.Reader, log, others io.Writer) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		to := others
		if strings.HasPrefix(line, "standalone IAM service") {
			to = log
		}
		_, _ = io.WriteString(to, line)
		if err != nil {
			return
		}
	}
}
