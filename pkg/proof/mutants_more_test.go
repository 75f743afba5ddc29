package proof

// policyMutants put a wrong policy, or overwrite others' statements.
func policyMutants() []mutant {
	return []mutant{
		{"others' statements are overwritten", "bucket/merge.go",
			[]edit{{"merged.Statements = slices.Clone(stored.Statements)", "merged.Statements = nil"}}, OthersKept, on("repair: a statement is missing")},
		{"a policy that may not be read is taken for none", "s3store/facets.go",
			[]edit{{`if refusalOf(err).code == "NoSuchBucketPolicy" {`, `if r := refusalOf(err); r.code == "NoSuchBucketPolicy" || r.denies() {`}}, OthersKept, append(on("repair: a statement is missing"), "-full", "-defect", "AccessDenied")},
		{"the policy isn't read again before it's put", "provision/provisioning.go",
			[]edit{{"			func() error { return p.checkPolicy(ctx, o) },\n", ""}}, OthersKept, on("somebody puts a policy in between")},
		{"the SDK sends a policy again", "s3store/facets.go",
			[]edit{{"o.RetryMaxAttempts = 1", "o.RetryMaxAttempts = 4"}}, NothingPublicBeforeProved, append(on("somebody puts a policy between two attempts"), "-full", "-defect", "500", "-mode", "once")},
		{"others' statements lose their Sids", "policy/statement.go",
			[]edit{{"	s := Statement{raw: raw}\n", "	s := Statement{raw: []byte(strings.Replace(string(raw), `\"Sid\":\"DenyInsecure\",`, ``, 1))}\n"}}, OthersKept, on("repair: a statement is missing")},
		{"the document's Id is dropped", "bucket/merge.go",
			[]edit{{"	if stored.IsZero() {", "	if true {"}}, OthersKept, on("repair: a statement is missing")},
		{"the document's Version is made the new one", "policy/document.go",
			[]edit{{"			compact(&out, m.Value)", "			if m.Key == `Version` {\n				m.Value = []byte(`\"2012-10-17\"`)\n			}\n			compact(&out, m.Value)"}}, OthersKept, on("repair: a statement is missing")},
		{"any condition is taken to keep the public out", "policy/judge.go",
			[]edit{{"!slices.ContainsFunc(s.Condition, Condition.limits)", "len(s.Condition) == 0"}}, NoForeignStatementWoken, on("others' public statement with a condition sleeps")},
		{"a former user's statements are taken for others'", "bucket/compare.go",
			[]edit{{"for w, i := range c.formerUser() {", "for w, i := range map[int]int(nil) {"}}, EndsReady, on("repair: the user was made anew, and a statement has no Sid")},
		{"everything is public, not pub/ alone", "bucket/merge.go",
			[]edit{{`policy.Allow(SidPublicRead, policy.Anyone, arn+"/"+FolderKey+"*", "s3:GetObject")`, `policy.Allow(SidPublicRead, policy.Anyone, arn+"/*", "s3:GetObject")`}}, NothingPublicOutsidePub, on("resumed after access block and folder")},
		{"the public may write", "bucket/merge.go",
			[]edit{{`arn+"/"+FolderKey+"*", "s3:GetObject")`, `arn+"/"+FolderKey+"*", "s3:GetObject", "s3:PutObject")`}}, NothingPublicOutsidePub, on("resumed after access block and folder")},
		{"the client may not list", "bucket/merge.go",
			[]edit{{`		policy.Allow(SidClientList, s.ClientUserARN, arn, "s3:ListBucket"),`, `		policy.Allow(SidClientList, s.ClientUserARN, arn, "s3:GetBucketAcl"),`}}, OutcomeNamesReadyBucket, on("first run")},
		{"the access block goes before others' statements are looked at", "bucket/plan.go",
			[]edit{{"		err = compared.checkSleeping()\n", "		err = nil\n"}}, NoForeignStatementWoken, on("others' public statement sleeps")},
		{"a damaged statement is woken before it's put right", "bucket/plan.go",
			[]edit{{"	case o.New, !o.AccessBlock.RestrictPublicBuckets:", "	case true:"}}, NoForeignStatementWoken, on("repair: a damaged statement sleeps")},
		{"the policy is put though it's right", "bucket/merge.go",
			[]edit{{"	if c.hasOurs() {", "	if !c.hasOurs() {"}}, FinishedNeedsNoWrite, on("unchanged")},
	}
}

// facetMutants mistake the other facets.
func facetMutants() []mutant {
	return []mutant{
		{"the ACL flags go off, too", "bucket/plan.go",
			[]edit{{"b.BlockPublicPolicy, b.RestrictPublicBuckets = false, false", "b = AccessBlock{}"}}, OthersKept, on("resumed after the bucket")},
		{"If-None-Match is left out", "s3store/facets.go",
			[]edit{{`		IfNoneMatch:         aws.String("*"),` + "\n", ""}}, OthersKept, append(on("repair: a statement is missing"), "-full", "-defect", "AccessDenied")},
		{"the folder is forgotten", "bucket/plan.go",
			[]edit{{"Folder: !o.Folder,", "Folder: false,"}}, OutcomeNamesReadyBucket, on("first run")},
		{"the folder is never seen", "s3store/facets.go",
			[]edit{{"	if err == nil {\n		return true, nil\n	}\n	if r := refusalOf(err); r.status == http.StatusNotFound", "	if r := refusalOf(err); err == nil || r.status == http.StatusNotFound"}}, FinishedNeedsNoWrite, on("unchanged")},
		{"public buckets stay restricted", "bucket/plan.go",
			[]edit{{"b.BlockPublicPolicy, b.RestrictPublicBuckets = false, false", "b.BlockPublicPolicy = false"}}, OutcomeNamesReadyBucket, on("first run")},
	}
}

// rulesMutants break rules of the account.
func rulesMutants() []mutant {
	const rules = "account rules: namespace, tags and ownership"
	return []mutant{
		{"the conventional name is tried although the stage has another namespace", "bucket/naming.go",
			[]edit{{"	if !n.accountRegional() {", "	if true {"}}, EndsReady, on(rules)},
		{"the further tags are left out", "s3store/look.go",
			[]edit{{"range slices.Sorted(maps.Keys(spec.Tags)) {", "range slices.Sorted(maps.Keys(map[string]string{})) {"}}, EndsReady, on(rules)},
		{"the ownership is left out", "s3store/look.go",
			[]edit{{"types.ObjectOwnership(spec.Ownership)", "types.ObjectOwnership(\"\")"}}, EndsReady, on(rules)},
	}
}

// accountMutants say ready without a word although the account keeps the public out.
func accountMutants() []mutant {
	return []mutant{
		{"the account's block isn't read", "provision/service.go",
			[]edit{{"_ = p.checkAccount(ctx, work, deliveryWaits); return nil", "_ = work; return nil"}}, OutcomeNamesReadyBucket, on("account block: it restricts public buckets")},
		{"an account's block that can't be read is taken for none", "provision/service.go",
			[]edit{{"	case err != nil:\n		p.account =", "	case false:\n		p.account ="}}, OutcomeNamesReadyBucket, append(on("account block: it restricts a finished bucket"), "-full", "-defect", "AccessDenied")},
		{"an account that restricts public buckets isn't warned of", "provision/service.go",
			[]edit{{"	case block.RestrictPublicBuckets:", "	case block.BlockPublicPolicy:"}}, OutcomeNamesReadyBucket, on("account block: it restricts a finished bucket")},
	}
}

// messageMutants lose messages, or say what isn't so.
func messageMutants() []mutant {
	return []mutant{
		{"a success is acknowledged whether or not it was published", "provision/handle.go",
			[]edit{{"	err = h.outcomes.Provisioned(work, result, d.Source)", "	_ = h.outcomes.Provisioned(work, result, d.Source)"}}, NothingLost, append(on("first run"), "-full", "-call", "Publish #1")},
		{"it's published that a bucket is ready before it is", "provision/provisioning.go",
			[]edit{{"			return h.name, err\n		}\n		p.switchFrom", "			return h.name, nil\n		}\n		p.switchFrom"}}, OutcomeNamesReadyBucket, on("user missing")},
		{"what the deadline cut off counts as published", "outcome/publisher.go",
			[]edit{{`		return fault.Wrap(fault.DeadlineExceeded, err, "publish outcome to %s", p.topicARN)`, "		return nil"}}, NothingLost, append(on("first run"), "-full", "-call", "Publish #1", "-defect", "timeout past the deadline")},
		{"a failure is published after every receive", "provision/handle.go",
			[]edit{{"		if d.Last {", "		if true {"}}, FailedMeansDeadLetter, on("tag stripped")},
		{"a failure is never published", "provision/handle.go",
			[]edit{{"		if d.Last {", "		if false {"}}, NothingLost, on("tag stripped")},
		{"failures are acknowledged", "sqsbatch/record.go",
			[]edit{{"	return report.Failure == nil\n", "	return true\n"}}, NothingLost, on("tag stripped")},
		{"what can't be read is acknowledged", "sqsbatch/record.go",
			[]edit{{"	return report.Failure == nil\n", "	return report.Failure == nil || d.Refused != nil\n"}}, NothingLost, on("message malformed")},
		{"the last receive comes one too late", "sqsbatch/batch.go",
			[]edit{{"n >= b.options.MaxReceiveCount", "n > b.options.MaxReceiveCount"}}, NothingLost, on("tag stripped")},
		{"one record decides for the batch", "sqsbatch/batch.go",
			[]edit{{"		if failed[i] {", "		if failed[i] && failed[0] {"}}, NothingLost, on("three at once, one malformed")},
		{"the first record speaks for the whole batch", "sqsbatch/batch.go",
			[]edit{{"		d := b.read(event.Records[i])\n", "		d := b.read(event.Records[0])\n		d.record, d.Source.MessageID = event.Records[i], event.Records[i].MessageId\n"}}, OutcomeNamesReadyBucket, on("three at once, one malformed")},
		{"the outcome derives the name", "outcome/event.go",
			[]edit{{"		Name:            r.Bucket,", "		Name:            r.Spec.Candidates[0].Name,"}}, OutcomeNamesReadyBucket, on("name foreign")},
	}
}

// retryMutants try for too long, or keep no time to tell.
func retryMutants() []mutant {
	return []mutant{
		{"tries have no end and no deadline", "provision/retry.go",
			[]edit{{"err == nil || try == mostTries || !passes(err)", "err == nil || !passes(err)"}, {"if !sleep(ctx, jitter(pause)) {", "if time.Sleep(jitter(pause)); false {"}}, AnswersInTime, on("tag stripped")},
		{"no time is kept to publish a failure", "provision/handle.go",
			[]edit{{"context.WithDeadline(ctx, deadline.Add(-announceReserve))", "context.WithDeadline(ctx, deadline)"}}, NothingLost, append(on("first run"), "-full", "-defect", "timeout past the deadline", "-mode", "for good")},
	}
}
