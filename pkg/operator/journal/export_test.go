package journal

import "os"

// MaxKey is the length of the longest key.
const MaxKey = maxKey

// OpenOn opens a journal on a test's disk, which has size bytes.
func OpenOn(d disk, size int, path, subject string) (*Journal, error) {
	j := &Journal{&File{path: path, disk: d, size: int64(size)}, map[[16]byte]struct{}{}}
	return j, j.begin(subject)
}

// Descriptor is that of the open file.
func (f *File) Descriptor() uintptr { return f.disk.(*os.File).Fd() }
