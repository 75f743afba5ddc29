package endpoint

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// Who and where everything is.
const (
	Account  = "123456789012"
	Region   = "us-east-1"
	stranger = "999999999999"
)

// State is what S3 has when a run begins.
type State string

// The states. Kept and Damaged build on the run before.
const (
	Empty   State = "empty"   // no bucket
	Kept    State = "kept"    // what the run before left
	Damaged State = "damaged" // that, less pub/ and one statement of each policy
	Foreign State = "foreign" // the conventional names belong to another account
)

// Setup is what a run shall find.
type Setup struct {
	State         State
	Organizations []string
	Delay         time.Duration // added to each call
}

// world is S3 and what a run needs to know of it.
type world struct {
	s3     *s3fake.Server
	owners map[string]string // organization by bucket name, for every name that it may get
	delay  time.Duration
}

// enter makes the world as the setup says; before is the one of the last run.
func enter(before *world, setup Setup) (*world, error) {
	w := &world{s3: before.s3, owners: map[string]string{}, delay: setup.Delay}
	if setup.State == Empty || setup.State == Foreign {
		w.s3 = s3fake.New(Account)
		w.s3.SetQuota(1_000_000) // which AWS raises on request
	}
	w.s3.ForgetCalls()
	naming := bucket.Naming{Account: Account, Region: Region, BucketPrefix: "fusion-rms-", ClientAccount: Account, ClientUserPrefix: "rms_"}
	for _, id := range setup.Organizations {
		spec, err := naming.Spec(org.ID(id))
		if err != nil {
			return nil, fmt.Errorf("organization %q: %w", id, err)
		}
		for _, candidate := range spec.Candidates {
			w.owners[candidate.Name] = id
		}
		w.s3.AddUser(spec.ClientUserARN)
		if err := w.prepare(spec.Candidates[0].Name, setup.State); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *world) prepare(name string, state State) error {
	switch state {
	case Empty, Kept:
		return nil
	case Foreign:
		w.s3.Put(name, s3fake.Bucket{Owner: stranger})
		return nil
	case Damaged:
		return w.damage(name)
	}
	return fmt.Errorf("%q isn't a state", state)
}

// damage takes the folder and the policy's first statement.
func (w *world) damage(name string) error {
	b, there := w.s3.Bucket(name)
	if !there {
		return fmt.Errorf("damage %s: there's no such bucket", name)
	}
	var policy struct {
		Version   string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal([]byte(b.Policy), &policy); err != nil {
		return fmt.Errorf("damage the policy of %s: %w", name, err)
	}
	policy.Statement = slices.Delete(policy.Statement, 0, 1)
	damaged, err := json.Marshal(policy)
	if err != nil {
		return fmt.Errorf("damage the policy of %s: %w", name, err)
	}
	delete(b.Objects, "pub/")
	b.Policy = string(damaged)
	w.s3.Put(name, b)
	return nil
}
