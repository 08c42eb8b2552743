// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// bookFresh is how old what was read of resource shares may be where somebody
// waits.
const bookFresh = 5 * time.Second

// sharingPort is Resource Sharing as the organization of an image sees it.
type sharingPort struct {
	*pass
	// wrote is when something was last written for the image.
	wrote time.Time
}

// ResourceShares reads the resource shares of the account: together with all
// its other images, and as recently as somebody waits for it. A routine look
// that fails makes do with the last one, for as long as that is recent.
func (s *sharingPort) ResourceShares(ctx context.Context) ([]cloud.ResourceShare, error) {
	earliest := s.started.Add(-s.reconciler.Interval / 2)
	switch {
	case s.asked():
		earliest = s.started
	case s.taking(), s.org.concerned && !s.routine():
		earliest = s.started.Add(-min(bookFresh, s.reconciler.Interval/2))
	}
	if s.wrote.After(earliest) {
		earliest = s.wrote
	}
	tag := cloud.Tag{Key: converge.TagOwner, Value: s.reconciler.Owner}
	found := s.reconciler.memory.book.since(ctx, s.page(), earliest, func(ctx context.Context) ([]cloud.ResourceShare, error) {
		return s.session.ResourceShares(ctx, s.key.Region, tag)
	})
	bearable := s.routine() && !s.taking() && !found.began.Before(s.wrote) && s.started.Sub(found.began) < s.reconciler.Interval+lateLook
	if found.err != nil && !bearable {
		return nil, found.err
	}
	return found.shares, nil
}

// taking reports whether something is to be taken away, which is not done on an
// old look.
func (s *sharingPort) taking() bool { return !share.Combine(s.targetsGroup()).Revoke.Empty() }

// CreateResourceShare makes a resource share of the image.
func (s *sharingPort) CreateResourceShare(ctx context.Context, name string, targets []string) (string, error) {
	defer s.write()
	return s.session.CreateResourceShare(ctx, cloud.NewResourceShare{
		Image: s.key.ref(), Name: name, Targets: targets, Tag: cloud.Tag{Key: converge.TagOwner, Value: s.reconciler.Owner},
	})
}

// Associate adds targets to a resource share.
func (s *sharingPort) Associate(ctx context.Context, id string, targets []string) error {
	defer s.write()
	return vanished(s.session.Associate(ctx, s.key.Region, id, targets))
}

// Disassociate takes targets from a resource share.
func (s *sharingPort) Disassociate(ctx context.Context, id string, targets []string) error {
	defer s.write()
	return vanished(s.session.Disassociate(ctx, s.key.Region, id, targets))
}

// DeleteResourceShare deletes a resource share.
func (s *sharingPort) DeleteResourceShare(ctx context.Context, id string) error {
	defer s.write()
	return s.session.DeleteResourceShare(ctx, s.key.Region, id)
}

// write remembers that what was read before is no longer worth anything.
func (s *sharingPort) write() {
	s.wrote = s.reconciler.Now()
	s.reconciler.memory.organize(s.key, func(o *organized) { o.wrote = s.wrote })
}

// vanished turns the news that a resource share is not there any more into a
// reason to look again.
func vanished(err error) error {
	if cloud.KindOf(err) != cloud.NotFound || cloud.AsError(err).Subject != cloud.AboutCall {
		return err
	}
	return &cloud.Error{Kind: cloud.Conflict, Code: cloud.AsError(err).Code, Message: "somebody has deleted the resource share meanwhile; it is looked at again"}
}
