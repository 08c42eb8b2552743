// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import "testing"

func TestNobodyGoesBeforeTheStatusTellsThatTheyAreLetGo(t *testing.T) {
	s := newGateScene(1)
	shares := deletedShares(3)
	s.passes(shares...)
	held := s.review(shares...)
	expectPassing(t, s.passes(shares...), 0, "the first was let through before it was one too many")
	s.approve(held.Hash)
	before := s.sharer.DeepCopy()
	if now := s.review(shares...); now.Hash != "" {
		t.Fatalf("approved and still held: %+v", now)
	}
	after := s.sharer
	s.sharer = before
	expectPassing(t, s.passes(shares...), 0, "the status could not be written yet")
	s.restart()
	expectPassing(t, s.passes(shares...), 0, "another process knows nothing of it")
	if now := s.review(shares...); now.Hash != "" {
		t.Errorf("what was approved is held under another name: %+v", now)
	}
	s.sharer = after
	s.restart()
	expectPassing(t, s.passes(shares...), 3, "the status tells that they are let go")
}

func TestOneWhoAsksWhileTheReleaseIsWrittenIsNotLetGoWithTheRest(t *testing.T) {
	s := newGateScene(1)
	shares := deletedShares(4)
	s.passes(shares[:3]...)
	s.approve(s.review(shares[:3]...).Hash)
	before := s.sharer.DeepCopy()
	s.review(shares[:3]...)
	after := s.sharer
	s.sharer = before
	expectPassing(t, s.passes(shares[3]), 0, "the gate is closed")
	s.sharer = after
	expectPassing(t, s.passes(shares[:3]...), 3, "they were approved")
	expectPassing(t, s.passes(shares[3]), 0, "nobody has approved that one")
}
