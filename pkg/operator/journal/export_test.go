package journal

// File is what a journal needs of a file.
type File = file

// OpenFile opens a journal on a file of the test's.
func OpenFile(f File, path, subject string) (*Journal, error) { return open(f, path, subject) }

// MaxKey is the longest key.
const MaxKey = maxKey
