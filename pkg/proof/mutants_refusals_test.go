package proof

// refusalMutants mistake what AWS meant.
func refusalMutants() []mutant {
	return []mutant{
		{"a Region that takes no tags gets a bucket without any", "s3store/look.go",
			[]edit{{"		return 0, wrap(fault.TagsAtCreationUnsupported, err,", "		in.CreateBucketConfiguration.Tags = nil\n		if _, err := s.api.CreateBucket(ctx, in); err == nil {\n			return provision.Created, nil\n		}\n		return 0, wrap(fault.TagsAtCreationUnsupported, err,"}}, BornMarked, on("the Region takes no tags at creation")},
		{"a principal that is shown by its id is taken for a deleted one", "provision/facets.go",
			[]edit{{"		err := p.buckets.PutPolicy(ctx, name, d)\n", "		if id, _ := d.UniqueID(); id != \"\" {\n			return fault.New(fault.ForeignPrincipalInvalid, \"%s\", id)\n		}\n		err := p.buckets.PutPolicy(ctx, name, d)\n"}}, EndsReady, on("repair: others' live role is shown by its id")},
		{"any address keeps the public out", "policy/condition.go",
			[]edit{{"		return r.Bits() >= 8\n", "		return true\n"}}, NoForeignStatementWoken, on("others' statement for any address sleeps")},
		{"accounts aren't written shorter", "bucket/merge.go",
			[]edit{{"		merged = merged.Shortened()\n", "		_ = merged.Shortened()\n"}}, EndsReady, on("others' accounts nearly fill the policy")},
		{"another stage's bucket is taken for one out of reach", "provision/find.go",
			[]edit{{"		case f.of(name) != nil, p.naming.Sibling(name):", "		case f.of(name) != nil:"}}, EndsReady, on("another stage's bucket has the same tag")},
		{"nobody is told that another account's grant comes to life", "bucket/compare.go",
			[]edit{{"if f.AllowsOthers && c.Observed.Neutralised {", "if false {"}}, "", wiringTest("TestAnotherAccountsGrantThatComesToLifeIsWarnedOf")},
		{"what an S3 of others answers to S3 Control is a warning", "s3store/accountblock.go",
			[]edit{{"	if s.block.foreign && err != nil {", "	if false {"}}, "", wiringTest("TestAnS3ThatHasNoAccountsBlock")},
		{"an S3 of others is waited for", "s3store/accountblock.go",
			[]edit{{"		defer context.AfterFunc(work, cancel)()\n", ""}}, "", wiringTest("TestAnS3ThatHasNoAccountsBlock")},
	}
}
