package s3server

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// callerHeader is the response header by which versitygw names the caller to the
// front. The front removes it.
const callerHeader = "X-S3server-Caller"

// gate stands before versitygw's routes, inside it, where a request's caller is
// known once the routes have run. fiber calls it for every S3 request.
type gate struct {
	store  backend.Backend
	iam    auth.IAMService
	blocks *blocks
	// control serves what isn't S3 but S3 Control.
	control *control
}

func (g *gate) handle(ctx fiber.Ctx) error {
	if path, err := url.PathUnescape(ctx.Path()); err == nil && strings.HasPrefix(path, controlPrefix) {
		return g.control.handle(ctx, path)
	}
	bucket := bucketOf(ctx.Path())
	if g.restricted(ctx, bucket) {
		return answer(ctx, s3err.GetAPIError(s3err.ErrAccessDenied))
	}
	// The store decides about names but sees no headers; it sees the request's values.
	ctx.Locals(namespaceHeader, ctx.Get(namespaceHeader))
	ctx.Locals(ownershipHeader, ctx.Get(ownershipHeader))
	if err := ctx.Next(); err != nil {
		return err
	}
	if caller, ok := utils.ContextKeyAccount.Get(ctx).(auth.Account); ok && caller.Arn != "" {
		ctx.Response().Header.Set(callerHeader, caller.Arn)
	}
	if reachedAccessBlock(ctx) {
		return g.accessBlock(ctx, bucket)
	}
	return g.hideAbsence(ctx, bucket)
}

// verify asks versitygw whether the caller that it found may do something on a
// bucket, by user policies and bucket policy. The error is an S3 error in AWS's words.
func (g *gate) verify(ctx fiber.Ctx, bucket string, action auth.Action, permission auth.Permission) error {
	acl, _ := utils.ContextKeyParsedAcl.Get(ctx).(auth.ACL)
	caller, _ := utils.ContextKeyAccount.Get(ctx).(auth.Account)
	isRoot, _ := utils.ContextKeyIsRoot.Get(ctx).(bool)
	return auth.VerifyAccess(ctx, g.store, auth.AccessOptions{
		Acl: acl, AclPermission: permission, IsRoot: isRoot, Acc: caller,
		Bucket: bucket, Actions: []auth.Action{action}, Iam: g.iam, DisableACL: true,
		IsPublicRequest: utils.ContextKeyPublicBucket.IsSet(ctx),
	})
}

// restricted reports whether RestrictPublicBuckets keeps an anonymous request
// out. Stored policies stay as they are and merely stop working for the public.
// With ACLs off a policy is the only way in for it, so the request needs no
// closer look. An absent bucket is left to versitygw, which answers 404.
//
// Anonymous is what versitygw takes for it. A signed browser form (POST with
// multipart/form-data) looks the same here and is kept out, too.
func (g *gate) restricted(ctx fiber.Ctx, bucket string) bool {
	if bucket == "" || ctx.Get("Authorization") != "" || utils.IsPresignedURLAuth(ctx) {
		return false
	}
	if !g.blocks.effective(bucket).RestrictPublicBuckets {
		return false
	}
	_, err := g.store.GetBucketAcl(context.Background(), &s3.GetBucketAclInput{Bucket: &bucket})
	return err == nil
}

// answer writes an S3 error in versitygw's form.
func answer(ctx fiber.Ctx, err s3err.S3Error) error {
	requestID, hostID := utils.EnsureRequestIDs(ctx)
	return answerXML(ctx, err.StatusCode(), err.XMLBody(requestID, hostID))
}

func answerXML(ctx fiber.Ctx, status int, body []byte) error {
	ctx.Response().ResetBody()
	ctx.Response().Header.SetContentType(fiber.MIMEApplicationXML)
	if status == http.StatusNoContent || len(body) == 0 {
		return ctx.Status(status).Send(nil)
	}
	return ctx.Status(status).Send(body)
}

// bucketOf returns a path's bucket: no bucket name needs unescaping.
func bucketOf(path string) string {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return strings.Clone(bucket)
}
