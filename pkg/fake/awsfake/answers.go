package awsfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

func textOf(action, result string) Answer {
	_, operation, _ := strings.Cut(action, ":")
	return Answer{Body: fmt.Sprintf(`<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata><RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId></ResponseMetadata></%[1]sResponse>`, operation, result)}
}

// JSON is an answer of a service that speaks JSON.
func JSON(v any) Answer {
	body, err := json.Marshal(v)
	if err != nil {
		return Answer{Err: err}
	}
	return Answer{Body: string(body)}
}

// Caller is STS's answer.
func Caller(account, arn string) Answer {
	return textOf("sts:GetCallerIdentity", fmt.Sprintf("<Arn>%s</Arn><UserId>AROAEXAMPLE:anna</UserId><Account>%s</Account>", arn, account))
}

// Session is STS's answer to who assumes a role.
func Session(key string, until time.Time) Answer {
	return textOf("sts:AssumeRole", fmt.Sprintf("<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>%s</Expiration></Credentials>",
		key, Secret, Token, until.UTC().Format(time.RFC3339)))
}

// User is IAM's answer for a user who is there.
func User(arn string) Answer { return textOf("iam:GetUser", "<User>"+user(arn)+"</User>") }

// Users is a page of IAM's list; marker is where the next one begins, if there is one.
func Users(marker string, arns ...string) Answer {
	var members strings.Builder
	for _, arn := range arns {
		members.WriteString("<member>" + user(arn) + "</member>")
	}
	more := "<IsTruncated>false</IsTruncated>"
	if marker != "" {
		more = "<IsTruncated>true</IsTruncated><Marker>" + marker + "</Marker>"
	}
	return textOf("iam:ListUsers", "<Users>"+members.String()+"</Users>"+more)
}

func user(arn string) string {
	path := strings.TrimPrefix(arn[strings.LastIndex(arn, ":")+1:], "user")
	cut := strings.LastIndex(path, "/") + 1
	return fmt.Sprintf("<Path>%s</Path><UserName>%s</UserName><Arn>%s</Arn><UserId>AIDAEXAMPLE</UserId><CreateDate>2026-01-02T03:04:05Z</CreateDate>", path[:cut], path[cut:], arn)
}

// Block is the answer of S3 and S3 Control: the names of the flags that are on.
func Block(on ...string) Answer {
	var flags strings.Builder
	for _, name := range []string{"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"} {
		fmt.Fprintf(&flags, "<%[1]s>%[2]v</%[1]s>", name, slices.Contains(on, name))
	}
	return Answer{Body: `<?xml version="1.0" encoding="UTF-8"?><PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">` + flags.String() + `</PublicAccessBlockConfiguration>`}
}

// Versioning is S3's answer: "Enabled", "Suspended", or empty for never.
func Versioning(status string) Answer {
	return Answer{Body: `<?xml version="1.0" encoding="UTF-8"?><VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>` + status + `</Status></VersioningConfiguration>`}
}

// Policy is AWS Organizations' answer with the effective policy of this content.
func Policy(content string) Answer {
	return JSON(map[string]any{"EffectivePolicy": map[string]any{"PolicyContent": content, "PolicyType": "S3_POLICY", "TargetId": Account, "LastUpdatedTimestamp": 1764115200.0}})
}

// Quota is Service Quotas' answer.
func Quota(value float64) Answer {
	return JSON(map[string]any{"Quota": map[string]any{"ServiceCode": "s3", "ServiceName": "Amazon Simple Storage Service (Amazon S3)", "QuotaCode": "L-DC2B2D3D", "QuotaName": "General purpose buckets", "Value": value, "Unit": "None", "Adjustable": true, "GlobalQuota": true}})
}

// Buckets is a page of S3's list of n buckets; token is where the next one begins,
// if there is one.
func Buckets(n int, token string) Answer {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>79a59df900b949e55d96a1e698fbaced</ID></Owner><Buckets>`)
	for i := range n {
		fmt.Fprintf(&b, `<Bucket><Name>fusion-rms-%d</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket>`, i)
	}
	b.WriteString(`</Buckets>`)
	if token != "" {
		b.WriteString(`<ContinuationToken>` + token + `</ContinuationToken>`)
	}
	b.WriteString(`</ListAllMyBucketsResult>`)
	return Answer{Body: b.String()}
}

// Costs is a page of Cost Explorer's answer for a month: tags and amounts in turn. token is
// where the next one begins, if there is one.
func Costs(token, month string, estimated bool, tagsAndAmounts ...string) Answer {
	groups := []any{}
	for i := 0; i+1 < len(tagsAndAmounts); i += 2 {
		groups = append(groups, map[string]any{"Keys": []string{"OrgId$" + tagsAndAmounts[i]}, "Metrics": map[string]any{"UnblendedCost": map[string]string{"Amount": tagsAndAmounts[i+1], "Unit": "USD"}}})
	}
	page := map[string]any{"ResultsByTime": []any{map[string]any{"TimePeriod": map[string]string{"Start": month, "End": month}, "Estimated": estimated, "Groups": groups, "Total": map[string]any{}}}}
	if token != "" {
		page["NextPageToken"] = token
	}
	return JSON(page)
}

// Backfills is Cost Explorer's history of backfills: the states and the days from which they were.
func Backfills(statesAndDays ...string) Answer {
	all := []any{}
	for i := 0; i+1 < len(statesAndDays); i += 2 {
		all = append(all, map[string]string{"BackfillStatus": statesAndDays[i], "BackfillFrom": statesAndDays[i+1], "RequestedAt": statesAndDays[i+1]})
	}
	return JSON(map[string]any{"BackfillRequests": all})
}

// LogLines is CloudWatch Logs' answer.
func LogLines(lines ...string) Answer {
	all := []any{}
	for _, line := range lines {
		all = append(all, map[string]any{"message": line, "timestamp": time.Now().UnixMilli()})
	}
	return JSON(map[string]any{"events": all})
}

// CostTag is Cost Explorer's answer: the tag's status, or "" if it isn't known.
func CostTag(status string) Answer {
	tags := []any{}
	if status != "" {
		tags = append(tags, map[string]string{"TagKey": "OrgId", "Type": "UserDefined", "Status": status})
	}
	return JSON(map[string]any{"CostAllocationTags": tags})
}
