package main

import (
	"github.com/fusionpos/orgbucket/pkg/operator/account"
	"github.com/fusionpos/orgbucket/pkg/operator/buckets"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

// diagnoser tells what would become of a message now.
func (c *connection) diagnoser() *diagnosis.Diagnoser {
	of := account.New(c.config, c.s3(), c.Naming.Account, c.Naming.Region)
	return diagnosis.New(c.Naming, c.store(), of, buckets.New(c.s3(), c.Naming.Account))
}
