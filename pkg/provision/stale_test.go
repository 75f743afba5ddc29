package provision_test

import (
	"cmp"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// only is a fault hook for the n-th request of an operation on a bucket.
func only(n int64, operation, name string, f s3fake.Fault) func(s3fake.Request) *s3fake.Fault {
	var seen atomic.Int64
	return func(r s3fake.Request) *s3fake.Fault {
		if r.Operation != operation || r.Bucket != name || seen.Add(1) != n {
			return nil
		}
		return &f
	}
}

var noPolicy = s3fake.Fault{Status: 404, Code: "NoSuchBucketPolicy"}

// A public statement of somebody's sleeps, and reads of the policy don't show it.
func TestAnOldReadOfThePolicyOpensNothing(t *testing.T) {
	for name, hook := range map[string]func() func(s3fake.Request) *s3fake.Fault{
		"the first read is old":  func() func(s3fake.Request) *s3fake.Fault { return only(1, "GetBucketPolicy", n1, noPolicy) },
		"the second read is old": func() func(s3fake.Request) *s3fake.Fault { return only(2, "GetBucketPolicy", n1, noPolicy) },
		"all reads are old":      func() func(s3fake.Request) *s3fake.Fault { return s3fake.Always("GetBucketPolicy", noPolicy) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: publicEverything})
				broken := hook()
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					if w.s3.AnonymousCanRead(n1, "secret") {
						t.Error("the whole bucket is public")
					}
					return broken(r)
				})
				report := w.deliver()
				if w.s3.AnonymousCanRead(n1, "secret") {
					t.Error("the whole bucket is public")
				}
				if name != "all reads are old" && (report.Failure == nil || report.Failure.Code != fault.ForeignPublicStatement) {
					t.Errorf("got %v %v", report.Failure, report.Result.Warnings)
				}
			})
		})
	}
}

// An operator's Deny that one of two reads doesn't show isn't overwritten.
func TestAnOldReadOfThePolicyOverwritesNothing(t *testing.T) {
	for n := range int64(2) {
		inWorld(t, func(w *world) {
			w.ready(n1, provision.StatusCreated, everything...)
			b, _ := w.s3.Bucket(n1)
			b.Policy = denyTLS
			w.s3.Put(n1, b)
			w.s3.SetFault(only(n+1, "GetBucketPolicy", n1, noPolicy))
			w.deliver()
			if b, _ := w.s3.Bucket(n1); !strings.Contains(b.Policy, "DenyInsecure") {
				t.Errorf("read %d was old, and the Deny is gone: %s", n+1, b.Policy)
			}
		})
	}
}

// What was planned from a read isn't sent again by the SDK: between two attempts
// others may have acted.
func TestAWriteOfConfigurationIsSentOnceAndPlannedAnew(t *testing.T) {
	between := map[string]struct {
		operation string
		act       func(w *world)
		kept      func(w *world) bool
	}{
		"an operator's Deny": {"PutBucketPolicy", func(w *world) { w.harden() }, func(w *world) bool {
			b, _ := w.s3.Bucket(n1)
			return strings.Contains(b.Policy, "DenyInsecure")
		}},
		"a bucket that was given away": {"PutBucketPolicy", func(w *world) {
			b, _ := w.s3.Bucket(n1)
			b.Tags = map[string]string{"OrgId": "other"}
			w.s3.Put(n1, b)
		}, func(w *world) bool {
			b, _ := w.s3.Bucket(n1)
			return b.Policy == ""
		}},
	}
	for name, c := range between {
		for _, f := range []s3fake.Fault{{Status: 503, Code: "SlowDown"}, {Status: 500, Code: "InternalError"}, {Drop: true}} {
			t.Run(name+" "+f.Code, func(t *testing.T) {
				inWorld(t, func(w *world) {
					var seen atomic.Int64
					w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
						if r.Operation != c.operation || seen.Add(1) != 1 {
							return nil
						}
						c.act(w)
						return &f
					})
					w.deliver()
					if !c.kept(w) {
						b, _ := w.s3.Bucket(n1)
						t.Errorf("it was overwritten: %v %s", b.Tags, b.Policy)
					}
				})
			})
		}
	}
}

// In us-east-1 creating a bucket that one has may be answered with success. After a
// look that said nothing a created bucket is looked at before anything is written.
func TestACreatedBucketIsNewOnlyIfItWasSeenNotToBeThere(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": "other"}, Policy: publicEverything, AccessBlock: block(allOn)})
		hidden := only(1, "GetBucketTagging", n1, s3fake.Fault{Status: 403, Code: "AccessDenied"})
		w.s3.SetRecreates(true)
		w.s3.SetFault(hidden)
		w.ready(n2, provision.StatusCreated, everything...)
		if writes := w.writesTo(n1); len(writes) != 1 {
			t.Errorf("another organization's bucket was written to: %v", writes)
		}
	})
}

func TestAnEmptyAnswerAboutTheAccessBlockIsNoBlock(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: publicEverything})
		w.s3.SetFault(s3fake.Always("GetPublicAccessBlock", s3fake.Fault{Status: 200, Body: " "}))
		w.fails(fault.ServiceUnavailable, fault.StepObserve)
		w.noWriteTo(n1)
	})
}

func TestABucketOnHoldIsLeftAlone(t *testing.T) {
	for name, put := range map[string]func(w *world){
		"the home": func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: policyOf(t, n1)})
		},
		"claimed": func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)}); w.claim(n1) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				put(w)
				b, _ := w.s3.Bucket(n1)
				b.Tags["OrgbucketHold"] = "incident 7"
				w.s3.Put(n1, b)
				f := w.fails(fault.OnHold, fault.StepObserve)
				if !strings.Contains(f.Message, "incident 7") {
					t.Errorf("the failure doesn't say why: %v", f)
				}
				w.noWriteTo(n1)
				w.noWriteTo(homes)
			})
		})
	}
}

// What happens to a bucket between the look that found it and its opening is seen by the
// look before that.
func TestABucketThatIsTakenAwayMeanwhileIsNotOpened(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		code fault.Code
	}{
		"put on hold":               {map[string]string{"OrgId": string(id), "OrgbucketHold": "incident 7"}, fault.OnHold},
		"given to another":          {map[string]string{"OrgId": "other"}, fault.OwnershipUnproved},
		"stripped of its tag":       {nil, fault.OwnershipUnproved},
		"put on hold by a bare tag": {map[string]string{"OrgId": string(id), "OrgbucketHold": ""}, fault.OnHold},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					if r.Operation == "HeadObject" { // it is observed
						b, _ := w.s3.Bucket(n1)
						b.Tags = c.tags
						w.s3.Put(n1, b)
					}
					return nil
				})
				w.fails(c.code, fault.StepObserve)
				if b, _ := w.s3.Bucket(n1); b.Policy != "" || *b.AccessBlock != allOn {
					t.Errorf("it was opened: %+v", b)
				}
			})
		})
	}
}

func TestAClosedBucketIsOpenedAgainWithAWarning(t *testing.T) {
	for name, close := range map[string]func(*s3fake.Bucket){
		"by its access block": func(b *s3fake.Bucket) { b.AccessBlock = block(allOn) },
		"by its policy": func(b *s3fake.Bucket) {
			b.Policy = strings.Replace(b.Policy, `"Sid":"OrgbucketPublicRead","Effect":"Allow"`, `"Sid":"Closed","Effect":"Deny"`, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.ready(n1, provision.StatusCreated, everything...)
				b, _ := w.s3.Bucket(n1)
				close(&b)
				w.s3.Put(n1, b)
				w.claim(n1) // another message's
				report := w.deliver()
				reopened := false
				for _, warning := range report.Result.Warnings {
					reopened = reopened || warning.Code == fault.Reopened
				}
				if report.Failure != nil || !reopened {
					t.Errorf("got %v, warnings %v", report.Failure, report.Result.Warnings)
				}
			})
		})
	}
}

// What a message's own deliveries have done, or are about to, wasn't somebody's closing.
func TestABucketThatIsOnItsWayToBeOpenedIsNotCalledClosed(t *testing.T) {
	for name, prepare := range map[string]func(w *world){
		"an earlier delivery was cut off after the policy": func(w *world) {
			w.ready(n1, provision.StatusCreated, everything...)
			b, _ := w.s3.Bucket(n1)
			b.AccessBlock = block(s3fake.AccessBlock{RestrictPublicBuckets: true})
			w.s3.Put(n1, b)
		},
		"this one puts the policy first": func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(s3fake.AccessBlock{RestrictPublicBuckets: true}), Objects: map[string]s3fake.Object{"pub/": {}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				prepare(w)
				if report := w.deliver(); report.Failure != nil || len(report.Result.Warnings) > 0 {
					t.Errorf("got %v, warnings %v", report.Failure, report.Result.Warnings)
				}
				w.checkReady(n1)
			})
		})
	}
}

// A tag that names another organization is more likely mistyped than a policy that
// lets this one's user in.
func TestAMistypedTagIsDoubt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa2"}, Policy: policyOf(t, n1), Objects: map[string]s3fake.Object{"pub/": {}}})
		w.fails(fault.OwnershipUnproved, fault.StepObserve)
		if names := w.names(); len(names) != 1 {
			t.Errorf("buckets %v", names)
		}
		w.claim(n1)
		w.s3.ForgetCalls()
		w.fails(fault.OwnershipUnproved, fault.StepObserve)
		for _, c := range w.s3.Calls() {
			if c.Bucket == n1 && c.Operation != "GetBucketTagging" {
				t.Errorf("%s on a bucket that nothing proves ours", c.Operation)
			}
		}
	})
}

func TestAHomeUnderAnyNameIsTheHomeOnceItIsClaimed(t *testing.T) {
	const byHand = n1 + "-2"
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
		w.s3.Put(byHand, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		w.claim(byHand)
		w.ready(byHand, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
		if names := w.names(); len(names) != 2 {
			t.Errorf("buckets %v", names)
		}
	})
}

func TestAClaimThatCannotBeUnderstoodIsDoubt(t *testing.T) {
	for _, text := range []string{"", "{}", "no JSON", `{"bucket":7}`, `{"bucket":""}`, strings.Repeat(" ", 5000) + `{"bucket":"` + n1 + `"}`} {
		inWorld(t, func(w *world) {
			w.s3.Put(homes, s3fake.Bucket{Objects: map[string]s3fake.Object{"homes/" + string(id): {Body: []byte(text)}}})
			w.fails(fault.OwnershipUnproved, fault.StepObserve)
			if names := w.names(); len(names) != 0 {
				t.Errorf("%q: buckets %v", text, names)
			}
		})
	}
}

func TestWithoutTheBucketOfTheClaimsNothingIsDone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Remove(homes)
		w.fails(fault.ClaimsUnavailable, fault.StepObserve)
		if names := w.names(); len(names) != 0 {
			t.Errorf("buckets %v", names)
		}
	})
}

// An answer that breaks off is no answer: nothing is concluded from it.
func TestAnAnswerThatBreaksOffSaysNothing(t *testing.T) {
	for operation, c := range map[string]struct {
		body string
		code fault.Code
	}{
		"GetBucketTagging":     {`<Tagging><TagSet><Tag><Key>Org`, fault.ServiceUnavailable},
		"GetBucketPolicy":      {`{"Version":"2012-10-17","Statem`, fault.PolicyConflict},
		"GetPublicAccessBlock": {`<PublicAccessBlockConfiguration><BlockPublic`, fault.ServiceUnavailable},
		"GetObject":            {`{"bucket":"fusion-rms-xm`, fault.OwnershipUnproved},
	} {
		t.Run(operation, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.ready(n1, provision.StatusCreated, everything...)
				w.s3.ForgetCalls()
				w.s3.SetFault(s3fake.Always(operation, s3fake.Fault{Status: 200, Body: c.body}))
				w.fails(c.code, fault.StepObserve)
				w.noWriteTo(n1)
			})
		})
	}
}

// One old look and CreateBucket's 200 for a bucket of one's own don't make a bucket
// new: opening its access block would wake what others stored, and it may be another
// organization's.
func TestACreatedBucketWithAPolicyIsNotNew(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		read *s3fake.Fault // of the policy, beside the creation
	}{
		"ours": {ourTags(), nil}, "another organization's": {map[string]string{"OrgId": "other"}, nil}, "nobody's": {nil, nil},
		"ours, but its policy can't be read": {ourTags(), &s3fake.Fault{Status: 403, Code: "AccessDenied"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{
					Tags: c.tags, AccessBlock: block(allOn), Policy: publicEverything,
					Objects: map[string]s3fake.Object{"secret": {}},
				})
				w.s3.SetRecreates(true)
				look := only(1, "GetBucketTagging", n1, s3fake.Fault{Status: 404, Code: "NoSuchBucket"})
				read := func(s3fake.Request) *s3fake.Fault { return nil }
				if c.read != nil {
					read = only(1, "GetBucketPolicy", n1, *c.read)
				}
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault { return cmp.Or(look(r), read(r)) })
				w.deliver()
				b, _ := w.s3.Bucket(n1)
				if w.s3.AnonymousCanRead(n1, "secret") || *b.AccessBlock != allOn || b.Policy != publicEverything {
					t.Errorf("it was opened: %+v %s", *b.AccessBlock, b.Policy)
				}
			})
		})
	}
}

// Which of two homes is claimed is for good, so one old read of a policy doesn't
// decide it.
func TestTwoHomesWithThePolicyAreForAPersonWhateverOneReadSays(t *testing.T) {
	for _, hidden := range []string{n1, n2} {
		t.Run(hidden, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for _, name := range []string{n1, n2} {
					w.s3.Put(name, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, name)})
				}
				w.s3.SetFault(only(1, "GetBucketPolicy", hidden, s3fake.Fault{Status: 404, Code: "NoSuchBucketPolicy"}))
				w.fails(fault.MultipleHomes, fault.StepObserve)
				w.noWriteTo(homes)
			})
		})
	}
}

// S3 says with codes of their own that a bucket has no policy and no tags.
func TestAnEmptyAnswerIsNoAnswer(t *testing.T) {
	for _, operation := range []string{"GetBucketPolicy", "GetBucketTagging"} {
		t.Run(operation, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: publicEverything})
				w.s3.SetFault(s3fake.Always(operation, s3fake.Fault{Status: 200, Body: " "}))
				w.fails(fault.ServiceUnavailable, fault.StepObserve)
				w.noWriteTo(n1)
				w.noWriteTo(homes)
			})
		})
	}
}

// The tag of the home was mistyped, and what shows that is a read that may be old.
func TestAMistaggedHomeIsNotDoubledWhateverOneReadSays(t *testing.T) {
	for n := range int64(4) {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa2"}, Policy: policyOf(t, n1)})
			w.s3.SetFault(only(n+1, "GetBucketPolicy", n1, s3fake.Fault{Status: 404, Code: "NoSuchBucketPolicy"}))
			w.fails(fault.OwnershipUnproved, fault.StepObserve)
			w.noWriteTo(n2)
			w.noWriteTo(homes)
		})
	}
}

// A claim is an object that people may write, too: it may name no bucket at all, the
// bucket of the claims, or one outside the stage's prefix.
func TestAClaimOfWhatCannotBeAHomeTouchesNothing(t *testing.T) {
	for _, name := range []string{
		homes, "billing", "FUSION-RMS-XMSQA1", n1 + "/pub", "../" + n1, n1 + "?policy", "arn:aws:s3:::" + n1,
		"arn:aws:s3:us-east-1:935799716578:accesspoint/fusion-rms-x", "fusion-rms-x--use1-az4--x-s3", ".", " ",
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for _, there := range []string{homes, "billing"} {
					w.s3.Put(there, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
				}
				w.claim(name)
				w.s3.ForgetCalls()
				w.fails(fault.OwnershipUnproved, fault.StepObserve)
				if writes := w.s3.Writes(); len(writes) > 0 {
					t.Errorf("it wrote: %v", writes)
				}
				for _, c := range w.s3.Calls() {
					if c.Operation != "GetResources" && c.Operation != "GetAccountPublicAccessBlock" && c.Bucket != homes && c.Bucket != n1 && c.Bucket != n2 || c.Key == "pub" {
						t.Errorf("it asked for %s %s/%s", c.Operation, c.Bucket, c.Key)
					}
				}
			})
		})
	}
}

// The bucket of the claims was made in another Region, or its setting is another's.
func TestABucketOfClaimsInAnotherRegionIsNamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(homes, s3fake.Bucket{Region: "eu-west-1"})
		w.fails(fault.ClaimsUnavailable, fault.StepObserve)
		w.noWriteTo(n1)
	})
}

// One old read that says the access block is off doesn't make a bucket ready.
func TestABucketIsNotTakenForOpenWhateverOneReadSays(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: policyOf(t, n1)})
		w.s3.SetFault(only(3, "GetPublicAccessBlock", n1, s3fake.Fault{Status: 404, Code: "NoSuchPublicAccessBlockConfiguration"}))
		w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder)
	})
}

// A bucket that our account turned out to have may be on hold.
func TestABucketThatTurnsOutToBeOursAndOnHoldIsLeftAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": string(id), "OrgbucketHold": "incident 7"}, AccessBlock: block(allOn)})
		w.s3.SetFault(only(1, "GetBucketTagging", n1, s3fake.Fault{Status: 403, Code: "AccessDenied"}))
		w.fails(fault.OnHold, fault.StepCreate)
		w.noWriteTo(homes)
	})
}

// An operator claims another bucket while a delivery tries again.
func TestAClaimThatIsReplacedMeanwhileIsHeeded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n2, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		w.claim(n1)
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(s3fake.AccessBlock{})})
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation != "PutBucketPolicy" || r.Bucket != n1 {
				return nil
			}
			w.claim(n2)
			return &s3fake.Fault{Status: 503, Code: "SlowDown"}
		})
		w.fails(fault.OperationConflict, fault.StepObserve)
		if b, _ := w.s3.Bucket(n1); b.Policy != "" {
			t.Error("the bucket that was claimed before has the policy")
		}
		w.s3.SetFault(nil)
		w.ready(n2, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
	})
}

// S3 may say that a bucket is there and, to another call, that it isn't: one call sees
// the new state and the other the old one. That passes.
func TestThereAndNotThereIsWaitedFor(t *testing.T) {
	absent := s3fake.Fault{Status: 404, Code: "NoSuchBucket"}
	owned := s3fake.Fault{Status: 409, Code: "BucketAlreadyOwnedByYou"}
	for looks, code := range map[int]fault.Code{2: "", 1000: fault.OperationConflict} {
		inWorld(t, func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
			hide := s3fake.First(looks, "GetBucketTagging", absent)
			w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
				switch {
				case r.Bucket == n1 && r.Operation == "CreateBucket":
					return &owned
				case r.Bucket == n1:
					return hide(r)
				}
				return nil
			})
			if code != "" {
				w.fails(code, fault.StepCreate)
				return
			}
			w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
		})
	}
}

// An old read of the access block that says that there is none would have the policy put
// against a block that refuses it.
func TestTwoReadsOfTheAccessBlockThatDifferChangeNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		w.s3.SetFault(s3fake.First(1, "GetPublicAccessBlock", s3fake.Fault{Status: 404, Code: "NoSuchPublicAccessBlockConfiguration"}))
		w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
	})
}

// Of two looks before the claim one may be old, whichever it is.
func TestTheHomeIsFoundWhicheverLookIsOld(t *testing.T) {
	for _, home := range []string{n2, given} {
		for i := range 4 {
			operation, fault, old := "GetBucketTagging", s3fake.Fault{Status: 404, Code: "NoSuchBucket"}, i/2+1
			if i%2 == 1 {
				operation, fault = "GetBucketPolicy", noPolicy
			}
			t.Run(fmt.Sprintf("%s, %s %d", home, operation, old), func(t *testing.T) {
				inWorld(t, func(w *world) {
					w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
					w.s3.Put(home, s3fake.Bucket{Tags: ourTags(), Policy: policyOf(t, home)})
					var looks atomic.Int64
					w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
						if r.Bucket == home && r.Operation == operation && looks.Add(1) == int64(old) {
							return &fault
						}
						return nil
					})
					if report := w.deliver(); report.Failure != nil || report.Result.Bucket != home || w.claimed() != home {
						t.Errorf("got %v, %q, claimed %q", report.Failure, report.Result.Bucket, w.claimed())
					}
					w.noWriteTo(n1)
				})
			})
		}
	}
}

// What is claimed for good is chosen by two looks that saw the same.
func TestLooksThatDifferAreMadeAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		homeWithoutClaim(w, n1)
		w.s3.SetFault(only(1, "GetBucketTagging", n2, s3fake.Fault{Status: 404, Code: "NoSuchTagSet"}))
		w.ready(n1, provision.StatusUnchanged)
		looks := 0
		for _, c := range w.s3.Calls() {
			if c.Operation == "GetBucketTagging" && c.Bucket == n2 {
				looks++
			}
		}
		if looks != 4 {
			t.Errorf("looked at the other name %d times, want twice two looks", looks)
		}
	})
}

// Two homes with our policy are for a person, unless one was claimed meanwhile.
func TestTwoHomesOfWhichOneIsClaimedMeanwhileAreNobodysDecision(t *testing.T) {
	inWorld(t, func(w *world) {
		homeWithoutClaim(w, n1)
		homeWithoutClaim(w, n2)
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Operation == "GetBucketPolicy" {
				w.claim(n2)
			}
			return nil
		})
		began := time.Now()
		w.ready(n2, provision.StatusUnchanged)
		if took := time.Since(began); took > 5*call {
			t.Errorf("it took %s, as if it had waited", took)
		}
	})
}

// The look beside a creation may show a bucket that the first one didn't.
func TestACreationBesideWhatIsThereAfterAllIsTakenBack(t *testing.T) {
	absent := s3fake.Fault{Status: 404, Code: "NoSuchBucket"}
	for name, c := range map[string]struct {
		home   string
		stored s3fake.Bucket
		code   fault.Code
	}{
		"the alternative name":  {n2, s3fake.Bucket{Tags: ourTags()}, ""},
		"a name that was given": {given, s3fake.Bucket{Tags: ourTags()}, ""},
		"in doubt":              {n2, s3fake.Bucket{}, fault.OwnershipUnproved},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				if c.code == "" {
					c.stored.Policy = policyOf(t, c.home)
				}
				w.s3.Put(c.home, c.stored)
				old := s3fake.First(1, "GetBucketTagging", absent)
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					if r.Bucket != c.home {
						return nil
					}
					return old(r)
				})
				report := w.deliver()
				if c.code == "" && (report.Failure != nil || report.Result.Bucket != c.home) || c.code != "" && !fault.Is(report.Failure, c.code) {
					t.Errorf("got %v, %q", report.Failure, report.Result.Bucket)
				}
				if b, _ := w.s3.Bucket(n1); b.Policy != "" {
					t.Error("the new bucket has the policy")
				}
			})
		})
	}
}

// A look beside a creation that isn't answered says nothing, so nothing follows.
func TestACreationBesideWhatCannotBeLookedAtIsNotClaimed(t *testing.T) {
	inWorld(t, func(w *world) {
		var looks atomic.Int64
		w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
			if r.Bucket == n2 && r.Operation == "GetBucketTagging" && looks.Add(1) > 1 {
				return &s3fake.Fault{Status: 400, Code: "ExpiredToken"}
			}
			return nil
		})
		w.fails(fault.CredentialsRefused, fault.StepCreate)
		w.noWriteTo(homes)
	})
}

// A name that can't be read turns out to be in our account, tagged for another
// organization. Its policy shows whether the tag was mistyped, if it can be read.
func TestABucketThatTurnsOutToBeMistaggedIsDoubt(t *testing.T) {
	denied := s3fake.Fault{Status: 403, Code: "AccessDenied"}
	for name, c := range map[string]struct {
		policy func() string
		read   *s3fake.Fault
		code   fault.Code // empty: the next name is taken
		step   fault.Step
	}{
		"its policy names this organization's user": {func() string { return policyOf(t, n1) }, nil, fault.OwnershipUnproved, fault.StepCreate},
		"it has another policy":                     {func() string { return denyTLS }, nil, "", ""},
		"its policy can't be read":                  {func() string { return "" }, &denied, fault.AccessDenied, fault.StepCreate},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: map[string]string{"OrgId": "xmsqa2"}, Policy: c.policy()})
				looks := atomic.Int64{}
				w.s3.SetFault(func(r s3fake.Request) *s3fake.Fault {
					switch {
					case r.Bucket != n1:
					case r.Operation == "GetBucketTagging" && looks.Add(1)%2 == 1: // the first of each try
						return &denied
					case r.Operation == "GetBucketPolicy":
						return c.read
					}
					return nil
				})
				if c.code == "" {
					w.ready(n2, provision.StatusCreated, everything...)
					return
				}
				w.fails(c.code, c.step)
				if names := w.names(); len(names) != 1 {
					t.Errorf("buckets %v", names)
				}
			})
		})
	}
}
