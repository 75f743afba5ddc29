package bucket

import "github.com/fusionpos/orgbucket/pkg/policy"

// AccessBlock is a bucket's public access block: which kinds of public access are
// blocked. The zero value, "Block all public access" off, is also how S3 treats a
// bucket without one.
type AccessBlock struct {
	BlockPublicACLs       bool
	IgnorePublicACLs      bool
	BlockPublicPolicy     bool // refuses new policies that are public
	RestrictPublicBuckets bool // suspends stored policies that are public
}

// Flags returns the names of the flags that are on, as S3 has them.
func (b AccessBlock) Flags() (on []string) {
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
	return on
}

// Observed is what a bucket of ours is like.
type Observed struct {
	Name        string
	AccessBlock AccessBlock
	// Folder: the folder's object exists.
	Folder bool
	// Policy is the stored policy, zero if there is none.
	Policy policy.Document
}

// JustCreated returns what a bucket is like right after it was created: it has all
// four flags of the access block, no policy and no object
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func JustCreated(name string) Observed {
	return Observed{
		Name:        name,
		AccessBlock: AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true},
	}
}

// After updates the observation by changes that were written.
func (o *Observed) After(stages [][]Change) {
	for _, stage := range stages {
		for _, c := range stage {
			switch c.Facet {
			case FacetAccessBlock:
				o.AccessBlock = c.AccessBlock
			case FacetFolder:
				o.Folder = true
			case FacetPolicy:
				o.Policy = c.Policy
			}
		}
	}
}
