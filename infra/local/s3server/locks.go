package s3server

import "sync"

// bucketLocks keep CreateBucket and DeleteBucket apart from every other request
// on the same bucket. On AWS creation is one step; versitygw makes a directory
// first and writes owner and tags after it, so that a reader in between sees a
// bucket without its tag or gets a 500, and so does a second creator.
type bucketLocks struct {
	mu       sync.Mutex
	byBucket map[string]*bucketLock
}

type bucketLock struct {
	sync.RWMutex
	users int // requests that hold or await the lock; guarded by bucketLocks.mu
}

func newBucketLocks() *bucketLocks { return &bucketLocks{byBucket: map[string]*bucketLock{}} }

// enter waits for a bucket's turn, alone or along with others, and returns the way out.
func (b *bucketLocks) enter(bucket string, alone bool) (leave func()) {
	b.mu.Lock()
	lock := b.byBucket[bucket]
	if lock == nil {
		lock = &bucketLock{}
		b.byBucket[bucket] = lock
	}
	lock.users++
	b.mu.Unlock()
	unlock := lock.RUnlock
	if alone {
		lock.Lock()
		unlock = lock.Unlock
	} else {
		lock.RLock()
	}
	return func() {
		unlock()
		b.mu.Lock()
		defer b.mu.Unlock()
		if lock.users--; lock.users == 0 {
			delete(b.byBucket, bucket)
		}
	}
}
