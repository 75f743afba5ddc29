package bucketstest

import (
	"sync"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// folderObject is the object that PutFolder writes.
var folderObject = Object{ContentType: "application/x-directory"}

// folderCases returns the cases about HasFolder and PutFolder.
func folderCases() []Case {
	return []Case{
		{"HasFolder sees that there is no folder in a new bucket", "", func(s *fixture) { s.folder(s.home(), false) }},
		{"PutFolder creates an empty object that stands for a folder", "", func(s *fixture) {
			name := s.home()
			s.putsFolder(name, true)
			s.folder(name, true)
			s.hasObject(name, folderObject)
		}},
		{"PutFolder creates the folder once", "", func(s *fixture) {
			name := s.home()
			s.putsFolder(name, true)
			s.putsFolder(name, false)
		}},
		{"PutFolder doesn't overwrite a folder that others made", "", func(s *fixture) {
			name := s.home()
			theirs := Object{ContentType: folderObject.ContentType, Note: "theirs"}
			s.must(s.Backdoor.PutObject(s.ctx, name, bucket.FolderKey, theirs))
			s.folder(name, true)
			s.putsFolder(name, false)
			s.hasObject(name, theirs)
		}},
		{"PutFolder creates the folder where there are files in it", "", func(s *fixture) {
			name := s.home()
			file := Object{ContentType: "text/plain", Body: "a file"}
			s.must(s.Backdoor.PutObject(s.ctx, name, bucket.FolderKey+"file", file))
			s.putsFolder(name, true)
			s.folder(name, true)
			got, err := s.Backdoor.Object(s.ctx, name, bucket.FolderKey+"file")
			s.must(err)
			if got == nil || *got != file {
				s.Errorf("after PutFolder the file is %+v, want %+v", got, file)
			}
		}},
		{"PutFolder, called several times at once, creates once", "", (*fixture).putsFolderOnce},
	}
}

// folder checks the result of HasFolder.
func (s *fixture) folder(name string, want bool) {
	s.Helper()
	got, err := s.Buckets.HasFolder(s.ctx, name)
	s.must(err)
	if got != want {
		s.Errorf("HasFolder: %t, want %t", got, want)
	}
}

// putsFolder checks the result of PutFolder.
func (s *fixture) putsFolder(name string, want bool) {
	s.Helper()
	created, err := s.Buckets.PutFolder(s.ctx, name)
	s.must(err)
	if created != want {
		s.Errorf("PutFolder: created %t, want %t", created, want)
	}
}

// hasObject checks the folder's object.
func (s *fixture) hasObject(name string, want Object) {
	s.Helper()
	got, err := s.Backdoor.Object(s.ctx, name, bucket.FolderKey)
	s.must(err)
	if got == nil || *got != want {
		s.Errorf("the folder's object is %+v, want %+v", got, want)
	}
}

func (s *fixture) putsFolderOnce() {
	name := s.home()
	var created [4]bool
	var errs [4]error
	var wg sync.WaitGroup
	for i := range created {
		wg.Go(func() { created[i], errs[i] = s.Buckets.PutFolder(s.ctx, name) })
	}
	wg.Wait()
	times := 0
	for i, err := range errs {
		s.must(err)
		if created[i] {
			times++
		}
	}
	if times != 1 {
		s.Errorf("%d calls of PutFolder created it, want 1", times)
	}
}
