package s3fake

import (
	"sync"
	"time"
)

// Server is the fake. Its methods may be called concurrently, also from within a
// fault hook.
type Server struct {
	account string

	mu           sync.Mutex
	identities   map[string]Identity
	users        map[string]string // the unique ids of IAM users and roles that exist, by ARN
	createdUsers int               // how many were created, for their unique ids
	buckets      map[string]*record
	blocks       map[string]AccessBlock // by account
	owned        map[string]int         // buckets that truly exist, by account
	quota        int
	rates        map[string]Rate    // by operation
	spent        map[spender]tokens // what is left of them
	lag          Lag
	delay        time.Duration
	fault        func(Request) *Fault
	exclusive    bool
	recreates    bool
	rules        Rules
	writing      map[string]int // configuration writes under way, by bucket
	calls        []*Call
	parsed       map[string]policy // by their texts
}

// New returns an empty S3. Access keys that SetIdentity wasn't called for belong to
// account.
func New(account string) *Server {
	return &Server{
		account:    account,
		identities: map[string]Identity{},
		users:      map[string]string{},
		buckets:    map[string]*record{},
		blocks:     map[string]AccessBlock{},
		owned:      map[string]int{},
		quota:      defaultQuota,
		rates:      map[string]Rate{},
		spent:      map[spender]tokens{},
		writing:    map[string]int{},
		parsed:     map[string]policy{},
	}
}

// defaultQuota is how many buckets an account may have
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html).
const defaultQuota = 10_000

// Account is the fake's own account.
func (s *Server) Account() string { return s.account }

// SetQuota sets how many buckets each account may have; S3 answers TooManyBuckets to
// the next.
func (s *Server) SetQuota(buckets int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quota = buckets
}

// SetDelay sets how long every request takes. Half of it passes before the work is
// done and half after: if a caller's context ends meanwhile, the work may or may not
// have been done, as over a network.
func (s *Server) SetDelay(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delay = d
}

// SetRecreates has CreateBucket of a bucket of one's own in us-east-1 succeed, also
// with tags. AWS documents that without a word about tags; that they make it a 409
// was seen by others only. What is there isn't changed.
func (s *Server) SetRecreates(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recreates = on
}

// SetExclusive makes a write to a bucket's configuration that arrives while
// another one is under way fail with OperationAborted, which S3 may do at any
// time (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
// Without a delay or faults that wait, writes hardly ever overlap.
func (s *Server) SetExclusive(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exclusive = on
}

// Lag is how long reads return an earlier state, by what is read. Configuration is
// eventually consistent
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel);
// objects aren't, and CreateBucket always sees the present state.
type Lag struct {
	// Existence: a new bucket is NoSuchBucket to all but CreateBucket.
	Existence time.Duration
	// Tags: a new bucket has none to readers.
	Tags time.Duration
	// AccessBlock: readers and PutBucketPolicy see the former one.
	AccessBlock time.Duration
	// Policy: GetBucketPolicy returns the former one.
	Policy time.Duration
}

// Lagging returns a Lag of d for everything.
func Lagging(d time.Duration) Lag { return Lag{Existence: d, Tags: d, AccessBlock: d, Policy: d} }

// SetLag sets how long reads lag from now on.
func (s *Server) SetLag(l Lag) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = l
}
