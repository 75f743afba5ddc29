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

// getAccessBlock: a bucket without one is an error
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html).
func getAccessBlock(_ *Server, _ Request, b *Bucket) answer {
	if b.AccessBlock == nil {
		return refuse(http.StatusNotFound, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
	}
	return okXML(blockDocument{Xmlns: xmlNamespace, AccessBlock: *b.AccessBlock})
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
