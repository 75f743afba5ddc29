package s3server

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Age makes every bucket older by a time, as if it had passed since the bucket was
// created. versitygw's list takes the modification time of a bucket's directory for the
// day of its creation.
func (s *Server) Age(by time.Duration) error {
	entries, err := os.ReadDir(s.buckets)
	if err != nil {
		return fmt.Errorf("make the buckets older: %w", err)
	}
	for _, e := range entries {
		if err := s.age(e.Name(), by); err != nil {
			return fmt.Errorf("make bucket %s older: %w", e.Name(), err)
		}
	}
	return nil
}

func (s *Server) age(bucket string, by time.Duration) error {
	defer s.locks.enter(bucket, true)()
	path := filepath.Join(s.buckets, bucket)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	changed := info.ModTime().Add(-by)
	return os.Chtimes(path, changed, changed)
}
