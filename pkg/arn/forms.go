// Package arn knows the forms of AWS's names: ARNs, partitions, account numbers
// and Regions, and of a stage's name, from which all names of a stack are made.
//
// The forms are checked by hand: compiling regular expressions for them took a
// third of the function's start-up. Tests compare each check with its expression.
package arn

import "strings"

const (
	digits    = "0123456789"
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// madeOf reports whether text is empty or consists of these characters.
func madeOf(text, characters string) bool { return strings.Trim(text, characters) == "" }

// ARN is an Amazon Resource Name in its parts:
// arn:partition:service:region:account:resource
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
type ARN struct{ Partition, Service, Region, Account, Resource string }

// Parse splits text into the parts of an ARN. It reports false if text doesn't
// have six parts of which the first is "arn"; the other parts aren't checked.
func Parse(text string) (ARN, bool) {
	part := strings.SplitN(text, ":", 6)
	if len(part) != 6 || part[0] != "arn" {
		return ARN{}, false
	}
	return ARN{part[1], part[2], part[3], part[4], part[5]}, true
}

// IsAccount reports whether text is an AWS account's number, which has 12 digits.
func IsAccount(text string) bool { return len(text) == 12 && madeOf(text, digits) }

// IsTopic reports whether text is the ARN of a standard SNS topic in a supported
// Region. Topic names have 1 to 256 letters, digits, hyphens and underscores; a
// FIFO topic's name has a suffix with a dot
// (https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html).
func IsTopic(text string) bool {
	a, _ := Parse(text) // what is no ARN has no service
	return a.Service == "sns" && a.inItsPartition() && IsAccount(a.Account) &&
		a.Resource != "" && len(a.Resource) <= 256 && madeOf(a.Resource, upperCase+lowerCase+digits+"_-")
}

// inItsPartition reports whether the ARN's Region is one of its partition.
func (a ARN) inItsPartition() bool {
	p, err := PartitionOf(a.Region)
	return err == nil && p.ID == a.Partition
}

// IsPrincipal reports whether text is the ARN of an IAM user or role, or of an
// account's root, in a supported partition
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func IsPrincipal(text string) bool {
	a, _ := Parse(text)
	if !isPartition(a.Partition) || a.Service != "iam" || a.Region != "" || !IsAccount(a.Account) {
		return false
	}
	if a.Resource == "root" {
		return true
	}
	kind, path, _ := strings.Cut(a.Resource, "/")
	return (kind == "role" || kind == "user") && path != "" && madeOf(path, upperCase+lowerCase+digits+"+=,.@_/-")
}

// RootAccount returns the account of an account's root user,
// arn:<partition>:iam::<account>:root. Any partition will do: bucket policies may
// name accounts of partitions that this system can't run in.
func RootAccount(text string) (account string, ok bool) {
	a, _ := Parse(text)
	ok = a.Partition != "" && madeOf(a.Partition, lowerCase+"-") && a.Service == "iam" && a.Region == "" && IsAccount(a.Account) && a.Resource == "root"
	if !ok {
		return "", false
	}
	return a.Account, true
}

// isRegion reports whether text has a Region's form: two to four letters, words,
// and a number, with hyphens between them.
func isRegion(text string) bool {
	part := strings.Split(text, "-")
	last := len(part) - 1
	if last < 2 || len(part[0]) < 2 || len(part[0]) > 4 {
		return false
	}
	for _, word := range part[:last] {
		if word == "" || !madeOf(word, lowerCase) {
			return false
		}
	}
	return part[last] != "" && madeOf(part[last], digits)
}

// MaxStageLength keeps the longest name that is made from a stage's, that of the
// function, within the 64 characters that Lambda allows
// (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html).
const MaxStageLength = 24

// IsStage reports whether text can be a stage's name: at most [MaxStageLength]
// lower-case letters, digits and inner single hyphens, beginning with a letter.
func IsStage(text string) bool {
	return text != "" && len(text) <= MaxStageLength && madeOf(text, lowerCase+digits+"-") &&
		madeOf(text[:1], lowerCase) && !strings.HasSuffix(text, "-") && !strings.Contains(text, "--")
}
