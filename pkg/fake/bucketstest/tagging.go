package bucketstest

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"
)

// taggingCases returns the cases about S3 Control's TagResource, by which an operator adopts a bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html).
func taggingCases() []Case {
	adds := func(before, given map[string]string) func(*fixture) {
		return func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, before))
			want := s.snapshot(s.first.Name)
			maps.Copy(want.tags, given)
			s.must(s.tag(s.Naming.Account, s.first.Name, given))
			s.unchanged(s.first.Name, want)
		}
	}
	return []Case{
		{"TagResource tags a bucket without tags", "", adds(nil, map[string]string{"OrgId": "xmsqa1"})},
		{"TagResource leaves other tags alone", "", adds(map[string]string{"Cost": "42", "Owner": "web"}, map[string]string{"OrgId": "xmsqa1"})},
		{"TagResource changes the value of a tag that is there", "", adds(map[string]string{"OrgId": "another", "Cost": "42"}, map[string]string{"OrgId": "xmsqa1"})},
		{"TagResource takes signs and spaces", "", adds(nil, map[string]string{"a b": "x+y=z ._:/@-"})},
		{"TagResource of an absent bucket is refused", "", func(s *fixture) {
			if err := s.tag(s.Naming.Account, s.first.Name, s.ours()); !isCode(err, "NoSuchBucket") {
				s.Errorf("got %v", err)
			}
		}},
		{"TagResource of another account's bucket is refused", OtherAccounts, func(s *fixture) {
			s.must(s.Backdoor.CreateBucket(s.ctx, s.first, nil))
			before := s.snapshot(s.first.Name)
			s.must(s.Backdoor.GiveAway(s.ctx, s.first.Name))
			if err := s.tag(s.Naming.Account, s.first.Name, s.ours()); !isCode(err, "AccessDenied") {
				s.Errorf("got %v", err)
			}
			s.must(s.Backdoor.TakeBack(s.ctx, s.first.Name))
			if err := s.tag("111122223333", s.first.Name, s.ours()); !isCode(err, "AccessDenied") {
				s.Errorf("in another account: got %v", err)
			}
			s.unchanged(s.first.Name, before)
		}},
	}
}

// tag tags a bucket of an account.
func (s *fixture) tag(account, name string, tags map[string]string) error {
	arn := "arn:aws:s3:::" + name
	in := &s3control.TagResourceInput{AccountId: &account, ResourceArn: &arn}
	for key, value := range tags {
		in.Tags = append(in.Tags, types.Tag{Key: &key, Value: &value})
	}
	_, err := s.Backdoor.Control().TagResource(s.ctx, in)
	return err
}
