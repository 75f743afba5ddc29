package s3server

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// blockXML is a public access block on the wire.
type blockXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ PublicAccessBlockConfiguration"`
	Block
}

// noBlock is the answer if there is no public access block.
var noBlock = s3err.APIError{
	Code:           "NoSuchPublicAccessBlockConfiguration",
	Description:    "The public access block configuration was not found",
	HTTPStatusCode: http.StatusNotFound,
}

// reachedAccessBlock reports whether versitygw let a request for the public
// access block through all its checks up to its "501 Not Implemented": signature
// and body hash are right, the bucket exists and is the expected owner's.
// Permission is still open.
func reachedAccessBlock(ctx fiber.Ctx) bool {
	return ctx.Response().StatusCode() == http.StatusNotImplemented &&
		ctx.Request().URI().QueryArgs().Has("publicAccessBlock") &&
		utils.ContextKeyParsedAcl.IsSet(ctx)
}

// accessBlock serves PutPublicAccessBlock, GetPublicAccessBlock and
// DeletePublicAccessBlock in place of versitygw, with versitygw's own judgement
// of user policies and bucket policy.
func (g *gate) accessBlock(ctx fiber.Ctx, bucket string) error {
	if err := g.authorize(ctx, bucket); err != nil {
		var refusal s3err.S3Error
		if errors.As(err, &refusal) {
			return answer(ctx, refusal)
		}
		return err
	}
	switch ctx.Method() {
	case http.MethodGet:
		return g.getBlock(ctx, bucket)
	case http.MethodPut:
		return g.putBlock(ctx, bucket)
	default: // DELETE: versitygw has no other route for it
		g.blocks.put(bucket, nil)
		return answerXML(ctx, http.StatusNoContent, nil)
	}
}

// authorize asks what versitygw asks for its own operations. Deleting the block
// takes the permission to put it, as on AWS.
func (g *gate) authorize(ctx fiber.Ctx, bucket string) error {
	action, permission := auth.PutBucketPublicAccessBlockAction, auth.PermissionWrite
	if ctx.Method() == http.MethodGet {
		action, permission = auth.GetBucketPublicAccessBlockAction, auth.PermissionRead
	}
	return g.verify(ctx, bucket, action, permission)
}

func (g *gate) getBlock(ctx fiber.Ctx, bucket string) error {
	block, ok := g.blocks.get(bucket)
	if !ok {
		return answer(ctx, s3err.BucketError{BucketName: bucket, APIError: noBlock})
	}
	body, err := xml.Marshal(blockXML{Block: block})
	if err != nil {
		return fmt.Errorf("write the access block of %s: %w", bucket, err)
	}
	return answerXML(ctx, http.StatusOK, append([]byte(xml.Header), body...))
}

func (g *gate) putBlock(ctx fiber.Ctx, bucket string) error {
	var in blockXML
	if err := xml.Unmarshal(ctx.BodyRaw(), &in); err != nil {
		return answer(ctx, s3err.GetAPIError(s3err.ErrMalformedXML))
	}
	g.blocks.put(bucket, &in.Block)
	return answerXML(ctx, http.StatusOK, nil)
}
