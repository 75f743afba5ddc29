package main

import (
	"fmt"
	"io"
	"os"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/intake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// organizations reads and checks the ids; each is there once.
func (a *app) organizations(args []string, file string, naming bucket.Naming) ([]org.ID, error) {
	read := func() (intake.List, error) { return intake.Arguments(args, naming) }
	if file != "" {
		from := a.in
		if file != "-" {
			f, err := os.Open(file)
			if err != nil {
				return nil, usage("read the organizations: %v", err)
			}
			defer f.Close()
			from = f
		}
		read = func() (intake.List, error) { return readOrganizations(from, file, naming) }
	}
	list, err := read()
	switch {
	case err != nil:
		return nil, &ended{status: statusUsage, err: err, advice: "Nothing was looked at."}
	case len(list.IDs) == 0:
		return nil, usage("%s names no organization", file)
	case list.Duplicates > 0:
		a.notice("%d ids came more than once", list.Duplicates)
	}
	return list.IDs, nil
}

func readOrganizations(from io.Reader, file string, naming bucket.Naming) (intake.List, error) {
	list, err := intake.Read(from, naming)
	if err != nil {
		return intake.List{}, fmt.Errorf("%s: %w", file, err)
	}
	return list, nil
}
