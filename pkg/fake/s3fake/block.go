package s3fake

import (
	"encoding/xml"
	"net/http"
)

type blockDocument struct {
	XMLName xml.Name `xml:"PublicAccessBlockConfiguration"`
	Xmlns   string   `xml:"xmlns,attr,omitempty"`
	AccessBlock
}

// getAccessBlock returns the block, or S3's error if the bucket has none
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html).
func getAccessBlock(_ *Server, _ Request, b *Bucket) answer {
	if b.AccessBlock == nil {
		return refuse(http.StatusNotFound, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
	}
	return okXML(blockDocument{Xmlns: xmlNamespace, AccessBlock: *b.AccessBlock})
}

// getAccountBlock is S3 Control's GetPublicAccessBlock.
func getAccountBlock(s *Server, r Request, _ *Bucket) answer {
	block, set := s.blocks[r.ExpectedOwner()]
	if r.ExpectedOwner() != s.identity(r.Caller).Account {
		return denied()
	}
	b := &Bucket{}
	if set {
		b.AccessBlock = &block
	}
	return getAccessBlock(s, r, b)
}

// putAccessBlock replaces all four flags; one that isn't sent is off
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html).
func putAccessBlock(s *Server, r Request, _ *Bucket) answer {
	var doc blockDocument
	if xml.Unmarshal(r.Body, &doc) != nil {
		return malformedXML()
	}
	s.change(r.Bucket, func(b *Bucket) { b.AccessBlock = &doc.AccessBlock })
	return ok(http.StatusOK)
}

func deleteAccessBlock(s *Server, r Request, _ *Bucket) answer {
	s.change(r.Bucket, func(b *Bucket) { b.AccessBlock = nil })
	return ok(http.StatusNoContent)
}
