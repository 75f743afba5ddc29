package proof

import "slices"

// mutant is a deliberate bug in the function's source, and what has to notice it.
type mutant struct {
	name  string
	file  string // below pkg
	edits []edit
	must  Invariant // to be violated; empty if by names a test of pkg/function that has to fail
	by    []string  // the tests that are run, and their flags
}

// edit replaces a text that the file has exactly once.
type edit struct{ old, new string }

// Which part of the sample has to notice.
var randomly = []string{"-test.run", "TestRandomOrders"}

func on(path string) []string {
	return []string{"-test.run", "TestFaultMatrix", "-path", path}
}

// hidden has the home that another delivery made not be seen.
func hidden(how, mode string) []string {
	return append(on("another delivery was faster when the stranger left"), "-call", "GetBucketTagging fusion-rms-xmsqa1 #2", "-defect", how, "-mode", mode)
}

// wiringTest is a test of pkg/function, for what no invariant can notice because it
// decides only how fast or at what price the work is done.
func wiringTest(name string) []string { return []string{"-test.run", name} }

// allMutants are all of them.
func allMutants() []mutant {
	return slices.Concat(ownershipMutants(), homeMutants(), policyMutants(), facetMutants(), messageMutants(), retryMutants(), wiringMutants())
}

// ownershipMutants take somebody else's bucket for ours.
func ownershipMutants() []mutant {
	return []mutant{
		{"the tag is left out", "s3store/look.go",
			[]edit{{"Tags: []types.Tag{{Key: aws.String(bucket.TagKey), Value: aws.String(string(spec.OrgID))}},", "Tags: []types.Tag{},"}}, BornMarked, on("first run")},
		{"403 is taken for ours", "s3store/look.go",
			[]edit{{"	case r.denies():\n	default:", "	case r.denies():\n		seen.State = bucket.Ours\n	default:"}}, EndsReady, on("name foreign")},
		{"any tag is taken for ours", "bucket/ownership.go",
			[]edit{{"case value == string(id):", "case tagged:"}}, NoWriteUnproved, on("name another organization's")},
		{"a bucket without the tag is adopted by overwriting its tags", "s3store/look.go",
			[]edit{{"	return tagged(c, spec, tags, servedFrom(out.ResultMetadata)), nil\n", `	if tags[bucket.TagKey] == "" {
		ours := types.Tagging{TagSet: []types.Tag{{Key: aws.String(bucket.TagKey), Value: aws.String(string(spec.OrgID))}}}
		_, _ = s.api.(*s3.Client).PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &c.Name, Tagging: &ours})
	}
	return tagged(c, spec, tags, servedFrom(out.ResultMetadata)), nil
`}}, NoWriteUnproved, on("tag stripped")},
		{"no tag is taken for ours", "bucket/ownership.go",
			[]edit{{`s.Seen = "it has no tag " + TagKey`, `s.State = Ours`}}, OutcomeNamesReadyBucket, on("tag stripped")},
		{"already owned is taken for ours", "provision/find.go",
			[]edit{{"return found{name: c.Name}, s, s.State == bucket.Ours, err", "return found{name: c.Name, created: true}, s, true, nil"}}, NoWriteUnproved, on("ours, but in another Region")},
		{"the expected owner is left out of looking", "s3store/look.go",
			[]edit{{"&s3.GetBucketTaggingInput{Bucket: &c.Name, ExpectedBucketOwner: &s.account}", "&s3.GetBucketTaggingInput{Bucket: &c.Name}"}}, NoWriteUnproved, on("name foreign, a trap")},
		{"the expected owner is left out of putting the policy", "s3store/facets.go",
			[]edit{{"&s3.PutBucketPolicyInput{Bucket: &name, ExpectedBucketOwner: &s.account, ", "&s3.PutBucketPolicyInput{Bucket: &name, "}}, NoWriteUnproved, on("first run")},
		{"a bucket that lost its tag while it was made is confirmed", "provision/homes.go",
			[]edit{{"		case s.Name == name:\n			return nil, notOurs(s)\n", "		case s.Name == name:\n			homes = append(homes, s.Candidate)\n"}}, NothingPublicBeforeProved, on("given away in between")},
		{"a later try doesn't prove the bucket again", "provision/converge.go",
			[]edit{{"return r.step(fault.StepObserve, func() error { return r.stillOurs(ctx) })", "return nil"}}, NoWriteUnproved, append(on("resumed after the bucket"), "-full", "-defect", "OperationAborted")},
	}
}

// homeMutants make second homes.
func homeMutants() []mutant {
	return []mutant{
		{"the alternative name comes first", "bucket/naming.go",
			[]edit{{"append([]Candidate{{Name: conventional}}, n.alternatives(id)...)", "append(n.alternatives(id), Candidate{Name: conventional})"}}, ConventionalNameFirst, on("first run")},
		{"doubt doesn't block", "bucket/ownership.go",
			[]edit{{"	case doubt != nil:", "	case doubt != nil && len(absent) == 0:"}}, ConventionalNameFirst, on("tag stripped")},
		{"the first of two homes is taken, whichever has the policy", "provision/pick.go",
			[]edit{{"if !r.spec.HasOurPolicy(c.Name, policies[i]) {", "if i > 0 {"}}, OneHome, on("two homes, one has the policy")},
		{"doubt about another name outweighs the home", "bucket/ownership.go",
			[]edit{{"	case len(d.Homes) > 0:", "	case len(d.Homes) > 0 && doubt == nil:"}}, EndsReady, on("a stray bucket without a tag beside the home")},
		{"unreadable names are created after absent ones", "bucket/ownership.go",
			[]edit{{"d.Create = append(d.Create, absent...)", "d.Create = append(absent, d.Create...)"}}, ConventionalNameFirst, on("name foreign")},
		{"the second look is left out", "provision/converge.go",
			[]edit{{"func() (err error) { home, err = r.confirm(ctx); return err },", "func() (err error) { home = r.name; return nil },"}}, OneHome, randomly},
		{"the third look is left out", "provision/converge.go",
			[]edit{{"return r.step(fault.StepObserve, func() error { return r.alone(ctx) })", "return nil"}}, HomeNeverChanges, append(on("another delivery was faster under the alternative name"), "-call", "GetBucketTagging "+n2+" #2", "-defect", "NoSuchBucket", "-mode", "once")},
		{"what was done to a bucket that isn't used is claimed of the home", "provision/converge.go",
			[]edit{{"	clear(r.changes)\n", ""}}, OutcomeNamesReadyBucket, on("another delivery was faster when the stranger left")},
		{"an unreadable name isn't asked about", "provision/homes.go",
			[]edit{{"	if r.standing != established {", "	if false {"}}, EndsReady, on("resumed under the alternative name")},
		{"the policy is put beside the access block, before the look at the others", "bucket/plan.go",
			[]edit{{"nonEmpty(first, second, third)", "nonEmpty(append(first, second...), third)"}}, OneHome, randomly},
		{"a name that turns out to be ours is taken for a stranger's", "provision/ask.go",
			[]edit{{"		case end != AlreadyOwned:", "		case end != AlreadyOwned || asked:"}}, OneHome, hidden("AccessDenied", "for good")},
		{"every bucket counts as established", "provision/converge.go",
			[]edit{{"	if r.spec.MentionsOurs(r.name, o.Policy) {", "	if true {"}}, OneHome, hidden("AccessDenied", "for good")},
	}
}
