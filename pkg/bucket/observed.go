package bucket

// AccessBlock is a bucket's public access block: which kinds of public access
// are held back. All false, which is also how S3 treats a bucket without one,
// is "block all public access is disabled".
type AccessBlock struct {
	BlockPublicACLs       bool
	IgnorePublicACLs      bool
	BlockPublicPolicy     bool // refuses new policies that are public
	RestrictPublicBuckets bool // neutralises stored policies that are public
}

// Observed is what a bucket of ours is like.
type Observed struct {
	Name        string
	AccessBlock AccessBlock
	// Folder: the folder's object exists.
	Folder bool
	// Policy is the stored policy, the zero Document if there is none.
	Policy Document
}

// JustCreated is what a bucket is like that was created a moment ago: S3 gives
// it all four flags, no policy and no object
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func JustCreated(name string) Observed {
	return Observed{
		Name:        name,
		AccessBlock: AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true},
	}
}

// After takes in what was written.
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
