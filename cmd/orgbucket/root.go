package main

import (
	"github.com/spf13/cobra"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/adopt"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/audit"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/costs"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/deadletters"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/doctor"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/logs"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/plan"
	"github.com/fusionpos/orgbucket/cmd/orgbucket/send"
)

const about = `orgbucket looks after the S3 buckets of Fusion POS's organizations.

When a page says "dead-letter queue not empty":

  orgbucket dead-letters list --stage prod     # what failed, and why
  ... fix the cause that it names ...
  orgbucket dead-letters replay --stage prod --would-work --follow
  orgbucket audit --stage prod                 # all is well again

--stage NAME, or ORGBUCKET_STAGE, finds the stage's queues and names by the SSM
parameters of its stack. Without it they come from the environment, which ` + "`make up`" + `
writes to a file for the system on one machine: QUEUE_URL, DEAD_LETTER_QUEUE_URL,
OUTCOME_TOPIC_ARN, ACCOUNT_ID, HOMES_BUCKET, BUCKET_PREFIX, CLIENT_USER_PREFIX,
CLIENT_ACCOUNT_ID, LOG_GROUP_NAME. Credentials and Region are found as by the AWS
command line: AWS_PROFILE, AWS_REGION and its other variables. AWS_MAX_ATTEMPTS is how
often a call that isn't answered is made, 6 times if unset.

plan, audit, doctor, logs, costs, dead-letters list and inspect only read. send, adopt,
dead-letters replay and archive show what they would do and ask first.

Exit status: 0 all well or nothing to do; 1 the command couldn't do its work;
2 done, and there is something to act on; 3 blocked or wrong; 64 bad usage or
input, nothing was done; 130 stopped by Ctrl-C, nothing is lost.`

func newRoot(a *cli.App) *cobra.Command {
	return a.NewRoot(about,
		plan.NewCommand(a), adopt.NewCommand(a), audit.NewCommand(a), send.NewCommand(a), deadletters.NewCommand(a), logs.NewCommand(a), doctor.NewCommand(a), costs.NewCommand(a))
}
