package intake_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

var naming = bucket.Naming{
	Account: "935799716578", Region: "us-east-1", BucketPrefix: "fusion-rms-",
	ClientAccount: "935799716578", ClientUserPrefix: "rms_",
}

func TestAListIsReadAsPeopleWriteIt(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		want       string
		duplicates int
	}{
		"one id per line":                     {"a\nb\n", "a b", 0},
		"the last line without its end":       {"a\nb", "a b", 0},
		"Windows' line ends":                  {"a\r\nb\r\n", "a b", 0},
		"Windows' line ends, cut at the last": {"a\r\nb\r", "a b", 0},
		"empty lines":                         {"\n\na\n\r\n   \nb\n\n", "a b", 0},
		"comments":                            {"# from signup\na\n#b\nc\n", "a c", 0},
		"a long comment":                      {"#" + strings.Repeat("x", 60_000) + "\na", "a", 0},
		"an id that comes again":              {"a\nb\na\na\n", "a b", 2},
		"nothing":                             {"", "", 0},
		"comments only":                       {"# nobody\n", "", 0},
		"ids that aren't in order":            {"z\na\nm\n", "z a m", 0},
	} {
		t.Run(name, func(t *testing.T) {
			for _, from := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
				list, err := intake.Read(from, naming)
				if err != nil || strings.Join(texts(list.IDs), " ") != c.want || list.Duplicates != c.duplicates {
					t.Errorf("got %v, %d duplicates, %v", list.IDs, list.Duplicates, err)
				}
			}
		})
	}
}

func texts(ids []org.ID) []string {
	var all []string
	for _, id := range ids {
		all = append(all, string(id))
	}
	return all
}

func TestABadLineIsToldWithItsNumberAndRuleAndNothingIsTaken(t *testing.T) {
	for name, c := range map[string]struct{ line, says string }{
		"an upper-case letter":               {"Xmsqa1", "the upper-case letter 'X' at position 1"},
		"a space before":                     {" xmsqa1", "white space (U+0020) at position 1"},
		"a space after":                      {"xmsqa1 ", "white space (U+0020)"},
		"a comment after":                    {"xmsqa1 # first", "white space (U+0020)"},
		"two ids":                            {"xmsqa1,xmsqa2", "the character ','"},
		"quotes":                             {`"xmsqa1"`, `the character '"'`},
		"two hyphens":                        {"a--b", "two hyphens in a row"},
		"an id that is too long":             {strings.Repeat("a", 53), "53 bytes, at most 52"},
		"a name that S3 reserves":            {"x-an", `ends with "-an", which S3 reserves`},
		"a terminal's escape":                {"a\x1b[2Jb", "U+001B"},
		"an old Mac's line end":              {"a\rb", "white space (U+000D)"},
		"no UTF-8":                           {"a\xff", "U+FFFD"},
		"a look-alike":                       {"аcme", "U+0430"},
		"an invisible character":             {"acme\u200b", "U+200B"},
		"a byte order mark that comes later": {"\ufeffacme", "U+FEFF"},
		"a JSON message":                     {`{"orgId":"xmsqa1"}`, "it is JSON, not an organization's id; `jq -r .orgId`"},
		"a long line":                        {strings.Repeat("Ж", 20_000), "40000 bytes, at most 52"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := intake.Read(strings.NewReader("good\n\n"+c.line+"\nfine\n"), naming)
			bad, ok := errors.AsType[*intake.BadInput](err)
			if !ok || bad.Count != 1 || bad.First[0].Number != 3 || !strings.Contains(err.Error(), "line 3: ") || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, want line 3 and %q", err, c.says)
			}
			if len(list.IDs) > 0 {
				t.Errorf("took %v", list.IDs)
			}
			checkShowable(t, err)
		})
	}
}

// checkShowable: an error's text can't harm a terminal and can't flood it.
func checkShowable(t *testing.T, err error) {
	t.Helper()
	for _, r := range strings.ReplaceAll(err.Error(), "\n", "") {
		if r != '…' && (r < 0x20 || r > 0x7e) {
			t.Errorf("the error shows %U", r)
		}
	}
	if len(err.Error()) > 20*400 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func TestAByteOrderMarkAndUTF16AreToldByName(t *testing.T) {
	for name, c := range map[string]struct {
		text, says string
		count      int
	}{
		"UTF-8 with a mark":     {"\ufeffxmsqa1\nBAD\n", "byte order mark (U+FEFF): save the file as UTF-8 without it", 2},
		"a mark alone":          {"\ufeff", "byte order mark", 1},
		"a mark at a comment":   {"\ufeff# signup\na\n", "byte order mark", 1},
		"UTF-16, little-endian": {"\xff\xfea\x00\n\x00b\x00\n\x00", "UTF-16", 1},
		"UTF-16, big-endian":    {"\xfe\xff\x00a\x00\n\x00b\x00\n", "UTF-16", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intake.Read(strings.NewReader(c.text), naming)
			bad, ok := errors.AsType[*intake.BadInput](err)
			if !ok || bad.Count != c.count || bad.First[0].Number != 1 || !strings.Contains(bad.First[0].Reason, c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestManyBadLinesAreCountedAndTheFirstTwentyTold(t *testing.T) {
	_, err := intake.Read(strings.NewReader(strings.Repeat("ok\nNO\n", 50)), naming)
	bad, ok := errors.AsType[*intake.BadInput](err)
	if !ok || bad.Count != 50 || len(bad.First) != 20 || bad.First[19].Number != 40 {
		t.Fatalf("got %v", err)
	}
	if text := err.Error(); !strings.HasPrefix(text, "50 bad lines\n  line 2: ") || !strings.HasSuffix(text, "\n  and 30 more") {
		t.Errorf("got %s", text)
	}
}

func TestWhatIsNoListAtAllEndsTheReading(t *testing.T) {
	endless := strings.NewReader("a\n" + strings.Repeat("\x00", 1<<20))
	_, err := intake.Read(endless, naming)
	if err == nil || !strings.Contains(err.Error(), "line 2: it has more than 65536 bytes; this isn't a list of organizations") {
		t.Errorf("got %v", err)
	}
	if endless.Len() == 0 {
		t.Error("all of it was read")
	}
}

func TestAListThatCantBeReadIsNoBadInput(t *testing.T) {
	broken := errors.New("input/output error")
	_, err := intake.Read(io.MultiReader(strings.NewReader("a\nBAD\nb"), iotest.ErrReader(broken)), naming)
	if _, bad := errors.AsType[*intake.BadInput](err); bad || !errors.Is(err, broken) || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("got %v", err)
	}
}

func TestArgumentsAreHeldToTheSameRules(t *testing.T) {
	list, err := intake.Arguments([]string{"b", "a", "b"}, naming)
	if err != nil || !slices.Equal(texts(list.IDs), []string{"b", "a"}) || list.Duplicates != 1 {
		t.Errorf("got %v, %v", list, err)
	}
	_, err = intake.Arguments([]string{"a", "", "#b", "x-an"}, naming)
	if err == nil || !strings.HasPrefix(err.Error(), "3 bad arguments\n  argument 2: organization id is empty\n  argument 3: ") {
		t.Errorf("got %v", err)
	}
	checkShowable(t, err)
}

func TestNamesAreThoseOfTheStage(t *testing.T) {
	long := naming
	long.BucketPrefix = "fusion-rmsstg-"
	if _, err := intake.Arguments([]string{strings.Repeat("a", 52)}, naming); err != nil {
		t.Error(err)
	}
	if _, err := intake.Arguments([]string{strings.Repeat("a", 52)}, long); err == nil || !strings.Contains(err.Error(), "66 characters") {
		t.Errorf("got %v", err)
	}
}

func TestAMillionIDsAreReadWithBoundedMemory(t *testing.T) {
	const n = 100_000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "organization-with-a-rather-long-name-%d\n", i)
	}
	before := heap()
	list, err := intake.Read(strings.NewReader(text.String()), naming)
	perID := (heap() - before) / n
	if err != nil || len(list.IDs) != n || perID > 90 {
		t.Errorf("%d ids of %d bytes each, %v", len(list.IDs), perID, err)
	}
}
