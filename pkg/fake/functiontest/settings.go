// Package functiontest has what tests of the whole function share: the settings
// that it is deployed with, and the wire side of SNS and SQS, for transports
// given to function.New.
package functiontest

import (
	"fmt"
	"maps"

	"github.com/fusionpos/orgbucket/pkg/config"
)

// The function's account, and the access key of its role.
const (
	Account     = "935799716578"
	AccessKeyID = "function"
)

// Settings returns the function's settings as deployed in a Region, with changes
// to the environment. It panics if they are refused: they are the tests' own.
func Settings(region string, changes map[string]string) config.Settings {
	env := map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": AccessKeyID, "AWS_SECRET_ACCESS_KEY": "secret",
		"ACCOUNT_ID": Account, "MAX_RECEIVE_COUNT": "5",
		"OUTCOME_TOPIC_ARN": "arn:aws:sns:" + region + ":" + Account + ":outcomes",
		"QUEUE_URL":         "https://sqs." + region + ".amazonaws.com/" + Account + "/signups",
	}
	maps.Copy(env, changes)
	s, err := config.Load(func(name string) string { return env[name] })
	if err != nil {
		panic(fmt.Sprintf("functiontest: %v", err))
	}
	return s
}
