package s3fake

import "slices"

// Identity is the caller that an access key stands for.
type Identity struct {
	// Account is the caller's, the fake's own if empty.
	Account string
	// ARN names the caller in messages and is what policies may name.
	ARN string
	// Lacks are actions ("s3:ListBucket") that the caller can't do, whatever
	// bucket policies say, as if a policy of IAM denied them; with " on PREFIX" behind
	// it, on buckets whose names begin so.
	Lacks []string
	// Unprivileged: no policy of IAM allows the caller anything. Bucket policies may.
	Unprivileged bool
}

// SetIdentity sets the caller of an access key id.
func (s *Server) SetIdentity(accessKeyID string, id Identity) {
	if id.Account == "" {
		id.Account = s.account
	}
	if id.ARN == "" {
		id.ARN = "arn:aws:iam::" + id.Account + ":user/" + accessKeyID
	}
	id.Lacks = slices.Clone(id.Lacks)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identities[accessKeyID] = id
}

// identity returns the caller of an access key id; anonymous if it is empty.
func (s *Server) identity(accessKeyID string) Identity {
	if id, ok := s.identities[accessKeyID]; ok || accessKeyID == "" {
		return id
	}
	return Identity{Account: s.account, ARN: "arn:aws:iam::" + s.account + ":user/" + accessKeyID}
}

func (i Identity) anonymous() bool { return i.Account == "" }
