// Command infra is the CDK app: it reads a stage's settings from cdk.json and
// writes the stage's CloudFormation template. The cdk command runs it; see the
// Makefile's synth, diff, deploy and destroy, and docs/deploy.md.
package main

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/regioninfo"
	"github.com/aws/jsii-runtime-go"

	"github.com/fusionpos/orgbucket/infra/stack"
	"github.com/fusionpos/orgbucket/infra/stages"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// codeDirs is where `make builds` puts the functions, by architecture.
var codeDirs = map[string]stack.Code{
	"arm64":  {Provision: "dist/provision-bucket", Audit: "dist/audit-buckets"},
	"x86_64": {Provision: "dist/provision-bucket-x86_64", Audit: "dist/audit-buckets-x86_64"},
}

// firstKey is that of the CDK context which says that the stack isn't created yet:
// infra/deploy protects it from deletion afterwards.
const firstKey = "first"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "orgbucket:", err)
		os.Exit(1)
	}
}

// checkFunction makes sure that what is deployed can start: a program for
// another processor would fail on every message.
func checkFunction(path, architecture string) error {
	file, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("read the function (`make builds` makes it): %w", err)
	}
	defer file.Close()
	if want := map[string]elf.Machine{"arm64": elf.EM_AARCH64, "x86_64": elf.EM_X86_64}[architecture]; file.Machine != want {
		return fmt.Errorf("the function %s is built for %s, but is deployed to %s: `make builds`", path, file.Machine, architecture)
	}
	return nil
}

// checkRegion makes sure that CDK knows the Region: of a misspelt one it doesn't know the
// partition, which everything else would complain of.
func checkRegion(s stack.Settings) error {
	if regioninfo.RegionInfo_Get(&s.Region).Partition() == nil {
		return fmt.Errorf("stage %q: region: %q isn't one that CDK knows. If it is spelt well, it is newer than the aws-cdk-go of go.mod: update that", s.Stage, s.Region)
	}
	return nil
}

// inKnownAccount puts a stage that isn't pinned to an account into that of the
// credentials, which the cdk command sets in the environment if there are any
// (https://docs.aws.amazon.com/cdk/v2/guide/environments.html): only a bucket whose
// name has no references can be imported when a stage is deployed again.
func inKnownAccount(s stack.Settings) stack.Settings {
	if s.Account == "" {
		s.Account = os.Getenv("CDK_DEFAULT_ACCOUNT")
	}
	return s
}

// newStack adds the stage's stack, without termination protection if it isn't created
// yet, and reminds of what a stage in use mustn't change.
func newStack(app awscdk.App, settings stack.Settings, code stack.Code) awscdk.Stack {
	made := stack.New(app, inKnownAccount(settings), code)
	if app.Node().TryGetContext(jsii.String(firstKey)) != nil {
		made.SetTerminationProtection(jsii.Bool(false))
	}
	if settings.Namespace == bucket.NamespaceAccountRegional {
		awscdk.Annotations_Of(made).AddInfo(jsii.String("namespace account-regional isn't to be changed, nor set for a stage that is in use: docs/deploy.md#rules-of-the-account"))
	}
	return made
}

func run() error {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	settings, err := stages.Read(func(key string) any { return app.Node().TryGetContext(&key) })
	if err != nil {
		return err
	}
	if err := checkRegion(settings); err != nil {
		return err
	}
	code := codeDirs[settings.Architecture]
	for _, dir := range []string{code.Provision, code.Audit} {
		if err := checkFunction(filepath.Join(dir, "bootstrap"), settings.Architecture); err != nil {
			return err
		}
	}
	newStack(app, settings, code)
	stack.Check(app)
	app.Synth(nil)
	return nil
}
