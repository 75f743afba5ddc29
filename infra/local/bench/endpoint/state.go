package endpoint

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// The account and the Region of everything.
const (
	Account = "123456789012"
	Region  = "us-east-1"
	// HomesBucket keeps the claims.
	HomesBucket = "orgbucket-homes"
	stranger    = "999999999999"
)

// Setup is what a run finds.
type Setup struct {
	Organizations []string
	Delay         time.Duration // of each call
	// Keep leaves the buckets of the run before; otherwise there are none.
	Keep bool
	// NamesTaken: another account has the conventional names.
	NamesTaken bool
}

// state is S3 and what is known of a run.
type state struct {
	s3     *s3fake.Server
	owners map[string]string // organization by bucket name, for each name that its bucket may get
	delay  time.Duration
}

// newState prepares a run. before is the state of the run before; it may be nil.
func newState(before *state, setup Setup) (*state, error) {
	s := &state{owners: map[string]string{}, delay: setup.Delay}
	if setup.Keep && before != nil {
		s.s3 = before.s3
	} else {
		s.s3 = s3fake.New(Account)
		s.s3.Put(HomesBucket, s3fake.Bucket{Owner: Account})
	}
	naming := bucket.Naming{Account: Account, Region: Region, BucketPrefix: "fusion-rms-", ClientAccount: Account, ClientUserPrefix: "rms_"}
	for _, id := range setup.Organizations {
		spec, err := naming.Spec(org.ID(id))
		if err != nil {
			return nil, fmt.Errorf("organization %q: %w", id, err)
		}
		for _, candidate := range spec.Candidates {
			s.owners[candidate.Name] = id
		}
		s.s3.AddUser(spec.ClientUserARN)
		if setup.NamesTaken {
			s.s3.Put(spec.Candidates[0].Name, s3fake.Bucket{Owner: stranger})
		}
	}
	return s, nil
}

// call is a request as the counters see it.
type call struct {
	organization string // empty if it isn't known
	publish      bool   // to SNS; others go to S3
	write        bool   // it can change something in S3
}

// read returns the call that a request makes. SNS's have a form as their body, S3's never.
func (s *state) read(r *http.Request, body []byte) call {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return call{organization: publishedFor(body), publish: true}
	}
	if r.Header.Get("X-Amz-Target") != "" { // the search by tag
		return call{organization: searchedFor(body)}
	}
	name, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	organization := s.owners[name]
	if name == HomesBucket {
		organization = strings.TrimPrefix(key, bucket.ClaimPrefix)
	}
	return call{organization: organization, write: r.Method != http.MethodGet && r.Method != http.MethodHead}
}

// searchedFor returns the organization for whose buckets a search asks.
func searchedFor(body []byte) string {
	var search struct {
		TagFilters []struct{ Values []string }
	}
	if json.Unmarshal(body, &search) != nil || len(search.TagFilters) != 1 || len(search.TagFilters[0].Values) != 1 {
		return ""
	}
	return search.TagFilters[0].Values[0]
}

func publishedFor(body []byte) string {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return ""
	}
	var message struct {
		OrgID string `json:"orgId"`
	}
	_ = json.Unmarshal([]byte(form.Get("Message")), &message) // without an organization the call counts for none
	return message.OrgID
}
