package s3server

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// tagResource adds tags to a bucket and leaves the others alone
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
func (c *control) tagResource(ctx fiber.Ctx, bucket string) error {
	if err := c.mayChangeTags(ctx, bucket, tagResource); err != nil {
		return err
	}
	var in struct {
		XMLName xml.Name    `xml:"TagResourceRequest"`
		Tags    []types.Tag `xml:"Tags>Tag"`
	}
	if err := xml.Unmarshal(ctx.BodyRaw(), &in); err != nil {
		return s3err.GetAPIError(s3err.ErrMalformedXML)
	}
	return c.changeTags(ctx, bucket, func(tags map[string]string) {
		for _, t := range in.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	})
}

// untagResource removes tags by their keys, which the query names
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UntagResource.html).
func (c *control) untagResource(ctx fiber.Ctx, bucket string) error {
	if err := c.mayChangeTags(ctx, bucket, untagResource); err != nil {
		return err
	}
	return c.changeTags(ctx, bucket, func(tags map[string]string) {
		for _, key := range ctx.Request().URI().QueryArgs().PeekMulti("tagKeys") {
			delete(tags, string(key))
		}
	})
}

// mayChangeTags asks whether the caller has a permission on a bucket of the account.
func (c *control) mayChangeTags(ctx fiber.Ctx, bucket string, action auth.Action) error {
	data, err := c.gate.store.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: &bucket})
	if err != nil {
		return err
	}
	acl, err := auth.ParseACL(data)
	if err != nil {
		return fmt.Errorf("read the owner of %s: %w", bucket, err)
	}
	utils.ContextKeyParsedAcl.Set(ctx, acl)
	return c.gate.verify(ctx, bucket, action, auth.PermissionWrite)
}

func (c *control) changeTags(ctx fiber.Ctx, bucket string, change func(map[string]string)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, err := c.gate.store.GetBucketTagging(ctx, bucket)
	if err != nil && !errors.Is(err, s3err.GetAPIError(s3err.ErrBucketTaggingNotFound)) {
		return err
	}
	tags := maps.Clone(before)
	if tags == nil {
		tags = map[string]string{}
	}
	change(tags)
	if err := c.gate.store.PutBucketTagging(ctx, bucket, tags); err != nil {
		return err
	}
	return answerXML(ctx, http.StatusNoContent, nil)
}
