package s3fake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// readBody reads a request's body and takes it out of aws-chunked encoding
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).
// Checksums and chunk signatures aren't checked.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }() // what was to be read has been read
	var body []byte
	var err error
	if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body, err = readChunks(bufio.NewReader(r.Body))
	} else {
		body, err = io.ReadAll(r.Body)
	}
	if err != nil {
		return nil, fmt.Errorf("read body of %s %s: %w", r.Method, r.URL.Path, err)
	}
	return body, nil
}

// readChunks reads "<hex size>[;chunk-signature=…]\r\n<bytes>\r\n" until the
// chunk of size 0, and then over the trailers.
func readChunks(in *bufio.Reader) ([]byte, error) {
	var body []byte
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("a chunk's size: %w", io.ErrUnexpectedEOF)
		}
		text, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		size, err := strconv.ParseUint(text, 16, 31)
		if err != nil {
			return nil, fmt.Errorf("a chunk's size %q: %w", text, err)
		}
		if size == 0 {
			_, err = io.Copy(io.Discard, in)
			return body, err
		}
		chunk := make([]byte, size+2)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, fmt.Errorf("a chunk: %w", err)
		}
		if string(chunk[size:]) != "\r\n" {
			return nil, errors.New("a chunk is longer than its size says")
		}
		body = append(body, chunk[:size]...)
	}
}
