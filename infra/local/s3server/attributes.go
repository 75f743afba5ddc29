package s3server

import (
	"fmt"
	"os"
	"strings"

	"github.com/versity/versitygw/backend/meta"
)

// attributes is where versitygw keeps what it knows of buckets and objects.
//
// Extended attributes are best: with them an object and its metadata appear in one
// step. But ext4 has room for some 4 KB of them, too little for a
// bucket policy, which may have 20 KB: so buckets get files. Where the file
// system has no extended attributes at all, objects get files, too.
type attributes struct {
	meta.MetadataStorer // of objects
	buckets             meta.SideCar
}

// openAttributes prepares the attributes of the buckets below a directory, with files in another one.
func openAttributes(buckets, files string) (attributes, error) {
	sidecar, err := meta.NewSideCar(files)
	if err != nil {
		return attributes{}, fmt.Errorf("open the bucket attributes in %s: %w", files, err)
	}
	if (meta.XattrMeta{}).Test(buckets) != nil {
		return attributes{MetadataStorer: sidecar, buckets: sidecar}, nil
	}
	return attributes{MetadataStorer: meta.XattrMeta{}, buckets: sidecar}, nil
}

// of returns the storer for a bucket (object is empty) or an object. versitygw sometimes
// passes an object's path as the bucket.
func (a attributes) of(bucket, object string) meta.MetadataStorer {
	if object == "" && !strings.Contains(bucket, "/") {
		return a.buckets
	}
	return a.MetadataStorer
}

// RetrieveAttribute implements [meta.MetadataStorer].
func (a attributes) RetrieveAttribute(file *os.File, bucket, object, name string) ([]byte, error) {
	return a.of(bucket, object).RetrieveAttribute(file, bucket, object, name)
}

// StoreAttribute implements [meta.MetadataStorer].
func (a attributes) StoreAttribute(file *os.File, bucket, object, name string, value []byte) error {
	return a.of(bucket, object).StoreAttribute(file, bucket, object, name, value)
}

// DeleteAttribute implements [meta.MetadataStorer].
func (a attributes) DeleteAttribute(bucket, object, name string) error {
	return a.of(bucket, object).DeleteAttribute(bucket, object, name)
}

// ListAttributes implements [meta.MetadataStorer].
func (a attributes) ListAttributes(bucket, object string) ([]string, error) {
	return a.of(bucket, object).ListAttributes(bucket, object)
}

// DeleteAttributes implements [meta.MetadataStorer].
func (a attributes) DeleteAttributes(bucket, object string) error {
	return a.of(bucket, object).DeleteAttributes(bucket, object)
}
