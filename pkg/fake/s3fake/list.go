package s3fake

import (
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// page cuts the sorted names to those with a prefix that come after a token, at
// most limit. next is the token of the page that follows, empty after the last.
func page(names []string, prefix, after string, limit int) (cut []string, next string) {
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) || name <= after {
			continue
		}
		if len(cut) == limit {
			return cut, cut[limit-1]
		}
		cut = append(cut, name)
	}
	return cut, ""
}

// limitOf reads a page's size, which has a highest value.
func limitOf(text string, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return most
	}
	return n
}

type bucketsDocument struct {
	XMLName           xml.Name      `xml:"ListAllMyBucketsResult"`
	Xmlns             string        `xml:"xmlns,attr"`
	Buckets           []bucketEntry `xml:"Buckets>Bucket"`
	Owner             struct{ ID string }
	ContinuationToken string `xml:",omitempty"`
	Prefix            string `xml:",omitempty"`
}

type bucketEntry struct{ Name, CreationDate, BucketRegion string }

// created is when every bucket and object was made, as far as listings tell.
const created = "2024-01-01T00:00:00.000Z"

// listBuckets lists the caller's account's
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html).
func listBuckets(s *Server, r Request, _ *Bucket) answer {
	id := s.identity(r.Caller)
	if id.anonymous() {
		return denied()
	}
	region := r.Query.Get("bucket-region")
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.buckets)) {
		if b := s.view(name); b != nil && b.Owner == id.Account && (region == "" || b.Region == region) {
			names = append(names, name)
		}
	}
	doc := bucketsDocument{Xmlns: xmlNamespace, Prefix: r.Query.Get("prefix")}
	doc.Owner.ID = id.Account
	names, doc.ContinuationToken = page(names, doc.Prefix, r.Query.Get("continuation-token"), limitOf(r.Query.Get("max-buckets"), 10_000))
	for _, name := range names {
		doc.Buckets = append(doc.Buckets, bucketEntry{name, created, s.view(name).Region})
	}
	return okXML(doc)
}

type objectsDocument struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Xmlns                 string   `xml:"xmlns,attr"`
	Name, Prefix          string
	KeyCount, MaxKeys     int
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []objectEntry
}

type objectEntry struct {
	Key, LastModified, ETag string
	Size                    int
	StorageClass            string
}

// listObjects lists keys; delimiters aren't known
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
func listObjects(_ *Server, r Request, b *Bucket) answer {
	doc := objectsDocument{Xmlns: xmlNamespace, Name: r.Bucket, Prefix: r.Query.Get("prefix"), MaxKeys: limitOf(r.Query.Get("max-keys"), 1000)}
	after := max(r.Query.Get("continuation-token"), r.Query.Get("start-after"))
	keys, next := page(slices.Sorted(maps.Keys(b.Objects)), doc.Prefix, after, doc.MaxKeys)
	doc.KeyCount, doc.NextContinuationToken, doc.IsTruncated = len(keys), next, next != ""
	for _, key := range keys {
		o := b.Objects[key]
		doc.Contents = append(doc.Contents, objectEntry{key, created, etag(o), len(o.Body), "STANDARD"})
	}
	a := okXML(doc)
	a.header.Set("X-Amz-Bucket-Region", b.Region)
	return a
}
