package proof

// wiringMutants wire the function wrongly.
func wiringMutants() []mutant {
	return []mutant{
		{"another account is expected to own the buckets", "function/function.go",
			[]edit{{"s3store.New(c.s3, s.Naming.Account)", `s3store.New(c.s3, "111111111111")`}}, NoWriteUnproved, on("first run")},
		{"redirects are followed", "function/clients.go",
			[]edit{{"		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },\n", ""}}, SentWhereSigned, append(on("first run"), "-full", "-defect", "TemporaryRedirect")},
		{"the last receive is expected one too late", "function/function.go",
			[]edit{{"MaxReceiveCount: s.MaxReceiveCount,", "MaxReceiveCount: s.MaxReceiveCount + 1,"}}, NothingLost, on("tag stripped")},
		{"the last receive is expected one too early", "function/function.go",
			[]edit{{"MaxReceiveCount: s.MaxReceiveCount,", "MaxReceiveCount: s.MaxReceiveCount - 1,"}}, FailedMeansDeadLetter, on("tag stripped")},
		{"no time is kept to answer", "sqsbatch/batch.go",
			[]edit{{"deadline.Add(-answerReserve)", "deadline"}}, AnswersInTime, append(on("first run"), "-full", "-defect", "timeout past the deadline")},
		{"a failed request isn't sent again", "function/clients.go",
			[]edit{{"o.MaxAttempts = MaxAttempts", "o.MaxAttempts = 1"}}, "", wiringTest("TestARequestThatFailsIsSentFourTimesWithinSeconds")},
		{"bucket names are in the host", "function/clients.go",
			[]edit{{"endpoint(s.Endpoints.S3), s.S3UsePathStyle", "endpoint(s.Endpoints.S3), false"}}, "", wiringTest("TestRequestsGoWhereTheSettingsSay")},
		{"connections are kept for 90 seconds", "function/transport.go",
			[]edit{{"idleTimeout = 5 * time.Second", "idleTimeout = 90 * time.Second"}}, "", wiringTest("TestAConnectionThatHasWaitedLongIsNotUsedAgain")},
	}
}
