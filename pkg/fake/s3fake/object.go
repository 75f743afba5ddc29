package s3fake

import (
	"crypto/md5" // S3's ETag is defined so
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
)

// defaultType is the content type of objects that were put without one.
const defaultType = "binary/octet-stream"

// getObject returns an object; HEAD is the same without its body. To a caller who
// may not list the bucket, an absent key is 403
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
func getObject(s *Server, r Request, b *Bucket) answer {
	o, there := b.Objects[r.Key]
	if !there {
		list := operation{action: "s3:ListBucket"}
		id := s.identity(r.Caller)
		if s.lacks(r, &list) != nil || !s.permits(id, *b, list.action, "arn:aws:s3:::"+r.Bucket) {
			return denied()
		}
		return refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	}
	a := ok(http.StatusOK)
	a.body = o.Body
	a.header.Set("Content-Type", o.ContentType)
	a.header.Set("Content-Length", fmt.Sprint(len(o.Body)))
	a.header.Set("Etag", etag(o))
	for name, value := range o.Metadata {
		a.header.Set(metadataPrefix+name, value)
	}
	return a
}

// putObject writes an object; with If-None-Match: * only if there is none, with
// If-Match only over the one that has this ETag
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
func putObject(s *Server, r Request, _ *Bucket) answer {
	objects := s.buckets[r.Bucket].objects
	switch condition := r.Header.Get("If-None-Match"); {
	case condition != "" && condition != "*":
		return refuse(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented")
	case condition == "*":
		if _, there := objects[r.Key]; there {
			return refuse(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
		}
	}
	if condition := r.Header.Get("If-Match"); condition != "" {
		switch there, ok := objects[r.Key]; {
		case !ok:
			return refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		case etag(there) != condition:
			return refuse(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
		}
	}
	o := Object{ContentType: r.Header.Get("Content-Type"), Body: r.Body, Metadata: metadata(r.Header)}
	if o.ContentType == "" {
		o.ContentType = defaultType
	}
	objects[r.Key] = o
	a := ok(http.StatusOK)
	a.header.Set("Etag", etag(o))
	return a
}

// deleteObject succeeds whether or not the object was there
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html).
func deleteObject(s *Server, r Request, _ *Bucket) answer {
	delete(s.buckets[r.Bucket].objects, r.Key)
	return ok(http.StatusNoContent)
}

// metadataPrefix begins the headers of user-defined metadata
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html).
const metadataPrefix = "X-Amz-Meta-"

func metadata(h http.Header) map[string]string {
	all := map[string]string{}
	for name, values := range h {
		if rest, is := strings.CutPrefix(name, metadataPrefix); is {
			all[strings.ToLower(rest)] = strings.Join(values, ",")
		}
	}
	return all
}

func etag(o Object) string {
	sum := md5.Sum(o.Body)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}
