package proof

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"

	"github.com/fusionpos/orgbucket/pkg/org"
)

// evidence is what a delivery was told, by bucket.
type evidence struct {
	// proved: it's in our account and tagged for the organization.
	proved map[string]bool
	// unavailable: somebody else has it.
	unavailable map[string]bool
	// unreadable: a look said nothing of it, so that only creating it told.
	unreadable map[string]bool
	// refused is when a write to the bucket was refused last, events the count.
	refused map[string]int
	events  int
	// claimed is the bucket that the claim names, claiming the one that the delivery
	// is about to claim.
	claimed, claiming map[org.ID]string
	// noPolicies counts the reads one after the other that said that there is no
	// policy, overlooked the looks that said, against the truth, that there is no
	// bucket or no tag.
	noPolicies, overlooked map[string]int
	// oldBlock: the last read said that the access block lets the public in, though it
	// doesn't.
	oldBlock map[string]bool
	// did are the writes that were answered with success: "operation bucket".
	did map[string]bool
	// unheard are the messages whose last outcome may not have got to the topic.
	unheard map[string]bool
	// topicHung: the topic didn't answer before the deadline, so that no time was
	// left for what comes after the message that was to be published.
	topicHung bool
}

// asked checks a call before it's sent. The wire is held.
func (k *checker) asked(c *call) {
	c.by.told.events++
	c.asked, c.proved = c.by.told.events, c.by.told.proved[c.bucket]
	if c.service != toS3 || c.operation == "CreateBucket" {
		return
	}
	if owner := c.request.Header.Get("X-Amz-Expected-Bucket-Owner"); owner != account {
		k.violate(NoWriteUnproved, "%s expects the owner %q", c.target, owner)
	}
	if c.bucket == homes {
		k.askedClaim(*c)
		return
	}
	if c.operation == "PutBucketPolicy" && c.by.told.claimed[k.orgOf(c.bucket)] != c.bucket {
		k.violate(OnlyTheClaimed, "%s, but the delivery was told that %q is claimed", c.target, c.by.told.claimed[k.orgOf(c.bucket)])
	}
	if c.writes() && !c.by.told.proved[c.bucket] {
		k.violate(NoWriteUnproved, "%s, but the delivery wasn't told since its last refused write that the bucket is the organization's", c.target)
	}
}

// answered hears what the delivery is told. The wire is held.
func (k *checker) answered(c call, answer *http.Response) {
	told := &c.by.told
	told.events++
	if answer.StatusCode < 300 {
		told.did[c.operation+" "+c.bucket] = true
	}
	if c.bucket == homes {
		k.answeredClaim(c, answer)
		return
	}
	b, there := k.before[c.bucket]
	none := answer.StatusCode == http.StatusNotFound
	switch c.operation {
	case "GetBucketPolicy":
		told.noPolicies[c.bucket] = counted(none, told.noPolicies[c.bucket])
	case "GetBucketTagging":
		told.overlooked[c.bucket] = counted(there && none && (isNoBucket(answer) || b.bucket.Tags["OrgId"] != ""), told.overlooked[c.bucket])
	case "GetPublicAccessBlock":
		told.oldBlock[c.bucket] = lets(answer) && (b.flags().BlockPublicPolicy || b.flags().RestrictPublicBuckets)
	}
	refused := answer.StatusCode >= 400 && answer.StatusCode < 500
	switch {
	case c.operation == "GetBucketTagging" && answer.StatusCode == http.StatusOK:
		tag := orgTag(answer)
		ours := tag == string(k.orgOf(c.bucket))
		told.proved[c.bucket] = ours && (told.proved[c.bucket] || c.asked > told.refused[c.bucket])
		if _, err := org.ParseID(tag); err == nil && !ours {
			told.unavailable[c.bucket] = true
		}
	case c.operation == "GetBucketTagging" && refused:
		delete(told.proved, c.bucket)
		told.unreadable[c.bucket] = told.unreadable[c.bucket] || answer.StatusCode == http.StatusForbidden
	case c.operation == "GetBucketTagging" && answer.StatusCode < http.StatusBadRequest: // redirected
		delete(told.proved, c.bucket)
		told.unreadable[c.bucket] = true
	case c.operation == "CreateBucket" && answer.StatusCode == http.StatusOK:
		told.proved[c.bucket] = true
	case c.operation == "CreateBucket" && bytes.Contains(peek(answer), []byte("<Code>BucketAlreadyExists</Code>")):
		told.unavailable[c.bucket] = true
	case c.writes() && refused && answer.StatusCode != http.StatusPreconditionFailed:
		delete(told.proved, c.bucket)
		told.refused[c.bucket] = told.events
	}
}

// counted counts one more, or begins again.
func counted(one bool, n int) int {
	if one {
		return n + 1
	}
	return 0
}

// orgTag reads the tag out of an answer.
func orgTag(answer *http.Response) string {
	var doc struct {
		Tags []struct{ Key, Value string } `xml:"TagSet>Tag"`
	}
	if err := xml.Unmarshal(peek(answer), &doc); err != nil {
		panic("the fake's tags aren't XML: " + err.Error())
	}
	for _, t := range doc.Tags {
		if t.Key == "OrgId" {
			return t.Value
		}
	}
	return ""
}

// peek reads a body and leaves it to be read again.
func peek(answer *http.Response) []byte {
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		panic("an answer in memory can't be read: " + err.Error())
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// lets reports whether an answer says that the access block lets the public in.
func lets(answer *http.Response) bool {
	var flags struct{ BlockPublicPolicy, RestrictPublicBuckets bool }
	if answer.StatusCode == http.StatusOK && xml.Unmarshal(peek(answer), &flags) != nil {
		panic("the fake's access block isn't XML")
	}
	heard := answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusNotFound
	return heard && !flags.BlockPublicPolicy && !flags.RestrictPublicBuckets
}

// isNoBucket reports whether an answer says that there is no such bucket.
func isNoBucket(answer *http.Response) bool {
	return bytes.Contains(peek(answer), []byte("<Code>NoSuchBucket</Code>"))
}
