package s3fake

import (
	"encoding/xml"
	"maps"
	"net/http"
	"regexp"
	"slices"
)

type taggingDocument struct {
	XMLName xml.Name `xml:"Tagging"`
	Xmlns   string   `xml:"xmlns,attr,omitempty"`
	Tags    []tag    `xml:"TagSet>Tag"`
}

// tagForm is what keys and values are made of
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html).
var tagForm = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// tagSet reads tags, none of whose keys may come twice
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html).
func tagSet(tags []tag) (map[string]string, *answer) {
	set := make(map[string]string, len(tags))
	for _, t := range tags {
		if _, twice := set[t.Key]; twice || t.Key == "" || len(t.Key) > 128 || len(t.Value) > 256 || !tagForm.MatchString(t.Key) || !tagForm.MatchString(t.Value) {
			a := refuse(http.StatusBadRequest, "InvalidTag", "The TagKey or TagValue you have provided is invalid")
			return nil, &a
		}
		set[t.Key] = t.Value
	}
	return set, nil
}

// getTagging returns the tags, or S3's error if the bucket has none
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html).
func getTagging(_ *Server, _ Request, b *Bucket) answer {
	if len(b.Tags) == 0 {
		return refuse(http.StatusNotFound, "NoSuchTagSet", "The TagSet does not exist")
	}
	doc := taggingDocument{Xmlns: xmlNamespace}
	for _, key := range slices.Sorted(maps.Keys(b.Tags)) {
		doc.Tags = append(doc.Tags, tag{key, b.Tags[key]})
	}
	return okXML(doc)
}

// tagResource is S3 Control's: it adds tags or changes their values, and leaves all
// others alone (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
func tagResource(s *Server, r Request, _ *Bucket) answer {
	var doc struct {
		XMLName xml.Name `xml:"TagResourceRequest"`
		Tags    []tag    `xml:"Tags>Tag"`
	}
	if xml.Unmarshal(r.Body, &doc) != nil {
		return malformedXML()
	}
	given, refused := tagSet(doc.Tags)
	if refused != nil {
		return *refused
	}
	tags := maps.Clone(s.truth(r.Bucket).Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, given)
	s.change(r.Bucket, func(b *Bucket) { b.Tags = tags })
	return ok(http.StatusNoContent)
}

// putTagging replaces the whole set.
func putTagging(s *Server, r Request, _ *Bucket) answer {
	var doc taggingDocument
	if xml.Unmarshal(r.Body, &doc) != nil {
		return malformedXML()
	}
	tags, refused := tagSet(doc.Tags)
	if refused != nil {
		return *refused
	}
	s.change(r.Bucket, func(b *Bucket) { b.Tags = tags })
	return ok(http.StatusNoContent)
}
