package diagnosis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
)

// FacetView is one facet of the bucket as it is now, and as a message would change
// it.
type FacetView struct {
	Facet bucket.Facet `json:"facet"`
	// Changes: a message would write it.
	Changes bool   `json:"changes"`
	Now     string `json:"now"`
	// Then is set if it changes.
	Then string `json:"then,omitempty"`
	// Statements are those that the policy should have; Others counts the others, which
	// stay as they are.
	Statements []StatementView `json:"statements,omitempty"`
	Others     int             `json:"otherStatements,omitempty"`
}

// Facets returns the facets in the order of bucket.Facets, or nil if no bucket could
// be looked at and none would be created.
func (x Explanation) Facets() []FacetView {
	e := x.Examination
	if x.Diagnosis.Verdict == Unknown {
		return nil // not everything was seen
	}
	observed := e.Observed
	if e.Bucket == "" {
		if len(e.Create) == 0 {
			return nil
		}
		observed = bucket.JustCreated(e.Create[0].Name)
	}
	after := observed.After(e.Plan)
	all := []FacetView{
		x.bucketView(),
		{Facet: bucket.FacetAccessBlock, Now: BlockText(observed.AccessBlock), Then: BlockText(after.AccessBlock)},
		{Facet: bucket.FacetFolder, Now: folderText(observed.Folder), Then: folderText(after.Folder)},
		x.policyView(observed),
	}
	for i := range all {
		v := &all[i]
		if v.Changes = slices.Contains(e.Changes, v.Facet); !v.Changes {
			v.Then = ""
		}
	}
	return all
}

func (x Explanation) bucketView() FacetView {
	e := x.Examination
	if e.Bucket != "" {
		return FacetView{Facet: bucket.FacetBucket, Now: e.Bucket}
	}
	return FacetView{Facet: bucket.FacetBucket, Now: "absent", Then: fmt.Sprintf("%s, tagged %s=%s", e.Create[0].Name, bucket.TagKey, e.Spec.OrgID)}
}

// BlockText names the flags that are on, in S3's words.
func BlockText(b bucket.AccessBlock) string {
	on := b.Flags()
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

// StatementView is one of the statements that the policy should have, and its state.
type StatementView struct {
	Sid   string         `json:"sid"`
	State StatementState `json:"state"`
}

// StatementState is the state of one of the statements that the policy should have.
type StatementState string

// The states. If the policy changes, an absent one is added and a damaged one is
// put right; a right one is kept.
const (
	Right    StatementState = "right"    // it is there
	Absent   StatementState = "absent"   // it isn't
	Damaged  StatementState = "damaged"  // it is there, but names another principal or resource
	Conflict StatementState = "conflict" // somebody's statement has its Sid and says something else
)

// stateOf returns the state of one of our statements.
func stateOf(own bucket.OwnStatement) StatementState {
	switch {
	case len(own.Conflicting) > 0:
		return Conflict
	case len(own.Equal) > 0:
		return Right
	case len(own.Damaged) > 0:
		return Damaged
	}
	return Absent
}

// policyView describes the three statements and counts the others.
func (x Explanation) policyView(o bucket.Observed) FacetView {
	if x.Diagnosis.Code == fault.PolicyConflict && o.Policy.IsZero() {
		return FacetView{Facet: bucket.FacetPolicy, Now: "can't be read"}
	}
	compared := x.Examination.Spec.Compare(o)
	v := FacetView{Facet: bucket.FacetPolicy, Now: count(len(o.Policy.Statements)), Others: len(compared.Foreign)}
	if merged, _, err := x.Examination.Spec.Merge(o.Name, o.Policy); err == nil {
		v.Then = count(len(merged.Statements))
	}
	for _, own := range compared.Own {
		v.Statements = append(v.Statements, StatementView{own.Want.Sid, stateOf(own)})
	}
	return v
}

func count(statements int) string {
	switch statements {
	case 0:
		return "none"
	case 1:
		return "1 statement"
	}
	return fmt.Sprintf("%d statements", statements)
}
