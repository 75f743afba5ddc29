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

// on is the part of the sample that has to notice.
func on(path string) []string {
	return []string{"-test.run", "TestFaultMatrix", "-path", path}
}

// wiringTest is a test of pkg/function, for what no invariant can notice because it
// decides only how fast or at what price the work is done.
func wiringTest(name string) []string { return []string{"-test.run", name} }

// allMutants are all of them.
func allMutants() []mutant {
	return slices.Concat(ownershipMutants(), homeMutants(), policyMutants(), facetMutants(), accountMutants(), rulesMutants(), refusalMutants(), messageMutants(), retryMutants(), wiringMutants())
}

// ownershipMutants take somebody else's bucket for ours.
func ownershipMutants() []mutant {
	return []mutant{
		{"the tag is left out", "s3store/look.go",
			[]edit{{"	tags := []types.Tag{{Key: aws.String(bucket.TagKey), Value: aws.String(string(spec.OrgID))}}\n", "	tags := []types.Tag{}\n"}}, BornMarked, on("first run")},
		{"403 is taken for ours", "s3store/look.go",
			[]edit{{"		seen.Denied = true\n", "		seen.State = bucket.Ours\n"}}, EndsReady, on("name foreign")},
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
		{"already owned is taken for ours", "provision/create.go",
			[]edit{{"	s, err := p.lookOwned(ctx, seen.Candidate)\n", "	s := bucket.Sighting{Candidate: seen.Candidate, State: bucket.Ours}\n"}}, NoWriteUnproved, on("ours, but it can't be looked at")},
		{"the expected owner is left out of looking", "s3store/look.go",
			[]edit{{"&s3.GetBucketTaggingInput{Bucket: &c.Name, ExpectedBucketOwner: &s.account}", "&s3.GetBucketTaggingInput{Bucket: &c.Name}"}}, NoWriteUnproved, on("name foreign, a trap")},
		{"the expected owner is left out of putting the policy", "s3store/facets.go",
			[]edit{{"&s3.PutBucketPolicyInput{Bucket: &name, ExpectedBucketOwner: &s.account, ", "&s3.PutBucketPolicyInput{Bucket: &name, "}}, NoWriteUnproved, on("first run")},
		{"the bucket isn't proved again before its policy is put", "provision/provisioning.go",
			[]edit{{"			func() error { return p.stillOurs(ctx, before) },\n", ""}}, NothingPublicBeforeProved, on("given away in between, though it is open")},
		{"a later try doesn't prove the bucket again", "provision/facets.go",
			[]edit{{"			func() error { return p.stillOurs(ctx, h) },\n", ""}}, NoWriteUnproved, append(on("resumed after the bucket"), "-full", "-defect", "OperationAborted")},
	}
}

// homeMutants make second homes.
func homeMutants() []mutant {
	return []mutant{
		{"the alternative name comes first", "bucket/naming.go",
			[]edit{{"append([]Candidate{{Name: conventional}}, candidates...)", "append(candidates, Candidate{Name: conventional})"}}, ConventionalNameFirst, on("first run")},
		{"doubt doesn't block", "bucket/ownership.go",
			[]edit{{"	case d.Doubt != nil:\n		return Decision{}, d.Doubt\n", ""}}, ConventionalNameFirst, on("tag stripped")},
		{"the first of two homes is taken, whichever has the policy", "provision/find.go",
			[]edit{{"		if p.spec.MentionsOurs(c.Name, policies[i]) {", "		if i == 0 {"}}, HomeNeverChanges, on("two homes, one has the policy")},
		{"of two homes that both have the policy the first is taken", "provision/find.go",
			[]edit{{"	case len(with) > 1:\n", "	case false:\n"}, {"	case len(with) == 1:\n", "	case len(with) > 0:\n"}}, HomeNeverChanges, on("two homes of before the claims, both with the policy")},
		{"doubt about another name outweighs the home", "bucket/ownership.go",
			[]edit{{"	case len(d.Homes) > 0 && !hidden:", "	case len(d.Homes) > 0 && d.Doubt == nil:"}}, EndsReady, on("a stray bucket without a tag beside the home")},
		{"unreadable names are created after absent ones", "bucket/ownership.go",
			[]edit{{"[]State{Unreadable, Absent}", "[]State{Absent, Unreadable}"}}, ConventionalNameFirst, on("name foreign")},
		{"the expected owner is left out of reading a claim", "s3store/claims.go",
			[]edit{{"&s3.GetObjectInput{Bucket: &s.homes, Key: &key, ExpectedBucketOwner: &s.account}", "&s3.GetObjectInput{Bucket: &s.homes, Key: &key}"}}, NoWriteUnproved, on("first run")},
		{"a claim overwrites another one", "s3store/claims.go",
			[]edit{{`&s3.PutObjectInput{IfNoneMatch: aws.String("*")})`, "&s3.PutObjectInput{ContentLanguage: aws.String(`en`)})"}}, ClaimWrittenOnce, on("first run")},
		{"a delivery whose claim came too late goes on", "provision/provisioning.go",
			[]edit{{"; err != nil || winner != h.name {\n		return winner, err\n	}\n	return h.name, p.grantAccess", "; err != nil {\n		return winner, err\n	}\n	return h.name, p.grantAccess"}}, OnlyTheClaimed, on("another delivery was faster when the stranger left")},
		{"nothing is claimed", "provision/facets.go",
			[]edit{{"	if h.claimed {\n", "	if true {\n"}}, OnlyTheClaimed, on("first run")},
		{"a bucket is taken for the claimed one, whatever proves it", "provision/find.go",
			[]edit{{"		if h.proved = s.State == bucket.Ours; !h.proved {\n", "		if h.proved = true; false {\n"}}, NoWriteUnproved, on("the claimed bucket is somebody else's")},
		{"what was done to a bucket that isn't used is claimed of the home", "provision/service.go",
			[]edit{{"	p.record = record{changes: map[bucket.Facet]bool{}, durations: p.record.durations}\n", ""}}, OutcomeNamesReadyBucket, on("another delivery was faster when the stranger left")},
		{"a bucket that nobody was told of is claimed beside one in doubt", "provision/find.go",
			[]edit{{"	case d.Doubt != nil:\n		return home{}, d.Doubt\n", ""}}, HomeNeverChanges, on("a leftover beside the home, whose tag is gone")},
		{"an unreadable name isn't asked about", "provision/provisioning.go",
			[]edit{{"return p.checkUnread(ctx, h.unread)", "return nil"}}, HomeNeverChanges, on("a leftover beside the home, which can't be read")},
		{"a tag outweighs a policy that names the organization's user", "provision/find.go",
			[]edit{{"	if err := p.doubtMistagged(ctx, f.sightings); err != nil {\n		return home{}, err\n	}\n", ""}}, HomeNeverChanges, on("the home's tag was mistyped")},
		{"a home without a claim is chosen by one look", "provision/find.go",
			[]edit{{"	if (h.name == \"\" || h.claimed) && !fault.Is(err, fault.MultipleHomes) {", "	if !fault.Is(err, fault.MultipleHomes) {"}}, HomeNeverChanges, append(on("two homes of before the claims, both with the policy"), "-full", "-defect", "NoSuchBucket", "-mode", "once")},
		{"a bucket is created on the strength of one look at the others", "provision/create.go",
			[]edit{{"		func() error { return p.checkAbsent(ctx, others) },\n", ""}}, OneHome, append(on("replay after the stranger left"), "-full", "-defect", "NoSuchBucket", "-mode", "once")},
		{"a bucket on hold is written to", "bucket/ownership.go",
			[]edit{{"		if s.Held && s.State != Taken {", "		if false {"}}, HeldIsLeftAlone, on("the claimed bucket is on hold")},
	}
}
