package diagnosis_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// TestWhatIsForetoldOfTaggingIsWhatAMessageDoesAfterIt: an adoption is decided on
// by what this says.
func TestWhatIsForetoldOfTaggingIsWhatAMessageDoesAfterIt(t *testing.T) {
	for _, first := range slices.Sorted(maps.Keys(sights)) {
		for _, second := range []string{"absent", "ready", "half", "untagged", "another's"} {
			t.Run(first+" before "+second, func(t *testing.T) {
				inWorld(t, func(w *world) {
					sights[first](w, n1)
					sights[second](w, n2)
					b, there := w.s3.Bucket(n1)
					if !there || b.Owner != account || b.Region != w.naming.Region || first == "hidden" || first == "a hidden home" {
						return
					}
					b.Tags = map[string]string{"Cost": "42"}
					w.s3.Put(n1, b)
					foretold := w.diagnose(func(ctx context.Context) diagnosis.Diagnosis {
						return w.diagnoser.IfAdopted(n1).Explain(ctx, id).Diagnosis
					})
					b.Tags = map[string]string{"Cost": "42", "OrgId": string(id)}
					w.s3.Put(n1, b)
					w.claim(n1)
					w.comes(foretold)
				})
			})
		}
	}
}

// comes delivers a message and compares.
func (w *world) comes(foretold diagnosis.Diagnosis) {
	w.t.Helper()
	result, err := w.provision()
	if err != nil {
		if foretold.Verdict != diagnosis.Blocked && foretold.Verdict != diagnosis.Unknown || foretold.Code != fault.Of(err).Code {
			w.t.Errorf("foretold %s %s: %s; but a message ended as %v", foretold.Verdict, foretold.Code, foretold.Reason, err)
		}
		return
	}
	healthy := result.Status == provision.StatusUnchanged
	if (foretold.Verdict == diagnosis.Healthy) != healthy || foretold.Verdict == diagnosis.Blocked || foretold.Bucket != result.Bucket || !slices.Equal(foretold.Changes, result.Changes) && !healthy {
		w.t.Errorf("foretold %s %s of %s, changes %v; but a message ended as %s of %s, changes %v", foretold.Verdict, foretold.Code, foretold.Bucket, foretold.Changes, result.Status, result.Bucket, result.Changes)
	}
}

func TestWithoutTaggingNothingIsForetold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{})
		w.diagnoser.IfAdopted(n1).Explain(w.t.Context(), id)
		if d := w.organization(); d.Code != fault.OwnershipUnproved {
			t.Errorf("after a look at what would be, it's %s %s", d.Verdict, d.Code)
		}
	})
}
