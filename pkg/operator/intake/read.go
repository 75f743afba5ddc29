package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// List is a list of valid organizations without duplicates. It is kept in memory: a
// million take about 150 MB while they are read and 80 MB after.
type List struct {
	// IDs are in the order of their first occurrence.
	IDs []org.ID
	// Duplicates is the number of further occurrences.
	Duplicates int

	naming bucket.Naming
	seen   map[org.ID]struct{}
	bad    *BadInput
}

// maxLine is the length in bytes of the longest line, comments included. Input with
// a longer one isn't a list of organizations.
const maxLine = 1 << 16

// Arguments checks ids that were given as arguments. The error is a [*BadInput].
func Arguments(ids []string, naming bucket.Naming) (List, error) {
	list := newList("argument", naming)
	for i, id := range ids {
		list.take(i+1, id)
	}
	return list.finish()
}

// Read reads one id per line. Empty lines and lines that start with # are skipped;
// a line may end in CR LF. White space beside an id is an error, as it is in a
// message. Everything is read before an error is returned, so that it has all bad
// lines. The error is a [*BadInput], or the reader's.
func Read(from io.Reader, naming bucket.Naming) (List, error) {
	list := newList("line", naming)
	r := bufio.NewReaderSize(from, maxLine)
	for number := 1; ; number++ {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			list.refuse(number, fmt.Sprintf("it has more than %d bytes; this isn't a list of organizations", maxLine))
			return list.finish()
		case err != nil && !errors.Is(err, io.EOF):
			return List{}, fmt.Errorf("read line %d: %w", number, err)
		case number == 1 && isUTF16(line):
			list.refuse(number, "the text is UTF-16: save it as UTF-8, without byte order mark")
			return list.finish()
		}
		list.line(number, line)
		if err != nil {
			return list.finish()
		}
	}
}

func newList(unit string, naming bucket.Naming) *List {
	return &List{naming: naming, seen: map[org.ID]struct{}{}, bad: &BadInput{Unit: unit}}
}

// line takes one line, with its end.
func (l *List) line(number int, line []byte) {
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	switch {
	case number == 1 && bytes.HasPrefix(line, []byte("\ufeff")):
		l.refuse(number, "it begins with a byte order mark (U+FEFF): save the file as UTF-8 without it")
	case len(bytes.TrimSpace(line)) == 0 || line[0] == '#':
	default:
		l.take(number, string(line))
	}
}

// take checks an id as the function will: the id itself, and the bucket names that
// it yields in this stage.
func (l *List) take(number int, text string) {
	id, err := org.ParseID(text)
	switch {
	case err != nil && strings.HasPrefix(text, "{"):
		l.refuse(number, "it is JSON, not an organization's id; `jq -r .orgId` takes the id out of a message")
		return
	case err != nil:
		l.refuse(number, err.Error())
		return
	}
	if _, twice := l.seen[id]; twice {
		l.Duplicates++
		return
	}
	if _, err := l.naming.Spec(id); err != nil {
		l.refuse(number, fault.Of(err).Message)
		return
	}
	l.seen[id] = struct{}{}
	l.IDs = append(l.IDs, id)
}

func (l *List) refuse(number int, reason string) {
	l.bad.Count++
	if len(l.bad.First) < maxShown {
		l.bad.First = append(l.bad.First, BadLine{number, reason})
	}
}

func (l *List) finish() (List, error) {
	if l.bad.Count > 0 {
		return List{}, l.bad
	}
	return List{IDs: l.IDs, Duplicates: l.Duplicates}, nil
}

// isUTF16 reports whether the text begins with a byte order mark of UTF-16.
func isUTF16(line []byte) bool {
	return bytes.HasPrefix(line, []byte{0xff, 0xfe}) || bytes.HasPrefix(line, []byte{0xfe, 0xff})
}

// maxShown is how many bad lines an error lists.
const maxShown = 20

// BadLine is a line or an argument that isn't an organization's id.
type BadLine struct {
	Number int // from 1
	// Reason names the rule that is broken. It is safe to show in a terminal.
	Reason string
}

// BadInput is everything that is wrong with a list.
type BadInput struct {
	Unit  string    // what is counted: "line" or "argument"
	First []BadLine // at most 20
	Count int       // of all
}

// Error lists them, one per line.
func (e *BadInput) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d bad %s", e.Count, plural(e.Unit, e.Count))
	for _, line := range e.First {
		fmt.Fprintf(&text, "\n  %s %d: %s", e.Unit, line.Number, line.Reason)
	}
	if more := e.Count - len(e.First); more > 0 {
		fmt.Fprintf(&text, "\n  and %d more", more)
	}
	return text.String()
}

func plural(unit string, n int) string {
	if n == 1 {
		return unit
	}
	return unit + "s"
}
