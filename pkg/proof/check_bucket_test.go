package proof

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// change checks what a call made of one bucket.
func (k *checker) change(c call, name string, was, is snapshot) {
	_, there := k.before[name]
	if !there {
		k.made(c, name, is)
	} else {
		k.kept(c, name, was, is)
	}
	if _, held := was.bucket.Tags["OrgbucketHold"]; held {
		k.violate(HeldIsLeftAlone, "%s changed %s", c.target, name)
	}
	if is.bucket.Owner != account {
		k.violate(NoWriteUnproved, "%s changed %s, which account %s has", c.target, name, is.bucket.Owner)
	}
	if there && !was.flags().RestrictPublicBuckets && is.flags().RestrictPublicBuckets {
		k.closing[name] = c.by
	}
	if was.flags().RestrictPublicBuckets && !is.flags().RestrictPublicBuckets {
		delete(k.closing, name)
	}
	k.added(c, name, was, is)
	k.opened(c, name, was, is)
	k.woken(c, name, was, is)
}

// made checks a new bucket.
func (k *checker) made(c call, name string, is snapshot) {
	k.created[name] = time.Now()
	id := k.orgOf(name)
	if id == "" || is.bucket.Tags["OrgId"] != string(id) || len(is.bucket.Tags) != 1+len(k.world.rules.Tags) {
		k.violate(BornMarked, "%s made %s with the tags %v", c.target, name, is.bucket.Tags)
	}
	for _, earlier := range k.namesBefore(id, name) {
		switch {
		case c.by.told.unavailable[earlier]:
		case c.by.told.unreadable[name]:
			k.exceptions[AskedByCreating]++
			return
		default:
			k.violate(ConventionalNameFirst, "%s, but nothing said that %s isn't to be had", c.target, earlier)
		}
	}
}

// namesBefore are the names that come before one. The conventional one comes
// first, as the documentation says, wherever the code has it.
func (k *checker) namesBefore(id org.ID, name string) (names []string) {
	conventional := "fusion-rms-" + string(id)
	if name == conventional || k.world.rules.Namespace == "account-regional" {
		return nil
	}
	names = []string{conventional}
	for _, c := range k.world.orgs[id].Candidates {
		if c.Name == name {
			break
		}
		if c.Name != conventional {
			names = append(names, c.Name)
		}
	}
	return names
}

// kept checks that what others made is still there.
func (k *checker) kept(c call, name string, was, is snapshot) {
	if !maps.Equal(was.bucket.Tags, is.bucket.Tags) {
		k.violate(OthersKept, "%s changed the tags of %s from %v to %v", c.target, name, was.bucket.Tags, is.bucket.Tags)
	}
	for key, o := range was.bucket.Objects {
		if now, there := is.bucket.Objects[key]; !there || !sameObject(o, now) {
			k.violate(OthersKept, "%s changed or deleted %s in %s", c.target, key, name)
		}
	}
	if a, b := was.flags(), is.flags(); a.BlockPublicAcls != b.BlockPublicAcls || a.IgnorePublicAcls != b.IgnorePublicAcls {
		k.violate(OthersKept, "%s changed the ACL flags of %s", c.target, name)
	}
	now := k.statements(name, is.bucket.Policy)
	if was.bucket.Policy != "" && was.bucket.Policy != is.bucket.Policy && c.by.told.noPolicies[name] > 1 {
		k.exceptions[AllReadsOld]++
		return
	}
	for _, s := range k.statements(name, was.bucket.Policy) {
		if !s.damaged && !slices.Contains(now, s) {
			k.violate(OthersKept, "%s dropped the statement %s of %s", c.target, s.meaning, name)
		}
	}
	if was.bucket.Policy != "" && frame(was.bucket.Policy) != frame(is.bucket.Policy) {
		k.violate(OthersKept, "%s changed the policy of %s beside its statements", c.target, name)
	}
}

// frame is a policy's Id and Version.
func frame(policy string) (f struct{ ID, Version string }) {
	if json.Unmarshal([]byte(policy), &f) != nil {
		f.ID = "no policy"
	}
	return f
}

// added checks that no statement was made up.
func (k *checker) added(c call, name string, was, is snapshot) {
	old := k.statements(name, was.bucket.Policy)
	for _, s := range k.statements(name, is.bucket.Policy) {
		switch {
		case s.ours, slices.Contains(old, s):
		case s.public:
			k.violate(NothingPublicOutsidePub, "%s allowed everybody more than pub/ in %s: %s", c.target, name, s.meaning)
		default:
			k.violate(OthersKept, "%s added a statement to %s: %s", c.target, name, s.meaning)
		}
	}
}

// opened checks what can be read now that couldn't be before.
func (k *checker) opened(c call, name string, was, is snapshot) {
	for _, key := range outside() {
		if is.readable[key] && !was.readable[key] {
			k.violate(NothingPublicOutsidePub, "%s made %q in %s public", c.target, key, name)
		}
	}
	if is.readable[inPub] && !was.readable[inPub] && (!k.truly(name, is.bucket) || !c.proved) {
		k.violate(NothingPublicBeforeProved, "%s made pub/ of %s public, whose owner is %s, Region %s, tags %v", c.target, name, is.bucket.Owner, is.bucket.Region, is.bucket.Tags)
	}
}

// truly reports whether the bucket is the organization's.
func (k *checker) truly(name string, b s3fake.Bucket) bool {
	id := k.orgOf(name)
	return id != "" && b.Owner == account && b.Region == k.world.region && b.Tags["OrgId"] == string(id)
}

// woken checks what the policy says that was neutralised until now.
func (k *checker) woken(c call, name string, was, is snapshot) {
	if !was.flags().RestrictPublicBuckets || is.flags().RestrictPublicBuckets {
		return
	}
	for _, s := range k.statements(name, is.bucket.Policy) {
		if s.damaged || s.public && !s.ours && !s.inPub {
			k.violate(NoForeignStatementWoken, "%s woke in %s: %s", c.target, name, s.meaning)
		}
	}
}
