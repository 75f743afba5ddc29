package story

import (
	"slices"

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
func (s *scene) guarded(buckets []string, owners []s3server.Credentials) {
	if s.err != nil {
		return
	}
	if s.stranger == (s3server.Credentials{}) {
		s.stranger = s.signUp("stranger")
	}
	var own, public, stranger, function []mismatch
	for i, bucket := range buckets {
		own = append(own, s.ownUser(bucket, s.as(owners[i]))...)
		public = append(public, s.outsider(bucket, s.anyone())...)
		stranger = append(stranger, s.outsider(bucket, s.as(s.stranger))...)
		function = append(function, s.functionItself(bucket)...)
		own = append(own, s.lost(bucket, s.as(owners[i]))...)
	}
	in := inAll(buckets)
	s.check("its own user: PUT, GET, LIST, DELETE"+in, own...)
	s.check("anyone: GET pub/x gives the bytes; GET elsewhere, LIST, PUT, DELETE are refused"+in, public...)
	s.check("another organization's user: no more than anyone"+in, stranger...)
	s.check("the function's keys: GET, LIST, PUT, DELETE of files and re-tagging are refused"+in, function...)
}

func (s *scene) ownUser(bucket string, v visitor) []mismatch {
	return slices.Concat(
		differs("PUT pub/x in "+bucket, v.put(bucket, pictureKey, picture(bucket)), done),
		differs("PUT sync/ in "+bucket, v.put(bucket, privateKey, private), done),
		differs("PUT elsewhere in "+bucket, v.put(bucket, "draft", "x"), done),
		differs("DELETE in "+bucket, v.remove(bucket, "draft"), done),
		differs("GET sync/ in "+bucket, v.get(bucket, privateKey), private),
		differs("LIST "+bucket, v.list(bucket), "pub/ "+pictureKey+" "+privateKey),
	)
}

// outsider may read the public folder and nothing else.
func (s *scene) outsider(bucket string, v visitor) []mismatch {
	return slices.Concat(
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

func (s *scene) functionItself(bucket string) []mismatch {
	v := s.as(s.sys.Identity)
	return slices.Concat(
		differs("GET sync/ in "+bucket, v.get(bucket, privateKey), refused),
		differs("LIST "+bucket, v.list(bucket), refused),
		differs("PUT sync/ in "+bucket, v.put(bucket, privateKey, "x"), refused),
		differs("PUT pub/x in "+bucket, v.put(bucket, pictureKey, "x"), refused),
		differs("DELETE sync/ in "+bucket, v.remove(bucket, privateKey), refused),
		differs("PutBucketTagging of "+bucket, answer(putTags(s.ctx, v.client, bucket, map[string]string{"OrgId": "mine"})), refused),
	)
}

// lost finds out whether all those attempts left something behind.
func (s *scene) lost(bucket string, owner visitor) []mismatch {
	return slices.Concat(
		differs("LIST after all in "+bucket, owner.list(bucket), "pub/ "+pictureKey+" "+privateKey),
		differs("GET sync/ after all in "+bucket, owner.get(bucket, privateKey), private),
	)
}
