// Package billing reads what each organization's bucket costs: AWS's bill, split by the
// tag that every bucket has. Only the account that pays sees it, and only what was used
// since the tag was activated for cost allocation, or backfilled.
//
// It needs the permission ce:GetCostAndUsage. AWS charges a cent for each request.
package billing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer/types"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/operator/account"
)

// Cost is what one organization's bucket cost in a month.
type Cost struct {
	Month string // 2026-11
	// Tag is the tag's value, empty for what isn't tagged. Anybody who may tag a bucket
	// may have written it.
	Tag string
	// Amount is unblended, a decimal number, in Currency.
	Amount, Currency string
	// Estimated: the month isn't over, or not yet billed.
	Estimated bool
}

const (
	service = "Amazon Simple Storage Service"
	metric  = "UnblendedCost"
	day     = "2006-01-02"
	// maxPages bounds a list that doesn't end; a page has thousands of rows.
	maxPages = 1000
)

// Months calls each with the costs of S3 by organization, of the last months before now,
// this one included.
func Months(ctx context.Context, cfg aws.Config, months int, now time.Time, each func(Cost) error) error {
	client := costexplorer.NewFromConfig(account.Asking(cfg))
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	in := &costexplorer.GetCostAndUsageInput{
		Granularity: types.GranularityMonthly, Metrics: []string{metric},
		TimePeriod: &types.DateInterval{Start: aws.String(first.AddDate(0, 1-months, 0).Format(day)), End: aws.String(first.AddDate(0, 1, 0).Format(day))},
		GroupBy:    []types.GroupDefinition{{Type: types.GroupDefinitionTypeTag, Key: aws.String(bucket.TagKey)}},
		Filter:     &types.Expression{Dimensions: &types.DimensionValues{Key: types.DimensionService, Values: []string{service}}},
	}
	for range maxPages {
		out, err := client.GetCostAndUsage(ctx, in)
		if err != nil {
			return fmt.Errorf("read the costs: %w", account.Unanswered(err, "ce:GetCostAndUsage on *, in the account that pays (the organization's management account)"))
		}
		for _, month := range out.ResultsByTime {
			if err := eachOf(month, each); err != nil {
				return err
			}
		}
		if aws.ToString(out.NextPageToken) == "" {
			return nil
		}
		in.NextPageToken = out.NextPageToken
	}
	return fmt.Errorf("read the costs: they don't end")
}

// eachOf calls each with the costs of a month. A group's key is "OrgId$<value>".
func eachOf(month types.ResultByTime, each func(Cost) error) error {
	for _, g := range month.Groups {
		start := ""
		if month.TimePeriod != nil {
			start = aws.ToString(month.TimePeriod.Start)
		}
		c := Cost{Month: start[:min(len("2006-01"), len(start))], Estimated: month.Estimated}
		if len(g.Keys) > 0 {
			c.Tag = strings.TrimPrefix(g.Keys[0], bucket.TagKey+"$")
		}
		c.Amount, c.Currency = aws.ToString(g.Metrics[metric].Amount), aws.ToString(g.Metrics[metric].Unit)
		if err := each(c); err != nil {
			return err
		}
	}
	return nil
}
