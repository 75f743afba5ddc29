package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/operator/awserror"
	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// decisions are what infra's tests decide with a policy engine about the stage prod.
type decisions struct {
	Account, Role string
	Context       map[string]any
	Documents     []json.RawMessage
	Groups        []group
}

// group is calls about which all is decided alike: allowed or denied.
type group struct {
	Who, Want string
	Calls     []decision
}

func (g group) claim() string { return g.Who + ", by AWS's policy simulator: " + g.Want }

// decision is a call, with the policies that decide about it.
type decision struct {
	Name, Action, Resource string
	Owner                  string // the resource's, if it isn't the caller's account
	Context                map[string]any
	Policy, ResourcePolicy int // where they are in Documents
}

// simulate puts the tests' tables of who may do what to AWS's own policy simulator
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html). It takes
// users only as callers, so one stands for the role.
func (r *run) simulate(ctx context.Context) error {
	caller := r.id + "-function"
	if _, err := r.signUp(ctx, caller); err != nil {
		return err
	}
	all, err := r.decisions(fmt.Sprintf("arn:%s:iam::%s:user/%s", arn.PartitionID(r.region), r.account, caller))
	if err != nil {
		return err
	}
	for _, group := range all.Groups {
		var wrong []access.Mismatch
		for _, d := range group.Calls {
			got, err := r.decide(ctx, all, d)
			if err != nil && !r.real && lacking(err) {
				r.notChecked("who may do what, by AWS's policy simulator", "this server has none")
				return nil
			}
			if err != nil {
				got = awserror.Of(err).Text
			}
			if (got == string(types.PolicyEvaluationDecisionTypeAllowed)) != (group.Want == "allowed") || err != nil {
				wrong = append(wrong, access.Mismatch{What: d.Name + " (" + d.Action + " on " + d.Resource + ")", Expected: group.Want, Got: got})
			}
		}
		r.check(group.claim(), wrong...)
	}
	return nil
}

// decisions reads the tables, as if their account were the run's and their role the caller.
func (r *run) decisions(caller string) (all decisions, err error) {
	text, err := os.ReadFile(filepath.Join(r.root, "infra", "testdata", "decisions.json"))
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err == nil {
		here := strings.NewReplacer(all.Role, caller, all.Account, r.account, "arn:aws:", "arn:"+arn.PartitionID(r.region)+":").Replace(string(text))
		err = json.Unmarshal([]byte(here), &all)
	}
	if err == nil {
		all.Context["aws:PrincipalArn"] = caller
		all.Role = caller
	}
	return all, err
}

func (r *run) decide(ctx context.Context, all decisions, d decision) (string, error) {
	in := &iam.SimulateCustomPolicyInput{ActionNames: []string{d.Action}, ResourceArns: []string{d.Resource}, PolicyInputList: []string{string(all.Documents[d.Policy])}}
	for _, context := range []map[string]any{all.Context, d.Context} {
		for key, value := range context {
			in.ContextEntries = append(in.ContextEntries, entry(key, value))
		}
	}
	if d.ResourcePolicy > 0 {
		in.ResourcePolicy, in.CallerArn = aws.String(string(all.Documents[d.ResourcePolicy])), &all.Role
		if d.Owner != "" {
			in.ResourceOwner = aws.String(fmt.Sprintf("arn:%s:iam::%s:root", arn.PartitionID(r.region), d.Owner))
		}
	}
	out, err := r.iam.SimulateCustomPolicy(ctx, in)
	if err != nil {
		return "", err
	}
	if len(out.EvaluationResults) != 1 {
		return "", fmt.Errorf("%d results instead of one", len(out.EvaluationResults))
	}
	result := out.EvaluationResults[0]
	if len(result.MissingContextValues) > 0 {
		return fmt.Sprintf("%s without a value of %v", result.EvalDecision, result.MissingContextValues), nil
	}
	return string(result.EvalDecision), nil
}

// entry is a condition key's value: a text, or a list of texts.
func entry(key string, value any) types.ContextEntry {
	e := types.ContextEntry{ContextKeyName: &key, ContextKeyType: types.ContextKeyTypeEnumString}
	list, is := value.([]any)
	if !is {
		list = []any{value}
	} else {
		e.ContextKeyType = types.ContextKeyTypeEnumStringList
	}
	for _, v := range list {
		e.ContextKeyValues = append(e.ContextKeyValues, fmt.Sprint(v))
	}
	return e
}
