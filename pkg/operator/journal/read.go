package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// mark begins every journal, followed by the quoted subject. The number is the
// format's version.
const mark = "orgbucket journal 1 about "

// maxLine is the longest line that Add can write, its end included.
const maxLine = 4*maxKey + len(`""`) + len("\n")

// maxShown is how many bytes of a wrong line an error shows.
const maxShown = 200

func header(subject string) []byte { return []byte(mark + strconv.QuoteToASCII(subject) + "\n") }

// read reads the whole file and returns the size of its complete lines. Only the
// very end may be incomplete: a line is confirmed by its newline.
func (j *Journal) read(subject string) (whole int64, err error) {
	r := bufio.NewReaderSize(io.NewSectionReader(j.file, 0, j.file.Size()), max(maxLine, len(header(subject))+1))
	for number := 1; ; number++ {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && number == 1 && len(line) > 0 && !tornHeader(string(line)):
			return 0, fmt.Errorf("%w: it starts with %s", ErrForeign, shown(string(line)))
		case errors.Is(err, io.EOF):
			return whole, nil
		case errors.Is(err, bufio.ErrBufferFull):
			return 0, fmt.Errorf("%w: line %d is longer than any that orgbucket writes: %s", ErrForeign, number, shown(string(line)))
		case err != nil:
			return 0, err
		}
		if err := j.take(number, strings.TrimSuffix(string(line), "\n"), subject); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrForeign, err)
		}
		whole += int64(len(line))
	}
}

// take reads one complete line.
func (j *Journal) take(number int, line, subject string) error {
	if number == 1 {
		return checkHeader(line, subject)
	}
	key, err := strconv.Unquote(line)
	if err != nil || strconv.QuoteToASCII(key) != line {
		return fmt.Errorf("line %d isn't a key as orgbucket writes it: %s; if the file was edited, put it right or start a new journal", number, shown(line))
	}
	j.keys[hash(key)] = struct{}{}
	return nil
}

func checkHeader(line, subject string) error {
	quoted, ok := strings.CutPrefix(line, mark)
	about, err := strconv.Unquote(quoted)
	switch {
	case !ok || err != nil:
		return fmt.Errorf("line 1 isn't %s: %s", shown(mark+`"…"`), shown(line))
	case about != subject:
		return fmt.Errorf("it is about %s, and this run is about %s", shown(about), shown(subject))
	}
	return nil
}

// tornHeader reports whether line is the beginning of a header, of whatever
// subject: a run was killed while it made the journal, which has no keys yet.
func tornHeader(line string) bool {
	return strings.HasPrefix(mark, line) || strings.HasPrefix(line, mark)
}

// shown makes a line safe for a terminal.
func shown(line string) string {
	if len(line) > maxShown {
		return strconv.QuoteToASCII(line[:maxShown]) + "…"
	}
	return strconv.QuoteToASCII(line)
}
