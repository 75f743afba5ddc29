package proof

import (
	"log/slog"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/function"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/sqsbatch"
)

const (
	account  = functiontest.Account
	stranger = "111111111111"
	virginia = "us-east-1"
	// bahrain has no account-regional namespace: every name can be a stranger's.
	bahrain = "me-south-1"
)

// As deployed (infra/stack).
const (
	timeout         = 30 * time.Second
	visibility      = 180 * time.Second
	maxReceives     = 5
	firstRedelivery = 10 * time.Second
	lastRedelivery  = 15 * time.Minute
)

// world is everything around the function in one run, and the function.
type world struct {
	region  string
	keep    string        // which bucket a person keeps, if there's a choice
	timeout time.Duration // of the function; 0 is none
	many    bool          // deliveries run at once, each in its lane
	s3      *s3fake.Server
	wire    *wire
	queue   *queue
	topic   *topic
	check   *checker
	batch   *sqsbatch.Batch
	orgs    map[org.ID]bucket.Spec
	rules   bucket.Rules // the stage's, for new buckets
}

// newWorld makes a world for some organizations, whose users exist. It has to be
// made within a synctest bubble.
func newWorld(region string, pace pacer, ids ...org.ID) *world {
	return newWorldWith(nil, region, pace, ids...)
}

// newWorldWith is newWorld with changes to the function's environment.
func newWorldWith(environment map[string]string, region string, pace pacer, ids ...org.ID) *world {
	w := &world{region: region, timeout: timeout, s3: s3fake.New(account), queue: &queue{}, topic: &topic{}, orgs: map[org.ID]bucket.Spec{}}
	// What the function's role doesn't have.
	w.s3.SetIdentity(functiontest.AccessKeyID, s3fake.Identity{Lacks: []string{
		"s3:ListAllMyBuckets", "s3:ListBucket", "s3:DeleteBucket", "s3:PutBucketTagging", "s3:DeleteBucketPolicy", "s3:DeleteObject",
	}})
	w.s3.Put(functiontest.HomesBucket, s3fake.Bucket{Region: region})
	settings := functiontest.Settings(region, environment)
	w.rules = settings.Naming.Rules
	for _, id := range ids {
		spec, err := settings.Naming.Spec(id)
		if err != nil {
			panic(err) // the tests' own ids
		}
		w.orgs[id] = spec
		w.s3.AddUser(spec.ClientUserARN)
	}
	w.wire = newWire(w, pace)
	w.check = newChecker(w)
	w.batch = function.New(settings, w.wire, slog.New(slog.DiscardHandler))
	return w
}

// others lets somebody else change the world between two calls.
func (w *world) others(act func(*world)) {
	act(w)
	w.check.rebase()
}

// end lets the goroutines of killed deliveries go: the bubble ends with its last.
func (w *world) end() {
	close(w.wire.grave)
	time.Sleep(time.Hour) // nothing that they still wait for takes longer
}

// names are those that an organization's bucket may have: the candidates', and one
// that a person gave.
func (w *world) names(id org.ID) (all []string) {
	for _, c := range w.orgs[id].Candidates {
		all = append(all, c.Name)
	}
	return append(all, "fusion-rms-"+string(id)+"-2")
}
