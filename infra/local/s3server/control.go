package s3server

import (
	"encoding/xml"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// controlPrefix begins the path of every request to S3 Control, which versitygw
// doesn't have. A bucket of that name can't be used here.
const controlPrefix = "/v20180820/"

// accountBlockPath is that of S3 Control's operations on the account's public access block
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html).
const accountBlockPath = controlPrefix + "configuration/publicAccessBlock"

// taggedBucket returns the bucket of S3 Control's operations on tags, whose path is
// /v20180820/tags/{resourceArn}.
func taggedBucket(path string) (bucket string, ok bool) {
	return strings.CutPrefix(path, controlPrefix+"tags/"+auth.ResourceArnPrefix)
}

// controlCall names a request to S3 Control; false if it is another one.
func controlCall(method, path string) (operation, bucket string, ok bool) {
	if path == accountBlockPath {
		return verb(method) + "AccountPublicAccessBlock", "", true
	}
	bucket, ok = taggedBucket(path)
	if operation = "TagResource"; method == http.MethodDelete {
		operation = "UntagResource"
	}
	return operation, bucket, ok
}

// control answers some operations of S3 Control in place of versitygw, which has their
// parts: the check of signatures, the judgement of policies, and bucket tags.
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
	err := c.serve(ctx, path)
	if refusal, ok := errors.AsType[s3err.S3Error](err); ok {
		return refuseControl(ctx, refusal)
	}
	return err
}

// serve answers an operation. The error is an S3 error for what the client is told.
func (c *control) serve(ctx fiber.Ctx, path string) error {
	bucket, tags := taggedBucket(path)
	if !tags && path != accountBlockPath {
		return s3err.GetAPIError(s3err.ErrNotImplemented)
	}
	if err := c.authenticate(ctx, path); err != nil {
		return err
	}
	bucket = strings.Clone(bucket)
	switch method := ctx.Method(); {
	case !tags:
		return c.accountBlock(ctx)
	case method == http.MethodPost:
		return c.tagResource(ctx, bucket)
	case method == http.MethodDelete:
		return c.untagResource(ctx, bucket)
	}
	return s3err.GetAPIError(s3err.ErrNotImplemented)
}

// authenticate checks the signature and the account that the request names. S3 signs a
// path as it is sent, as the aws command does; versitygw wants it escaped once more,
// which is what the Go SDK does at an endpoint that isn't AWS's. Both are taken.
func (c *control) authenticate(ctx fiber.Ctx, path string) error {
	err := c.signed(ctx)
	if errors.Is(err, s3err.GetAPIError(s3err.ErrSignatureDoesNotMatch)) {
		ctx.Request().URI().SetPath(path)
		err = c.signed(ctx)
	}
	if err != nil {
		return err
	}
	if caller, ok := utils.ContextKeyAccount.Get(ctx).(auth.Account); ok && caller.Arn != "" {
		ctx.Response().Header.Set(callerHeader, caller.Arn)
	}
	if ctx.Get("X-Amz-Account-Id") != c.account {
		return s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	return nil
}

// refuseControl answers in S3 Control's form, which has the error one level deeper.
func refuseControl(ctx fiber.Ctx, err s3err.S3Error) error {
	body := strings.TrimPrefix(string(err.XMLBody(utils.EnsureRequestIDs(ctx))), xml.Header)
	return answerXML(ctx, err.StatusCode(), []byte(xml.Header+"<ErrorResponse>"+body+"</ErrorResponse>"))
}
