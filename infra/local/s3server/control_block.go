package s3server

import (
	"encoding/xml"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// accountBlock gets, puts and deletes the account's own public access block, which wins
// over every bucket's. versitygw's policies know no such permissions: whoever has signed
// may get it, as with the search by tag, and only root change it.
func (c *control) accountBlock(ctx fiber.Ctx) error {
	if root, _ := utils.ContextKeyIsRoot.Get(ctx).(bool); !root && ctx.Method() != http.MethodGet {
		return s3err.GetAPIError(s3err.ErrAccessDenied)
	}
	blocks := c.gate.blocks
	switch ctx.Method() {
	case http.MethodGet:
		block := blocks.ofAccount()
		if block == nil {
			return noBlock
		}
		body, err := xml.Marshal(blockXML{Block: *block})
		if err != nil {
			return fmt.Errorf("write the account's access block: %w", err)
		}
		return answerXML(ctx, http.StatusOK, append([]byte(xml.Header), body...))
	case http.MethodPut:
		var in struct {
			XMLName xml.Name `xml:"PublicAccessBlockConfiguration"`
			Block
		}
		if err := xml.Unmarshal(ctx.BodyRaw(), &in); err != nil {
			return s3err.GetAPIError(s3err.ErrMalformedXML)
		}
		blocks.putOfAccount(&in.Block)
		return answerXML(ctx, http.StatusOK, nil)
	case http.MethodDelete:
		blocks.putOfAccount(nil)
		return answerXML(ctx, http.StatusNoContent, nil)
	}
	return s3err.GetAPIError(s3err.ErrNotImplemented)
}
