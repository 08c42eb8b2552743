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

// Untidy reports whether Tidy has anything to remove.
func (o *Organization) Untidy() bool {
	return slices.ContainsFunc(o.view.own(), func(s *cloud.ResourceShare) bool {
		return o.deletable(*s) && (o.spare(*s) || o.beside(*s) && !o.doubled(*s).Empty())
	})
}

// spare reports whether nobody needs a resource share of ours.
func (o *Organization) spare(s cloud.ResourceShare) bool {
	return o.task.Gone || o.on(s).Empty() && o.unneeded(s) || !holds(s, o.task.Image) && o.unneeded(s)
}

// beside reports whether a resource share of ours is there besides the one that
// is kept.
func (o *Organization) beside(s cloud.ResourceShare) bool {
	return o.view.kept != nil && s.ID != o.view.kept.ID
}

// doubled is who is on a resource share of ours and has the image by the one that
// is kept.
func (o *Organization) doubled(s cloud.ResourceShare) share.Sharees {
	return in(s, cloud.Associated).And(o.view.Shared())
}

// Tidy removes resource shares of ours that nobody needs: those of an image
// that is gone; one that the image or everybody is off, unless it is wanted; and
// those besides the one that is kept, once all who are on both are off them. Whom
// somebody else put there has the image as long as it is there, and with another
// image that he put there the resource share stays in any case.
func (o *Organization) Tidy(ctx context.Context) error {
	var troubles []error
	for _, s := range o.view.own() {
		switch {
		case !o.deletable(*s):
		case o.spare(*s):
			troubles = append(troubles, o.remove(ctx, s.ID))
		case o.beside(*s):
			troubles = append(troubles, o.empty(ctx, *s))
		}
	}
	return errors.Join(troubles...)
}

// unneeded reports whether a resource share of ours that shares nothing with
// anybody can go: another is kept, or nobody wants one.
func (o *Organization) unneeded(s cloud.ResourceShare) bool {
	another := o.view.kept != nil && o.view.kept.ID != s.ID
	return another || o.wanted().Grant.Empty()
}

// empty takes off one resource share who has the image by the one that is kept.
func (o *Organization) empty(ctx context.Context, s cloud.ResourceShare) error {
	for _, batch := range o.doubled(s).Batches(cloud.AssociationBatch) {
		if err := o.sharing.Disassociate(ctx, s.ID, batch.Strings()); err != nil {
			return err
		}
	}
	return nil
}
