package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// FacetView is what one facet of the bucket is like, and what a message would
// make of it.
type FacetView struct {
	Facet bucket.Facet `json:"facet"`
	// Changes: a message would write it.
	Changes bool   `json:"changes"`
	Now     string `json:"now"`
	// Then is set if it changes.
	Then string `json:"then,omitempty"`
	// Statements are the policy's that shall be; Others is how many it has beside
	// them, which stay as they are.
	Statements []StatementView `json:"statements,omitempty"`
	Others     int             `json:"otherStatements,omitempty"`
}

// Facets gives the facets in the order of bucket.Facets. It's nil if no bucket
// could be looked at and none would be created.
func (f Finding) Facets() []FacetView {
	e := f.Examination
	if f.Diagnosis.Verdict == Unknown {
		return nil // what was seen isn't the whole
	}
	observed := e.Observed
	if e.Bucket == "" {
		if len(e.Create) == 0 {
			return nil
		}
		observed = bucket.JustCreated(e.Create[0].Name)
	}
	after := observed
	after.After(e.Plan.Stages)
	all := []FacetView{
		f.bucketView(),
		{Facet: bucket.FacetAccessBlock, Now: BlockText(observed.AccessBlock), Then: BlockText(after.AccessBlock)},
		{Facet: bucket.FacetFolder, Now: folderText(observed.Folder), Then: folderText(after.Folder)},
		f.policyView(observed),
	}
	for i := range all {
		v := &all[i]
		if v.Changes = slices.Contains(e.Changes, v.Facet); !v.Changes {
			v.Then = ""
		}
	}
	return all
}

func (f Finding) bucketView() FacetView {
	e := f.Examination
	if e.Bucket != "" {
		return FacetView{Facet: bucket.FacetBucket, Now: e.Bucket}
	}
	return FacetView{Facet: bucket.FacetBucket, Now: "absent", Then: fmt.Sprintf("%s, tagged %s=%s", e.Create[0].Name, bucket.TagKey, e.Spec.OrgID)}
}

// BlockText names the flags that are on, in S3's words.
func BlockText(b bucket.AccessBlock) string {
	var on []string
	for _, flag := range []struct {
		on   bool
		name string
	}{
		{b.BlockPublicACLs, "BlockPublicAcls"}, {b.IgnorePublicACLs, "IgnorePublicAcls"},
		{b.BlockPublicPolicy, "BlockPublicPolicy"}, {b.RestrictPublicBuckets, "RestrictPublicBuckets"},
	} {
		if flag.on {
			on = append(on, flag.name)
		}
	}
	if len(on) == 0 {
		return "all flags off"
	}
	return "on: " + strings.Join(on, ", ")
}

func folderText(there bool) string {
	if there {
		return bucket.FolderKey
	}
	return "absent"
}
