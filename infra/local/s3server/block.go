package s3server

import (
	"strings"
	"sync"
)

// Block is S3's public access block: four switches of a bucket or of a whole account.
//
// BlockPublicPolicy and RestrictPublicBuckets are enforced here. The two about
// ACLs are kept and returned, but have nothing to do: ACLs are off in this server.
type Block struct {
	BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool
}

// allBlocked is what every new bucket has, as on AWS since April 2023.
var allBlocked = Block{true, true, true, true}

// or returns the most restrictive of two blocks, which is the one that S3 obeys.
func (b Block) or(other Block) Block {
	return Block{
		b.BlockPublicAcls || other.BlockPublicAcls,
		b.IgnorePublicAcls || other.IgnorePublicAcls,
		b.BlockPublicPolicy || other.BlockPublicPolicy,
		b.RestrictPublicBuckets || other.RestrictPublicBuckets,
	}
}

// blocks keeps the blocks of all buckets and of the account, since versitygw has
// no place for them. A bucket that nobody has configured has allBlocked; one
// whose block was deleted has none.
type blocks struct {
	mu       sync.Mutex
	account  *Block            // nil: none, as at the start
	byBucket map[string]*Block // nil: deleted
}

func newBlocks() *blocks { return &blocks{byBucket: map[string]*Block{}} }

// get returns a bucket's own block; false if it has been deleted.
func (b *blocks) get(bucket string) (Block, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch block, known := b.byBucket[bucket]; {
	case !known:
		return allBlocked, true
	case block == nil:
		return Block{}, false
	default:
		return *block, true
	}
}

// effective returns what holds for a bucket: its own block or the account's, whichever is stricter.
func (b *blocks) effective(bucket string) Block {
	own, _ := b.get(bucket)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.account == nil {
		return own
	}
	return own.or(*b.account)
}

// ofAccount returns the account's own block; nil if there is none.
func (b *blocks) ofAccount() *Block {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.account
}

// putOfAccount sets the account's own block; nil takes it away.
func (b *blocks) putOfAccount(block *Block) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.account = block
}

// put sets a bucket's own block; nil takes it away. The name is copied, since
// versitygw's strings live in buffers that it uses again.
func (b *blocks) put(bucket string, block *Block) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.byBucket[strings.Clone(bucket)] = block
}

// forget removes a deleted bucket's block, so that a new bucket of that name has allBlocked.
func (b *blocks) forget(bucket string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.byBucket, bucket)
}
