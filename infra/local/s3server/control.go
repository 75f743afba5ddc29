package s3server

import (
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// controlPrefix begins the path of every request to S3 Control, which versitygw
// doesn't have. A bucket of that name can't be used here.
const controlPrefix = "/v20180820/"

// accountBlock is the path of the account's public access block
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html).
const accountBlock = controlPrefix + "configuration/publicAccessBlock"

// taggedBucket returns the bucket of S3 Control's operations on tags,
// POST /v20180820/tags/{resourceArn}
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
func taggedBucket(path string) (bucket string, ok bool) {
	return strings.CutPrefix(path, controlPrefix+"tags/"+auth.ResourceArnPrefix)
}

// control answers S3 Control's TagResource and GetPublicAccessBlock in place of versitygw, which has
// their parts: the check of signatures, the judgement of policies, and bucket tags.
type control struct {
	gate   *gate
	signed fiber.Handler
	// account is the only one that there is.
	account string
	mu      sync.Mutex // between reading tags and writing them
}

func newControl(s *Server, g *gate) *control {
	root := middlewares.RootUserConfig{Access: s.root.AccessKeyID, Secret: s.root.SecretAccessKey}
	return &control{gate: g, account: s.account, signed: middlewares.VerifyV4Signature(root, g.iam, s.region, false, true, false)}
}

func (c *control) handle(ctx fiber.Ctx, path string) error {
	if path == accountBlock && ctx.Method() == http.MethodGet {
		return c.getAccountBlock(ctx)
	}
	bucket, ok := taggedBucket(path)
	if !ok || ctx.Method() != http.MethodPost {
		return refuseControl(ctx, s3err.GetAPIError(s3err.ErrNotImplemented))
	}
	err := c.tagResource(ctx, strings.Clone(bucket))
	if refusal, ok := errors.AsType[s3err.S3Error](err); ok {
		return refuseControl(ctx, refusal)
	}
	if err != nil {
		return err
	}
	return answerXML(ctx, http.StatusNoContent, nil)
}

// getAccountBlock answers whoever has signed. Nobody's rights are checked, as with the
// search by tag: versitygw judges buckets alone.
func (c *control) getAccountBlock(ctx fiber.Ctx) error {
	err := c.signed(ctx)
	if err == nil && ctx.Get("X-Amz-Account-Id") != c.account {
		err = s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	if refusal, ok := errors.AsType[s3err.S3Error](err); ok {
		return refuseControl(ctx, refusal)
	}
	if err != nil {
		return err
	}
	if caller, ok := utils.ContextKeyAccount.Get(ctx).(auth.Account); ok && caller.Arn != "" {
		ctx.Response().Header.Set(callerHeader, caller.Arn)
	}
	body, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"PublicAccessBlockConfiguration"`
		Block
	}{Block: c.gate.blocks.ofAccount()})
	if err != nil {
		return err
	}
	return answerXML(ctx, http.StatusOK, body)
}

// tagResource adds tags to a bucket and leaves the others alone.
func (c *control) tagResource(ctx fiber.Ctx, bucket string) error {
	if err := c.signed(ctx); err != nil {
		return err
	}
	if caller, ok := utils.ContextKeyAccount.Get(ctx).(auth.Account); ok && caller.Arn != "" {
		ctx.Response().Header.Set(callerHeader, caller.Arn)
	}
	if ctx.Get("X-Amz-Account-Id") != c.account {
		return s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	data, err := c.gate.store.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: &bucket})
	if err != nil {
		return err
	}
	acl, err := auth.ParseACL(data)
	if err != nil {
		return fmt.Errorf("read the owner of %s: %w", bucket, err)
	}
	utils.ContextKeyParsedAcl.Set(ctx, acl)
	if err := c.gate.verify(ctx, bucket, tagResource, auth.PermissionWrite); err != nil {
		return err
	}
	var in struct {
		XMLName xml.Name    `xml:"TagResourceRequest"`
		Tags    []types.Tag `xml:"Tags>Tag"`
	}
	if err := xml.Unmarshal(ctx.BodyRaw(), &in); err != nil {
		return s3err.GetAPIError(s3err.ErrMalformedXML)
	}
	given := map[string]string{}
	for _, t := range in.Tags {
		given[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return c.addTags(ctx, bucket, given)
}

func (c *control) addTags(ctx fiber.Ctx, bucket string, given map[string]string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	tags, err := c.gate.store.GetBucketTagging(ctx, bucket)
	if err != nil && !errors.Is(err, s3err.GetAPIError(s3err.ErrBucketTaggingNotFound)) {
		return err
	}
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, given)
	return c.gate.store.PutBucketTagging(ctx, bucket, tags)
}

// refuseControl answers in S3 Control's form, which has the error one level deeper.
func refuseControl(ctx fiber.Ctx, err s3err.S3Error) error {
	body := strings.TrimPrefix(string(err.XMLBody(utils.EnsureRequestIDs(ctx))), xml.Header)
	return answerXML(ctx, err.StatusCode(), []byte(xml.Header+"<ErrorResponse>"+body+"</ErrorResponse>"))
}
