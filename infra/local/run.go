package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fusionpos/orgbucket/infra/local/scenario"
	"github.com/fusionpos/orgbucket/infra/local/screen"
)

// run plays the scenario and tells whether every check held.
func run(ctx context.Context, o settings, out *screen.Screen) (ok bool, err error) {
	out.Text("Starting S3, IAM, SQS and SNS on free loopback ports …")
	began := time.Now()
	sys, err := start(ctx, o, out)
	if err != nil {
		return false, err
	}
	defer func() {
		if closing := sys.Close(); closing != nil {
			ok, err = false, errors.Join(err, fmt.Errorf("stop the local system: %w", closing))
		}
	}()
	out.Text("\nSome steps wait for redeliveries: the whole takes about a minute.")
	results, err := scenario.Play(ctx, sys, o.tool, out)
	out.Table(results)
	if err != nil {
		return false, fmt.Errorf("interrupted: %w", err)
	}
	return out.Verdict(results, time.Since(began)), nil
}
