// Package access checks by real requests that an organization's bucket is open as
// far as it has to be, and no further: for its own user, for anyone, and for the
// function. `make run` and `make accept` ask these questions of their servers.
package access

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// What the client's user puts into its bucket: a picture for the public, and a
// file that is nobody else's business.
const (
	PictureKey = "pub/x"
	PrivateKey = "sync/till-1.db"
	Private    = "takings"
)

func picture(bucket string) string { return "picture of " + bucket }

// Mismatch is one thing that isn't as it should be. What may be empty.
type Mismatch struct{ What, Expected, Got string }

// Differs compares by what is printed: what reads the same is the same here.
func Differs[T any](what string, got, expected T) []Mismatch {
	g, e := text(got), text(expected)
	if g == e {
		return nil
	}
	return []Mismatch{{what, e, g}}
}

func text(v any) string {
	if list, is := v.([]string); is {
		v = strings.Join(list, ", ")
	}
	if v == "" {
		return "nothing"
	}
	return fmt.Sprint(v)
}

// Owner has the bucket's own user put, get, list and delete objects.
func Owner(bucket string, v Visitor) []Mismatch {
	return slices.Concat(
		Differs("PUT pub/x in "+bucket, v.Put(bucket, PictureKey, picture(bucket)), Done),
		Differs("PUT sync/ in "+bucket, v.Put(bucket, PrivateKey, Private), Done),
		Differs("PUT elsewhere in "+bucket, v.Put(bucket, "draft", "x"), Done),
		Differs("DELETE in "+bucket, v.Remove(bucket, "draft"), Done),
		Differs("GET sync/ in "+bucket, v.Get(bucket, PrivateKey), Private),
		Differs("LIST "+bucket, v.List(bucket), "pub/ "+PictureKey+" "+PrivateKey),
	)
}

// Outsider has somebody else try everything, after [Owner]: only the public folder
// can be read.
func Outsider(bucket string, v Visitor) []Mismatch {
	return slices.Concat(
		Differs("GET pub/x in "+bucket, v.Get(bucket, PictureKey), picture(bucket)),
		Differs("GET sync/ in "+bucket, v.Get(bucket, PrivateKey), Refused),
		Differs("LIST "+bucket, v.List(bucket), Refused),
		Differs("PUT pub/ in "+bucket, v.Put(bucket, "pub/intruder", "x"), Refused),
		Differs("PUT pub/x in "+bucket, v.Put(bucket, PictureKey, "x"), Refused),
		Differs("PUT elsewhere in "+bucket, v.Put(bucket, "intruder", "x"), Refused),
		Differs("DELETE pub/x in "+bucket, v.Remove(bucket, PictureKey), Refused),
		Differs("DELETE sync/ in "+bucket, v.Remove(bucket, PrivateKey), Refused),
	)
}

// Function has the function's own rights try what they mustn't reach.
func Function(bucket string, v Visitor) []Mismatch {
	return slices.Concat(
		Differs("GET sync/ in "+bucket, v.Get(bucket, PrivateKey), Refused),
		Differs("LIST "+bucket, v.List(bucket), Refused),
		Differs("PUT sync/ in "+bucket, v.Put(bucket, PrivateKey, "x"), Refused),
		Differs("PUT pub/x in "+bucket, v.Put(bucket, PictureKey, "x"), Refused),
		Differs("DELETE sync/ in "+bucket, v.Remove(bucket, PrivateKey), Refused),
		Differs("PutBucketTagging of "+bucket, v.tag(bucket, "OrgId", "mine"), Refused),
	)
}

// Kept finds out whether all those attempts left something behind.
func Kept(bucket string, owner Visitor) []Mismatch {
	return slices.Concat(
		Differs("LIST after all in "+bucket, owner.List(bucket), "pub/ "+PictureKey+" "+PrivateKey),
		Differs("GET sync/ after all in "+bucket, owner.Get(bucket, PrivateKey), Private),
	)
}

func (v Visitor) tag(bucket, key, value string) string {
	_, err := v.Client.PutBucketTagging(v.Context, &s3.PutBucketTaggingInput{
		Bucket: &bucket, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String(key), Value: aws.String(value)}}},
	})
	return Answer(err)
}

// Visitor sends requests under one identity. Each method returns what the server
// said: "403 AccessDenied", "200", or what was read.
type Visitor struct {
	Context context.Context
	Client  *s3.Client
}
