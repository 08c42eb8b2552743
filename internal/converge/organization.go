// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"errors"
	"slices"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Sharing is Resource Sharing in the region of an image.
type Sharing interface {
	// ResourceShares reads every resource share of the account, those marked
	// that carry our tag. What it answers is no older than the last write that
	// was made through this port for the image.
	ResourceShares(ctx context.Context) ([]cloud.ResourceShare, error)
	// CreateResourceShare makes a resource share of the image that carries our
	// tag, and answers its ID.
	CreateResourceShare(ctx context.Context, name string, targets []string) (string, error)
	// Associate and Disassociate change at most [cloud.AssociationBatch] targets.
	Associate(ctx context.Context, id string, targets []string) error
	Disassociate(ctx context.Context, id string, targets []string) error
	// DeleteResourceShare deletes a resource share, whatever it holds.
	DeleteResourceShare(ctx context.Context, id string) error
}

// ShareTask says which resource share is to be looked after.
type ShareTask struct {
	// Image is the ID of the image.
	Image string
	// Known is the ID of the resource share that was ours when it was last
	// looked at, or made; empty if none is known. It is ours also without its
	// tag.
	Known string
	// Unsettled is true while a resource share that was to be made a moment ago
	// may come to be listed, and Made its ID if that is known. Until it is
	// listed none is made, and nobody is taken for gone.
	Unsettled bool
	Made      string
	// Deleted is the ID of the resource share of ours that was deleted last, by a
	// call that was answered.
	Deleted string
	// Gone is true when the image does not exist any more.
	Gone bool
}

// Organization is the way in which an image is shared with directories and
// folders: as targets of one resource share of our own. It finds that by tag
// and name before it makes one. Of several of our own the oldest is kept. What
// others made is seen and never touched.
type Organization struct {
	sharing Sharing
	task    ShareTask
	wanted  func() share.Combined
	// view is what was last read, with what was deleted since taken off.
	view ShareView
	// made is the ID of the resource share that this run made.
	made string
	// sent is true when one was asked for and may have been made, until it is
	// listed.
	sent bool
	// put are the targets that were put on since the last read.
	put share.Sharees
}

var _ Cloud = &Organization{}

// NewOrganization looks after the resource share of an image. Wanted tells what
// the ImageShares want by the last look at them.
func NewOrganization(sharing Sharing, task ShareTask, wanted func() share.Combined) *Organization {
	return &Organization{sharing: sharing, task: task, wanted: wanted}
}

// View is what was last read.
func (o *Organization) View() ShareView { return o.view }

// Own is the ID of the resource share that is ours; empty if there is none.
func (o *Organization) Own() string {
	switch {
	case o.view.kept != nil:
		return o.view.kept.ID
	case o.made != "":
		return o.made
	}
	return o.task.Known
}

// Sent reports whether a resource share was asked for that is not listed yet.
func (o *Organization) Sent() bool { return o.sent }

// Made is the ID of the resource share that was made; empty if none is known.
func (o *Organization) Made() string { return o.made }

// Deleted is the ID of the resource share that was deleted last.
func (o *Organization) Deleted() string { return o.task.Deleted }

// Settled reports whether every resource share of ours that there may be is
// listed.
func (o *Organization) Settled() bool { return !o.task.Unsettled && !o.sent }

// Batch is how many targets one call may name.
func (o *Organization) Batch() int { return cloud.AssociationBatch }

// Candid is true: a denied read of resource shares is an error.
func (o *Organization) Candid() bool { return true }

// Permissions reads which targets are on the image: those on their way there or
// away too, since nobody knows yet what becomes of them. One that is wanted
// counts only if it is on the resource share that is kept.
func (o *Organization) Permissions(ctx context.Context) (share.Sharees, error) {
	shares, err := o.sharing.ResourceShares(ctx)
	if err != nil {
		return share.Sharees{}, err
	}
	o.view, o.put = o.task.see(shares), share.Sharees{}
	o.sent = o.sent && !arrived(shares, o.made)
	o.task.Unsettled = o.task.Unsettled && !arrived(shares, o.task.Made)
	wanted, elsewhere := o.wanted(), share.Sharees{}
	for _, extra := range slices.Concat(o.view.extra, o.view.going) {
		on := live(extra)
		if !holds(extra, o.task.Image) {
			on = on.And(wanted.Revoke)
		}
		elsewhere = elsewhere.With(on)
	}
	return o.view.Live().With(elsewhere.Without(wanted.Grant)), nil
}

// Grant adds targets to our resource share, and makes it when there is none.
func (o *Organization) Grant(ctx context.Context, targets share.Sharees) error {
	switch {
	case o.view.kept != nil:
		return o.associate(ctx, o.view.kept.ID, targets)
	case o.made != "":
		return o.sharing.Associate(ctx, o.made, targets.Strings())
	case !o.Settled():
		return errUnsettled
	}
	if err := o.clear(ctx); err != nil {
		return err
	}
	id, err := o.sharing.CreateResourceShare(ctx, nameOfShare(o.task.Image), targets.Strings())
	o.sent = err == nil || cloud.AsError(err).MayHaveHappened()
	if err == nil {
		o.made = id
	}
	return err
}

// clear removes resource shares of ours that the image could not be added to, or
// was taken off, before another is made: nobody has it by them. Otherwise there
// would be one more with every refusal.
func (o *Organization) clear(ctx context.Context) error {
	for _, s := range slices.Clone(o.view.extra) {
		if !holds(s, o.task.Image) && o.deletable(s) {
			if err := o.remove(ctx, s.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// associate adds targets to the resource share that is kept, and notes them:
// whether they are on it is not known before the next read.
func (o *Organization) associate(ctx context.Context, id string, targets share.Sharees) error {
	err := o.sharing.Associate(ctx, id, targets.Strings())
	if !cloud.AsError(err).NotSent() {
		o.put = o.put.With(targets)
	}
	return err
}

// on is who is on a resource share of ours, or may have been put there since
// the last read.
func (o *Organization) on(s cloud.ResourceShare) share.Sharees {
	if o.view.kept != nil && o.view.kept.ID == s.ID {
		return live(s).With(o.put)
	}
	return live(s)
}

// errUnsettled is why nothing is done about a resource share that nobody can
// see yet.
var errUnsettled = &cloud.Error{Kind: cloud.Conflict, Message: "a resource share was asked for a moment ago and is not listed yet; it is looked at again"}

// Revoke takes targets off every resource share of ours. Where nobody would be
// left on one it is deleted, which takes away also what is stuck on its way.
func (o *Organization) Revoke(ctx context.Context, targets share.Sharees) error {
	own := o.view.own()
	if len(own) == 0 {
		return o.revokeUnseen(ctx)
	}
	leaving := o.wanted().Revoke.With(targets)
	var troubles []error
	for _, s := range own {
		if o.on(*s).Without(leaving).Empty() && o.deletable(*s) {
			troubles = append(troubles, o.remove(ctx, s.ID))
		} else if on := o.removable(*s, targets); !on.Empty() {
			troubles = append(troubles, o.sharing.Disassociate(ctx, s.ID, on.Strings()))
		}
	}
	if !o.Settled() {
		return errUnsettled
	}
	return errors.Join(troubles...)
}

// removable are the targets to take off a resource share of ours: those on it
// and not on their way away; off the one that is kept also those that no list
// shows, since only an answer tells that they are not there.
func (o *Organization) removable(s cloud.ResourceShare, targets share.Sharees) share.Sharees {
	on := live(s).Without(in(s, cloud.Disassociating))
	if o.view.kept != nil && o.view.kept.ID == s.ID {
		on = on.With(targets.Without(o.view.told()))
	}
	return on.And(targets)
}

// revokeUnseen makes sure of a resource share that is not listed. Nobody but
// the cloud can tell that it is gone.
func (o *Organization) revokeUnseen(ctx context.Context) error {
	switch {
	case !o.Settled():
		return errUnsettled
	case o.task.Known == "", o.task.Known == o.task.Deleted, listed(o.view.going, o.task.Known):
		return nil
	}
	return o.remove(ctx, o.task.Known)
}

// remove deletes a resource share. One that is gone is as good.
func (o *Organization) remove(ctx context.Context, id string) error {
	err := o.sharing.DeleteResourceShare(ctx, id)
	if err != nil && cloud.KindOf(err) != cloud.NotFound {
		return err
	}
	o.view, o.task.Deleted = o.view.without(id), id
	if o.made == id {
		o.made, o.sent = "", false
	}
	return nil
}

// deletable reports whether a resource share of ours shares nothing but the
// image: somebody may have added others to it.
func (o *Organization) deletable(s cloud.ResourceShare) bool { return !holdsOthers(s, o.task.Image) }
