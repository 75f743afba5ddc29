package audit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
)

func on(b s3fake.AccessBlock) *s3fake.AccessBlock { return &b }

// Every class of findings, told from what S3 answers on the wire.
func TestEveryClassOfFindings(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(w *world)
		want    []string
	}{
		{"an organization's bucket as it was made", func(w *world) { w.made(id) },
			[]string{n1 + " healthy xmsqa1(tag)"}},
		{"one under its alternative name, since a stranger has the first", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}); w.made(id) },
			[]string{n2 + " healthy xmsqa1(tag)"}},

		{"never finished", func(w *world) { w.s3.Put(n1, half("xmsqa1")) },
			[]string{n1 + " findings xmsqa1(tag), error Unfinished[publicAccessBlock folder policy], notice Unclaimed"}},
		{"all of our statements removed, others' kept", func(w *world) {
			w.made(id)
			w.editPolicy(n1, func([]statement) []statement { return []statement{deny(n1)} })
		}, []string{n1 + " findings xmsqa1(tag), error Unfinished[policy], warning ForeignDeny"}},

		{"the grant is dead, and more differs", func(w *world) {
			w.made(id)
			w.editPolicy(n1, without(bucket.SidPublicRead))
			w.s3.RemoveUser(w.spec(id).ClientUserARN)
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.Objects = nil })
		}, []string{n1 + " findings xmsqa1(tag), error ClientGrantDead[policy], error Drift[folder policy], warning Reopened"}},

		{"two of them", func(w *world) { w.made(id); w.add(n1, everything(n1)); w.add(n1, everything(n1)) },
			[]string{n1 + " findings xmsqa1(tag), error ForeignPublicStatement, error ForeignPublicStatement"}},
		{"somebody's sleeping public statement", func(w *world) {
			w.made(id)
			w.add(n1, everything(n1))
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock = on(allOn) })
		}, []string{n1 + " findings xmsqa1(tag), error ForeignPublicStatement, error Drift[publicAccessBlock]"}},
		{"somebody's deleted role stands in the way of a repair", func(w *world) {
			w.made(id)
			w.add(n1, deadRole(n1))
			w.editPolicy(n1, without(bucket.SidPublicRead))
		}, []string{n1 + " findings xmsqa1(tag), error Drift[policy], warning ForeignPrincipalInvalid, warning Reopened"}},
		{"what stops the plan hides nothing else", func(w *world) {
			w.made(id)
			w.add(n1, deadRole(n1))
			w.add(n1, deny(n1))
			w.add(n1, everything(n1))
			w.editPolicy(n1, without(bucket.SidPublicRead))
		}, []string{n1 + " findings xmsqa1(tag), error Drift[policy], warning ForeignPrincipalInvalid, warning ForeignDeny, error ForeignPublicStatement, warning Reopened"}},
		{"nor does it call a sleeping statement a live one", func(w *world) {
			w.made(id)
			w.add(n1, deadRole(n1))
			w.add(n1, everything(n1))
			w.editPolicy(n1, without(bucket.SidPublicRead))
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock = on(allOn) })
		}, []string{n1 + " findings xmsqa1(tag), error ForeignPublicStatement, error Drift[publicAccessBlock policy], warning ForeignPrincipalInvalid"}},
		{"a policy that can't be taken apart", func(w *world) {
			w.made(id)
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.Policy = `{"Statement":[],"statement":[]}` })
		}, []string{n1 + " findings xmsqa1(tag), error PolicyConflict"}},
		{"a policy that leaves no room for ours", func(w *world) {
			w.made(id)
			w.editPolicy(n1, func([]statement) []statement { return []statement{huge(n1)} })
		}, []string{n1 + " findings xmsqa1(tag), error PolicyTooLarge, error Unfinished[policy]"}},

		{"no tag, beside the organization's home", func(w *world) { w.made(id); w.s3.Put(n2, s3fake.Bucket{}) },
			[]string{n1 + " healthy xmsqa1(tag)", n2 + " findings xmsqa1(name), warning OwnershipUnproved"}},
		{"no tag, beside a home that was never finished", func(w *world) { w.s3.Put(n1, half("xmsqa1")); w.s3.Put(n2, s3fake.Bucket{}) },
			[]string{n1 + " findings xmsqa1(tag), error OwnershipUnproved", n2 + " findings xmsqa1(name), error OwnershipUnproved"}},
		{"a long id's alternative name without its tag", func(w *world) {
			name := w.spec("a123456789012345678901234567890123456789").Candidates[1].Name
			w.s3.Put(name, s3fake.Bucket{})
		}, []string{"fusion-rms-a1234567890123--73d4xashsh-935799716578-us-east-1-an findings, error OwnershipUnproved"}},

		{"tagged for an organization that can't have this name", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: tags("other")}) },
			[]string{n1 + " findings other(tag), error TagNameMismatch"}},
		{"an odd name, tagged for an organization", func(w *world) { w.s3.Put("fusion-rms-old.files", s3fake.Bucket{Tags: tags("xmsqa1")}) },
			[]string{"fusion-rms-old.files findings xmsqa1(tag), error TagNameMismatch"}},
		{"tagged for an id that yields no legal names", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Tags: tags("x-an")}) },
			[]string{n1 + " findings x-an(tag), error TagNameMismatch"}},
		{"an odd name, no tag", func(w *world) { w.s3.Put("fusion-rms-old.files", s3fake.Bucket{}) },
			[]string{"fusion-rms-old.files findings, warning UnknownBucket"}},
		{"the account's namespace of another Region", func(w *world) {
			w.s3.Put("fusion-rms-xmsqa1-935799716578-eu-west-1-an", s3fake.Bucket{Region: "eu-west-1"})
		}, []string{"fusion-rms-xmsqa1-935799716578-eu-west-1-an findings, warning UnknownBucket"}},

		{"two homes, the policy tells", func(w *world) { w.made(id); w.s3.Put(n2, half("xmsqa1")) },
			[]string{n1 + " findings xmsqa1(tag), warning MultipleHomes", n2 + " covered xmsqa1(tag), see " + n1}},
		{"two homes, the second one's policy tells", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.made(id)
			w.s3.Put(n1, half("xmsqa1"))
		}, []string{n1 + " covered xmsqa1(tag), see " + n2, n2 + " findings xmsqa1(tag), warning MultipleHomes"}},
		{"two homes, none has the policy: the first will do", func(w *world) { w.s3.Put(n1, half("xmsqa1")); w.s3.Put(n2, half("xmsqa1")) },
			[]string{n1 + " findings xmsqa1(tag), warning MultipleHomes, error Unfinished[publicAccessBlock folder policy], notice Unclaimed", n2 + " covered xmsqa1(tag), see " + n1}},
		{"two homes, both have the policy", func(w *world) {
			w.made(id)
			w.unclaim(id)
			w.s3.Put(n2, w.withPolicy(n2))
		},
			[]string{n1 + " findings xmsqa1(tag), error MultipleHomes", n2 + " covered xmsqa1(tag), see " + n1}},

		{"in another Region", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")}) },
			[]string{n1 + " findings xmsqa1(tag), error BucketInAnotherRegion"}},
		{"in another Region without a tag", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1"}) },
			[]string{n1 + " findings xmsqa1(name), error BucketInAnotherRegion"}},
		{"in another Region, tagged for somebody else", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("other")}) },
			[]string{n1 + " findings other(tag), error TagNameMismatch"}},
		{"in another Region, and the home has the alternative name", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
			w.made(id)
			w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")})
		}, []string{n1 + " findings xmsqa1(tag), warning BucketInAnotherRegion", n2 + " healthy xmsqa1(tag)"}},

		{"in another Region, beside a home that was never finished", func(w *world) {
			w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")})
			w.s3.Put(n2, half("xmsqa1"))
		}, []string{n1 + " findings xmsqa1(tag), error BucketInAnotherRegion", n2 + " findings xmsqa1(tag), error Unfinished[publicAccessBlock folder policy], notice Unclaimed"}},

		{"in another Region, by a list without Regions", func(w *world) {
			w.regionless = true
			w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")})
		}, []string{n1 + " findings xmsqa1(tag), error BucketInAnotherRegion"}},
		{"no tag, beside a home that a message can't use", func(w *world) {
			w.made(id)
			w.editPolicy(n1, with(bucket.SidClientList, "Effect", "Deny"))
			w.s3.Put(n2, s3fake.Bucket{})
		}, []string{n1 + " findings xmsqa1(tag), error PolicyConflict, warning ForeignDeny", n2 + " findings xmsqa1(name), error OwnershipUnproved"}},

		{"no claim yet", func(w *world) { w.made(id); w.unclaim(id) },
			[]string{n1 + " findings xmsqa1(tag), notice Unclaimed"}},
		{"a name that a person gave, claimed", func(w *world) { w.s3.Put(given, w.withPolicy(given)); w.claim(id, given) },
			[]string{given + " healthy xmsqa1(tag)"}},
		{"beside the claimed home", func(w *world) { w.s3.Put(given, w.withPolicy(given)); w.claim(id, given); w.s3.Put(n1, half("xmsqa1")) },
			[]string{n1 + " covered xmsqa1(tag), see " + given, given + " findings xmsqa1(tag), warning MultipleHomes"}},
		{"a claim without its bucket", func(w *world) { w.claim(id, n1) },
			[]string{n1 + " findings xmsqa1(claim), error OwnershipUnproved"}},
		{"a claim of a stranger's bucket", func(w *world) { w.claim(id, n1); w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) },
			[]string{n1 + " findings xmsqa1(claim), error OwnershipUnproved"}},
		{"a claim without its bucket, another is tagged", func(w *world) { w.claim(id, given); w.s3.Put(n1, half("xmsqa1")) },
			[]string{n1 + " findings xmsqa1(tag), error OwnershipUnproved"}},
		{"a claim of a bucket without a tag", func(w *world) { w.claim(id, n1); w.s3.Put(n1, s3fake.Bucket{}) },
			[]string{n1 + " findings xmsqa1(name), error OwnershipUnproved"}},
		{"a claim of a bucket with an odd name that is tagged for another", func(w *world) { w.claim(id, given); w.s3.Put(given, half("other")) },
			[]string{given + " findings other(tag), error TagNameMismatch", given + " findings xmsqa1(claim), error OwnershipUnproved"}},
		{"a claim in another Region", func(w *world) {
			w.claim(id, given)
			w.s3.Put(given, s3fake.Bucket{Region: "eu-west-1", Tags: tags("xmsqa1")})
		}, []string{given + " findings xmsqa1(tag), error BucketInAnotherRegion"}},
		{"a claim that can't be understood", func(w *world) { w.made(id); w.claimText(id, "{") },
			[]string{n1 + " findings xmsqa1(name), error OwnershipUnproved"}},
		{"on hold", func(w *world) {
			w.made(id)
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.Tags["OrgbucketHold"] = "ticket 7"; b.AccessBlock = on(allOn) })
		}, []string{n1 + " findings xmsqa1(tag), warning OnHold"}},
		{"created before the stage had further tags", func(w *world) {
			w.made(id)
			w.naming.Tags = map[string]string{"CostCenter": "media", "Owner": "web"}
		}, []string{n1 + " findings xmsqa1(tag), notice TagsMissing"}},
		{"with the stage's further tags", func(w *world) {
			w.naming.Tags = map[string]string{"CostCenter": "media", "Owner": "web"}
			w.made(id)
		}, []string{n1 + " healthy xmsqa1(tag)"}},
		{"the account restricts public buckets", func(w *world) {
			w.made(id)
			w.s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		}, []string{n1 + " findings xmsqa1(tag), error RestrictPublicBuckets"}},
		{"the account's block may not be read", func(w *world) {
			w.made(id)
			w.s3.SetIdentity("auditor", s3fake.Identity{Lacks: append(slices.Clone(operatorLacks), "s3:GetAccountPublicAccessBlock")})
		}, []string{n1 + " findings xmsqa1(tag), warning AccountBlockUnknown"}},
		{"the account's block can't be read now", func(w *world) {
			w.made(id)
			w.s3.SetFault(s3fake.Always("GetAccountPublicAccessBlock", s3fake.Fault{Status: 503, Code: "ServiceUnavailable"}))
		}, []string{n1 + " notExamined xmsqa1(tag), unread ServiceUnavailable"}},
		{"the account's block comes slowly", func(w *world) {
			w.made(id)
			w.s3.SetDelay(3 * time.Second) // as a low rate makes it
		}, []string{n1 + " healthy xmsqa1(tag)"}},
		{"an account without buckets", func(*world) {}, nil},
		{"other prefixes and other accounts", func(w *world) {
			w.made(id)
			w.s3.Put("fusion-rmsdev-xmsqa1", s3fake.Bucket{})
			w.s3.Put("fusion-rms", s3fake.Bucket{})
			w.s3.Put("fusion-rms-theirs", s3fake.Bucket{Owner: stranger})
			w.s3.Put("logs", s3fake.Bucket{})
		}, []string{n1 + " healthy xmsqa1(tag)"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.prepare(w)
				w.reports(c.want...)
			})
		})
	}
}

// Texts tell what a code alone doesn't.
func TestFindingsSayWhatIsOff(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(w *world)
		want    []string // parts of the findings' texts, one for each finding
	}{
		{"flags and folder", func(w *world) {
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock, b.Objects = on(allOn), nil })
		}, []string{"the public access block is on (BlockPublicPolicy, RestrictPublicBuckets); pub/ is missing", "was closed to the public"}},
		{"one flag", func(w *world) {
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock = on(s3fake.AccessBlock{BlockPublicPolicy: true}) })
		}, []string{"the public access block is on (BlockPublicPolicy)", "a message opens it again"}},
		{"a statement is missing", func(w *world) { w.editPolicy(n1, without(bucket.SidClientList)) },
			[]string{"the policy lacks the statement OrgbucketClientList"}},
		{"a statement is everybody's", func(w *world) { w.editPolicy(n1, with(bucket.SidClientObjects, "Principal", "*")) },
			[]string{`statement 2 (OrgbucketClientObjects) has another principal: ["AWS":["*"]]`}},
		{"a statement is of somewhere else", func(w *world) {
			w.editPolicy(n1, with(bucket.SidPublicRead, "Resource", "arn:aws:s3:::"+n1+"/*"))
		}, []string{`statement 1 (OrgbucketPublicRead) has another resource: ["arn:aws:s3:::fusion-rms-xmsqa1/*"]`}},
		{"a grant is dead", func(w *world) { w.s3.RemoveUser(w.spec(id).ClientUserARN) },
			[]string{"statement 2 (OrgbucketClientObjects) names AIDAFAKE000000000001, a user of before; the policy's statement 3"}},
		{"a live public statement", func(w *world) { w.add(n1, everything(n1)) }, []string{`statement 4 ("Theirs") lets the public do more than read pub/`}},
		{"a sleeping one behind what stops the plan", func(w *world) {
			w.add(n1, deadRole(n1))
			w.add(n1, everything(n1))
			w.editPolicy(n1, without(bucket.SidPublicRead))
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.AccessBlock = on(allOn) })
		}, []string{"that would make more than pub/ public if the public access block were switched off", "the public access block is on", "names AROAEXAMPLE123456789"}},
		{"tagged for somebody else", func(w *world) {
			w.unclaim(id)
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.Tags, b.Policy = tags("other"), "" })
		},
			[]string{"tagged for organization other, but that one's bucket can only be called fusion-rms-other or fusion-rms-other-935799716578-us-east-1-an, and no claim names this one, and organization xmsqa1, which has this name, would get another one"}},
		{"a tag of the stage has another value", func(w *world) {
			w.naming.Tags = map[string]string{"CostCenter": "media", "Owner": "web"}
			w.s3.Change(n1, func(b *s3fake.Bucket) { b.Tags["CostCenter"], b.Tags["Owner"] = "media", "finance" })
		}, []string{"it lacks Owner=web: created before the setting, or somebody changed them"}},
		{"the account keeps the public out", func(w *world) {
			w.s3.SetAccountBlock(account, s3fake.AccessBlock{RestrictPublicBuckets: true})
		}, []string{"public access block of the account or its organization"}},
		{"elsewhere", func(w *world) { w.s3.Change(n1, func(b *s3fake.Bucket) { b.Region = "eu-west-1" }) },
			[]string{"it is in eu-west-1, but this stage's buckets are in us-east-1"}},
		{"a tag with a blank", func(w *world) { w.s3.Change(n1, func(b *s3fake.Bucket) { b.Tags = tags("xmsqa1 ") }) },
			[]string{`its tag OrgId is "xmsqa1 ", which is no organization's id`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.made(id)
				c.prepare(w)
				rows, _, err := w.audit()
				if err != nil || len(rows) != 1 || len(rows[0].Findings) != len(c.want) {
					t.Fatalf("got %+v, %v", rows, err)
				}
				for i, f := range rows[0].Findings {
					if !strings.Contains(f.Text, c.want[i]) {
						t.Errorf("got %q, want %q in it", f.Text, c.want[i])
					}
				}
			})
		})
	}
}
