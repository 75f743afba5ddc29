package s3server

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// hideAbsence turns "there is no such object" into "access denied" for a caller
// who may not list the bucket, as AWS documents for GetObject and HeadObject:
// whoever may not list must not learn what is there. versitygw answers 404 to everybody.
func (g *gate) hideAbsence(ctx fiber.Ctx, bucket string) error {
	if !absentObject(ctx, bucket) {
		return nil
	}
	err := g.mayList(ctx, bucket)
	var refusal s3err.S3Error
	if errors.As(err, &refusal) {
		return answer(ctx, refusal)
	}
	return err
}

// absentObject reports whether versitygw answered a reader that an object of an existing bucket is absent.
func absentObject(ctx fiber.Ctx, bucket string) bool {
	key := strings.TrimPrefix(ctx.Path(), "/"+bucket)
	reads := ctx.Method() == http.MethodGet || ctx.Method() == http.MethodHead
	return reads && key != "" && key != "/" && ctx.Response().StatusCode() == http.StatusNotFound &&
		utils.ContextKeyParsedAcl.IsSet(ctx)
}

// mayList returns S3's refusal if the caller may not list the bucket.
func (g *gate) mayList(ctx fiber.Ctx, bucket string) error {
	if utils.ContextKeyPublicBucket.IsSet(ctx) { // an anonymous caller
		return auth.VerifyPublicAccess(ctx, g.store, auth.ListBucketAction, auth.PermissionRead, bucket, "")
	}
	return g.verify(ctx, bucket, auth.ListBucketAction, auth.PermissionRead)
}
