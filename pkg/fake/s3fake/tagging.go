package s3fake

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
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

// getResources is the Resource Groups Tagging API's search by tag, with pages of two
// (https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html).
func getResources(s *Server, r Request, _ *Bucket) answer {
	var in struct {
		PaginationToken string
		TagFilters      []struct {
			Key    string
			Values []string
		}
	}
	if err := json.Unmarshal(r.Body, &in); err != nil || len(in.TagFilters) != 1 {
		return refuse(http.StatusBadRequest, "InvalidParameterException", "one filter is expected")
	}
	wanted := in.TagFilters[0]
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.buckets)) {
		b := s.view(name)
		if b == nil || b.Owner != s.identity(r.Caller).Account || b.Region != r.Region {
			continue
		}
		if value, tagged := b.Tags[wanted.Key]; tagged && slices.Contains(wanted.Values, value) {
			names = append(names, name)
		}
	}
	type resource struct{ ResourceARN string }
	out := struct {
		PaginationToken        string
		ResourceTagMappingList []resource
	}{ResourceTagMappingList: []resource{}}
	names, out.PaginationToken = page(names, "", in.PaginationToken, 2)
	for _, name := range names {
		out.ResourceTagMappingList = append(out.ResourceTagMappingList, resource{"arn:aws:s3:::" + name})
	}
	body, err := json.Marshal(out)
	if err != nil {
		panic(fmt.Sprintf("s3fake: encode %T: %v", out, err))
	}
	a := ok(http.StatusOK)
	a.header.Set("Content-Type", "application/x-amz-json-1.1")
	a.body = body
	return a
}
