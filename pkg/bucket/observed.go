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

// Observed is the observed state of a bucket of ours.
type Observed struct {
	Name        string
	AccessBlock AccessBlock
	// Folder: the folder's object exists.
	Folder bool
	// Policy is the stored policy, zero if there is none.
	Policy policy.Document
	// New: it was created a moment ago, so that nothing of it was read.
	New bool
	// Restricted: RestrictPublicBuckets was on when this delivery began. If the policy
	// opens something now, this delivery has opened it.
	Restricted bool
	// Neutralised: that flag was on when this delivery first looked, and the policy was
	// public, so that S3 let in nobody of another account
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
	Neutralised bool
}

// JustCreated returns the state of a bucket right after its creation: it has all
// four flags of the access block, no policy and no object
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func JustCreated(name string) Observed {
	return Observed{
		Name: name, New: true,
		AccessBlock: AccessBlock{BlockPublicACLs: true, IgnorePublicACLs: true, BlockPublicPolicy: true, RestrictPublicBuckets: true},
	}
}

// After returns the state after the plan was carried out.
func (o Observed) After(p Plan) Observed {
	for _, b := range []*AccessBlock{p.Before, p.Open} {
		if b != nil {
			o.AccessBlock = *b
		}
	}
	o.Folder = o.Folder || p.Folder
	if p.Policy != nil {
		o.Policy = *p.Policy
	}
	return o
}
