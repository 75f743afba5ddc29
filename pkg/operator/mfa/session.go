package mfa

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// leastLeft is how long a kept session must still last to be used.
const leastLeft = 5 * time.Minute

// session is credentials that a file keeps.
type session struct {
	fresh aws.CredentialsProvider
	file  string // empty: they aren't kept
}

// record is the file's content, as far as it is read and written here.
type record struct {
	Credentials struct {
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		SessionToken    string
		Expiration      string
	}
}

// Retrieve returns kept credentials, or new ones, which it keeps.
func (s *session) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if kept, ok := s.read(); ok {
		return kept, nil
	}
	if cache, ok := s.fresh.(*aws.CredentialsCache); ok {
		cache.Invalidate()
	}
	fresh, err := s.fresh.Retrieve(ctx)
	if err == nil {
		s.write(fresh)
	}
	return fresh, err
}

func (s *session) read() (c aws.Credentials, ok bool) {
	text, err := os.ReadFile(s.file)
	var r record
	if err != nil || json.Unmarshal(text, &r) != nil {
		return c, false
	}
	// The command writes the zone as UTC.
	expires, err := time.Parse(time.RFC3339, strings.Replace(r.Credentials.Expiration, "UTC", "Z", 1))
	if err != nil || time.Until(expires) < leastLeft || r.Credentials.AccessKeyID == "" {
		return c, false
	}
	return aws.Credentials{
		AccessKeyID: r.Credentials.AccessKeyID, SecretAccessKey: r.Credentials.SecretAccessKey, SessionToken: r.Credentials.SessionToken,
		Source: "mfa", CanExpire: true, Expires: expires,
	}, true
}

// write keeps credentials, for their owner alone. If it can't, a code is asked for next time.
func (s *session) write(c aws.Credentials) {
	var r record
	r.Credentials.AccessKeyID, r.Credentials.SecretAccessKey, r.Credentials.SessionToken = c.AccessKeyID, c.SecretAccessKey, c.SessionToken
	r.Credentials.Expiration = c.Expires.UTC().Format("2006-01-02T15:04:05") + "UTC"
	text, err := json.Marshal(r)
	if err != nil || s.file == "" || os.MkdirAll(filepath.Dir(s.file), 0o700) != nil {
		return
	}
	file, err := os.CreateTemp(filepath.Dir(s.file), ".orgbucket-*") // mode 0600
	if err != nil {
		return
	}
	_, err = file.Write(text)
	if closed := file.Close(); err != nil || closed != nil || os.Rename(file.Name(), s.file) != nil {
		_ = os.Remove(file.Name()) // nobody needs it
	}
}

// file is where the AWS command line keeps the role's session: named by the SHA-1 of the
// arguments of AssumeRole, sorted, as Python writes them in JSON (botocore's
// AssumeRoleCredentialFetcher).
func (p *Profile) file() string {
	if p.Dir == "" {
		return ""
	}
	var arguments []string
	add := func(name, value string) {
		if value != "" {
			text, _ := json.Marshal(value) // a string can be encoded
			arguments = append(arguments, fmt.Sprintf("%q: %s", name, text))
		}
	}
	if p.role.Duration != 0 {
		arguments = append(arguments, fmt.Sprintf(`"DurationSeconds": %d`, p.role.Duration/time.Second))
	}
	add("ExternalId", aws.ToString(p.role.ExternalID))
	add("RoleArn", p.role.RoleARN)
	add("RoleSessionName", p.role.RoleSessionName)
	add("SerialNumber", aws.ToString(p.role.SerialNumber))
	sum := sha1.Sum([]byte("{" + strings.Join(arguments, ", ") + "}"))
	return filepath.Join(p.Dir, hex.EncodeToString(sum[:])+".json")
}
