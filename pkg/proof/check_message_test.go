package proof

import (
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/outcome"
)

// invoked hears of a delivery's begin.
func (k *checker) invoked(inv *invocation) {
	k.world.wire.mu.Lock()
	defer k.world.wire.mu.Unlock()
	k.invocations++
	inv.number = k.invocations
	inv.told = evidence{proved: map[string]bool{}, unavailable: map[string]bool{}, unreadable: map[string]bool{}, refused: map[string]int{}, did: map[string]bool{}, unheard: map[string]bool{}, claimed: map[org.ID]string{}, noPolicies: map[string]int{}, overlooked: map[string]int{}, oldBlock: map[string]bool{}, claiming: map[org.ID]string{}}
	for _, r := range inv.receipts {
		r.message.last = inv
	}
}

// published checks an outcome when the topic takes it. The wire is held.
func (k *checker) published(c call, e outcome.Event) {
	i := slices.IndexFunc(c.by.receipts, func(r receipt) bool { return r.message.id == e.Source.MessageID })
	switch {
	case i < 0:
		k.violate(NothingLost, "an outcome names the message %q, which the delivery didn't have", e.Source.MessageID)
	case good(e) && e.OrgID != c.by.receipts[i].message.org:
		k.violate(OutcomeNamesReadyBucket, "an outcome of %s is about %q, whose message was of %q", e.Source.MessageID, e.OrgID, c.by.receipts[i].message.org)
	case good(e):
		k.ready(c, e)
		k.claims(c, e)
	case c.by.receipts[i].count < maxReceives:
		k.violate(FailedMeansDeadLetter, "after receive %d of %d it was published that %s failed (%s)", c.by.receipts[i].count, maxReceives, e.Source.MessageID, e.Error.Code)
	}
}

// ready checks the bucket that a good outcome names.
func (k *checker) ready(c call, e outcome.Event) {
	id := e.OrgID
	switch home, known := k.homes[id]; {
	case known && home != e.Bucket.Name && slices.Contains(k.overlooked[id], home):
		k.exceptions[AllLooksOld]++
	case known && home != e.Bucket.Name:
		k.violate(HomeNeverChanges, "an outcome names %s, but the home of %s is %s", e.Bucket.Name, id, home)
	}
	k.homes[id] = e.Bucket.Name
	if claim := k.claim(id); claim != e.Bucket.Name {
		k.violate(OnlyTheClaimed, "an outcome names %s, but %q is claimed", e.Bucket.Name, claim)
	}
	s, there := k.before[e.Bucket.Name]
	why := ""
	switch flags := s.flags(); {
	case !there:
		why = "isn't there"
	case !k.truly(e.Bucket.Name, s.bucket) || k.orgOf(e.Bucket.Name) != id:
		why = "isn't the organization's"
	case flags.RestrictPublicBuckets && k.closing[e.Bucket.Name] != nil && k.closing[e.Bucket.Name] != c.by:
		k.exceptions[AnotherIsOpening]++
		return
	case (flags.BlockPublicPolicy || flags.RestrictPublicBuckets) && c.by.told.oldBlock[e.Bucket.Name]:
		k.exceptions[AllReadsOld]++
		return
	case flags.BlockPublicPolicy || flags.RestrictPublicBuckets:
		why = "is blocked"
	case !s.readable[inPub] && !(k.world.s3.AccountBlock(account).RestrictPublicBuckets && warnsOfAccount(e)):
		why = "isn't public"
	case !hasFolder(s):
		why = "has no folder"
	case !k.complete(e.Bucket.Name, s.bucket.Policy):
		why = "lacks a statement"
	default:
		return
	}
	k.violate(OutcomeNamesReadyBucket, "it was published that %s is ready for %s, but it %s", e.Bucket.Name, id, why)
}

// warnsOfAccount reports whether an outcome says that the account may keep the public out.
func warnsOfAccount(e outcome.Event) bool {
	return slices.ContainsFunc(*e.Warnings, func(w string) bool {
		return strings.HasPrefix(w, "RestrictPublicBuckets: ") || strings.HasPrefix(w, "AccountBlockUnknown: ")
	})
}

// claims checks that a good outcome claims no change that the delivery wasn't told
// it made. Of a change whose answer got lost it may not know.
func (k *checker) claims(c call, e outcome.Event) {
	by := map[bucket.Facet]string{bucket.FacetBucket: "CreateBucket", bucket.FacetAccessBlock: "PutPublicAccessBlock", bucket.FacetFolder: "PutObject", bucket.FacetPolicy: "PutBucketPolicy"}
	for _, f := range *e.Changes {
		if !c.by.told.did[by[f]+" "+e.Bucket.Name] {
			k.violate(OutcomeNamesReadyBucket, "it was published that %s of %s was changed, but the delivery didn't", f, e.Bucket.Name)
		}
	}
	if created := slices.Contains(*e.Changes, bucket.FacetBucket); created != (e.Status == "created") || len(*e.Changes) == 0 != (e.Status == "unchanged") {
		k.violate(OutcomeNamesReadyBucket, "it was published that %s is %s, with the changes %v", e.Bucket.Name, e.Status, *e.Changes)
	}
}

func hasFolder(s snapshot) bool { _, there := s.bucket.Objects["pub/"]; return there }

// complete reports whether a policy has all three statements.
func (k *checker) complete(name, policy string) bool {
	have := k.statements(name, policy)
	return !slices.ContainsFunc(k.wanted(name), func(want string) bool {
		return !slices.ContainsFunc(have, func(s statement) bool { return s.meaning == want })
	})
}

// acknowledged checks a message that is deleted now.
func (k *checker) acknowledged(m *message) {
	k.world.wire.mu.Lock()
	defer k.world.wire.mu.Unlock()
	about := k.world.topic.outcomesFor(m)
	if !slices.ContainsFunc(about, good) {
		k.violate(NothingLost, "%s was acknowledged without a good outcome", m.id)
	}
	if slices.ContainsFunc(about, func(e outcome.Event) bool { return !good(e) }) {
		k.violate(FailedMeansDeadLetter, "%s was acknowledged after it was published that it failed", m.id)
	}
}

// died checks a message that went to the dead-letter queue.
func (k *checker) died(m *message) {
	k.world.wire.mu.Lock()
	defer k.world.wire.mu.Unlock()
	k.deadLetters++
	about := k.world.topic.outcomesFor(m)
	lost, tried := m.last.told.unheard[m.id]
	switch {
	case slices.ContainsFunc(about, func(e outcome.Event) bool { return !good(e) }):
	case m.last.dead(), lost, !tried && m.last.told.topicHung:
		k.exceptions[LastReceiveUnfinished]++
	default:
		k.violate(NothingLost, "%s is in the dead-letter queue and nobody was told", m.id)
	}
}

// overdue: Lambda had to kill the process.
func (k *checker) overdue(inv *invocation) {
	k.world.wire.mu.Lock()
	defer k.world.wire.mu.Unlock()
	k.violate(AnswersInTime, "delivery %d didn't answer", inv.number)
}
