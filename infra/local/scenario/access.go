package scenario

import (
	"fmt"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
)

// What the client's user puts into its bucket: a picture for the public, and a
// file that is nobody else's business.
const (
	pictureKey = "pub/x"
	privateKey = "sync/till-1.db"
	private    = "takings"
)

func picture(bucket string) string { return "picture of " + bucket }

// guarded claims by real requests that buckets are open to the public as far as
// they shall be, and no further: a claim for each identity. owners are the
// buckets' own users, in the same order.
func (s *stage) guarded(buckets []string, owners []s3server.Credentials) {
	if s.err != nil {
		return
	}
	if s.stranger == (s3server.Credentials{}) {
		s.stranger = s.signUp("stranger")
	}
	var own, public, stranger, function []Mismatch
	for i, bucket := range buckets {
		own = append(own, s.ownUser(bucket, s.as(owners[i]))...)
		public = append(public, s.outsider(bucket, anyone{s.ctx, s.sys.S3})...)
		stranger = append(stranger, s.outsider(bucket, s.as(s.stranger))...)
		function = append(function, s.functionItself(bucket)...)
		own = append(own, s.lost(bucket, s.as(owners[i]))...)
	}
	in := ""
	if len(buckets) > 1 {
		in = fmt.Sprintf(" (%d buckets)", len(buckets))
	}
	s.check("its own user: PUT, GET, LIST, DELETE"+in, own...)
	s.check("anyone: GET pub/x gives the bytes; GET elsewhere, LIST, PUT, DELETE are refused"+in, public...)
	s.check("another organization's user: no more than anyone"+in, stranger...)
	s.check("the function's keys: GET, LIST, PUT, DELETE of files and re-tagging are refused"+in, function...)
}

// as is a visitor with a user's keys.
func (s *stage) as(c s3server.Credentials) user { return user{s.ctx, s.sys.S3.Client(c)} }

func (s *stage) ownUser(bucket string, u visitor) []Mismatch {
	return all(
		differs("PUT pub/x in "+bucket, u.put(bucket, pictureKey, picture(bucket)), done),
		differs("PUT sync/ in "+bucket, u.put(bucket, privateKey, private), done),
		differs("PUT elsewhere in "+bucket, u.put(bucket, "draft", "x"), done),
		differs("DELETE in "+bucket, u.remove(bucket, "draft"), done),
		differs("GET sync/ in "+bucket, u.get(bucket, privateKey), private),
		differs("LIST "+bucket, u.list(bucket), "pub/ "+pictureKey+" "+privateKey),
	)
}

// outsider may read the public folder and nothing else.
func (s *stage) outsider(bucket string, v visitor) []Mismatch {
	return all(
		differs("GET pub/x in "+bucket, v.get(bucket, pictureKey), picture(bucket)),
		differs("GET sync/ in "+bucket, v.get(bucket, privateKey), refused),
		differs("LIST "+bucket, v.list(bucket), refused),
		differs("PUT pub/ in "+bucket, v.put(bucket, "pub/intruder", "x"), refused),
		differs("PUT pub/x in "+bucket, v.put(bucket, pictureKey, "x"), refused),
		differs("PUT elsewhere in "+bucket, v.put(bucket, "intruder", "x"), refused),
		differs("DELETE pub/x in "+bucket, v.remove(bucket, pictureKey), refused),
		differs("DELETE sync/ in "+bucket, v.remove(bucket, privateKey), refused),
	)
}

func (s *stage) functionItself(bucket string) []Mismatch {
	v := s.as(s.sys.Identity)
	return all(
		differs("GET sync/ in "+bucket, v.get(bucket, privateKey), refused),
		differs("LIST "+bucket, v.list(bucket), refused),
		differs("PUT sync/ in "+bucket, v.put(bucket, privateKey, "x"), refused),
		differs("PUT pub/x in "+bucket, v.put(bucket, pictureKey, "x"), refused),
		differs("DELETE sync/ in "+bucket, v.remove(bucket, privateKey), refused),
		differs("PutBucketTagging of "+bucket, answer(putTags(s.ctx, v.client, bucket, map[string]string{"OrgId": "mine"})), refused),
	)
}

// lost finds out whether all those attempts left something behind.
func (s *stage) lost(bucket string, owner visitor) []Mismatch {
	return all(
		differs("LIST after all in "+bucket, owner.list(bucket), "pub/ "+pictureKey+" "+privateKey),
		differs("GET sync/ after all in "+bucket, owner.get(bucket, privateKey), private),
	)
}

func all(lists ...[]Mismatch) (joined []Mismatch) {
	for _, list := range lists {
		joined = append(joined, list...)
	}
	return joined
}
