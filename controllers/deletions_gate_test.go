// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// gateScene is a gate with a clock that is put forward by hand.
type gateScene struct {
	gate   *deletionGate
	at     time.Time
	sharer *v1alpha1.SharerAccount
}

func newGateScene(limit int32) *gateScene {
	s := &gateScene{at: time.Unix(1_800_000_000, 0), sharer: &v1alpha1.SharerAccount{}}
	s.sharer.UID, s.sharer.Spec.AccountID, s.sharer.Spec.Limits.Deletions = "sharer", sharerID, limit
	s.restart()
	return s
}

func (s *gateScene) restart() { s.gate = newDeletionGate(func() time.Time { return s.at }) }

func deletedShare(n int) *v1alpha1.ImageShare {
	name := fmt.Sprintf("share-%03d", n)
	return &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, UID: types.UID(name)}}
}

func deletedShares(count int) (out []*v1alpha1.ImageShare) {
	for n := range count {
		out = append(out, deletedShare(n+1))
	}
	return out
}

// passes asks for each and answers how many may take away what they have. Who is
// held is marked so, as the loop of images does it.
func (s *gateScene) passes(shares ...*v1alpha1.ImageShare) (count int) {
	for _, obj := range shares {
		since, until := s.gate.ask(s.sharer, obj)
		if until.IsZero() {
			count++
			continue
		}
		obj.Status.DeletionHeldSince = &metav1.Time{Time: since}
	}
	return count
}

// review reviews the gate and writes what it tells, as the loop of SharerAccounts
// does it.
func (s *gateScene) review(there ...*v1alpha1.ImageShare) v1alpha1.HeldDeletions {
	held, going := s.gate.review(s.sharer, there)
	s.sharer.Status.HeldDeletions, s.sharer.Status.ReleasedDeletions = held, nil
	if !going.IsZero() {
		s.sharer.Status.ReleasedDeletions = &metav1.Time{Time: going}
	}
	return held
}

func (s *gateScene) approve(hash string) {
	s.sharer.Annotations = map[string]string{v1alpha1.ApprovedPlan: "0123456789abcdef, " + hash}
}

func expectPassing(t *testing.T, got, want int, why string) {
	t.Helper()
	if got != want {
		t.Errorf("%d may take away what they have, not %d: %s", got, want, why)
	}
}

func TestTwentyDeletionsPassInTenMinutes(t *testing.T) {
	s := newGateScene(0)
	shares := deletedShares(22)
	expectPassing(t, s.passes(shares[:20]...)+s.passes(shares[:20]...), 40, "asking again counts for nothing")
	expectPassing(t, s.passes(shares[20]), 0, "it is one more than twenty")
	expectPassing(t, s.passes(shares[5:]...), 0, "all that are not done are held with it, and all that come later")
	held := s.review(shares[5:]...)
	if held.Count != 17 || held.Limit != 20 || held.ImageShares[0] != "team/share-006" || !held.Until.Equal(&metav1.Time{Time: s.at.Add(time.Hour)}) {
		t.Errorf("held: %+v", held)
	}
	s.at = s.at.Add(time.Hour - time.Second)
	expectPassing(t, s.passes(shares...), 0, "the countdown is not over")
	s.at = s.at.Add(time.Second)
	expectPassing(t, s.passes(shares[5:]...), 17, "it is over now")
}

func TestAnApprovalIsOfWhatWasHeldAndOfNothingElse(t *testing.T) {
	s := newGateScene(2)
	shares := deletedShares(6)
	s.passes(shares[:3]...)
	first := s.review(shares[:4]...)
	s.approve(first.Hash)
	expectPassing(t, s.passes(shares[4]), 0, "the gate is closed")
	second := s.review(shares[:5]...)
	if second.Hash == first.Hash || second.Hash == "" {
		t.Errorf("one more is held, and the name stays: %s", second.Hash)
	}
	third := s.review(shares[:3]...)
	if third.Hash != second.Hash || third.Count != 3 {
		t.Errorf("fewer are held, and the name changes: %+v", third)
	}
	s.approve(second.Hash)
	if held := s.review(shares[:5]...); held.Hash != "" {
		t.Errorf("approved and still held: %+v", held)
	}
	expectPassing(t, s.passes(shares[:5]...), 5, "they were approved")
	expectPassing(t, s.passes(shares[5])+s.passes(shares[5]), 0, "it came later, if only within the same second")
	if held := s.review(shares...); held.Count != 1 || held.Hash == second.Hash {
		t.Errorf("held anew: %+v", held)
	}
}

func TestOneThatTheCacheDoesNotShowYetIsNotApprovedWithTheRest(t *testing.T) {
	s := newGateScene(1)
	shares := deletedShares(3)
	s.passes(shares[:2]...)
	s.approve(s.review(shares[:2]...).Hash)
	s.passes(shares[2])
	if held := s.review(shares[:2]...); held.Count != 3 {
		t.Errorf("approved with one who is in no hash: %+v", held)
	}
}

func TestARestartKeepsWhatIsHeldAndWhatWasLetGo(t *testing.T) {
	s := newGateScene(2)
	shares := deletedShares(6)
	s.passes(shares[:4]...)
	held := s.review(shares[:4]...)
	s.restart()
	expectPassing(t, s.passes(shares[:4]...), 0, "the first question takes over what is held")
	s.restart()
	if again := s.review(shares[:4]...); again.Hash != held.Hash || !again.Until.Equal(&held.Until) {
		t.Errorf("told anew: %+v, not %+v", again, held)
	}
	s.approve(held.Hash)
	s.review(shares[:4]...)
	s.restart()
	expectPassing(t, s.passes(shares[:4]...), 4, "they were let go before the restart")
	expectPassing(t, s.passes(shares[4:]...), 2, "the count starts anew")
	s.review(shares[4:]...)
	if s.sharer.Status.ReleasedDeletions != nil {
		t.Error("all are done, and the status does not forget them")
	}
}

func TestWhatIsHeldIsTakenOverByTheLiveLookAtTheLatest(t *testing.T) {
	s := newGateScene(2)
	stale := s.sharer.DeepCopy()
	s.passes(deletedShares(3)...)
	s.review(deletedShares(3)...)
	s.restart()
	live := s.sharer
	s.sharer = stale
	expectPassing(t, s.passes(deletedShare(1)), 1, "a cache that does not show it yet lets one begin")
	s.sharer = live
	expectPassing(t, s.passes(deletedShare(1)), 0, "the live look before the first revoke does not")
	s.sharer = stale
	expectPassing(t, s.passes(deletedShare(1)), 0, "and it stays so")
}

func TestARaisedLimitLetsGo(t *testing.T) {
	s := newGateScene(2)
	shares := deletedShares(30)
	s.passes(shares[:3]...)
	s.review(shares...)
	s.sharer.Spec.Limits.Deletions = 29
	if held := s.review(shares...); held.Count != 30 {
		t.Errorf("the limit is lower than what is held: %+v", held)
	}
	s.sharer.Spec.Limits.Deletions = 30
	s.review(shares...)
	expectPassing(t, s.passes(shares...), 30, "the limit was raised")
}

func TestTheGateOpensWhenNothingIsHeld(t *testing.T) {
	s := newGateScene(2)
	s.passes(deletedShares(4)...)
	s.review(deletedShares(4)...)
	stale := s.sharer.DeepCopy()
	s.review()
	s.sharer, s.at = stale, s.at.Add(10*time.Minute)
	expectPassing(t, s.passes(deletedShare(5)), 1, "nobody is left whom the gate was closed for, whatever an old status says")
}
