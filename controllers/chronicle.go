// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// chronicle is a session that writes one line of the log for each call that
// changes something in the cloud: what, where, whom, why, and what the cloud
// answered. The line is written with the answer and not at the end of a look, so
// that what an operator did before it was killed stands in the log too. A call
// that was not sent has no line. There is nothing secret in it.
type chronicle struct {
	cloud.Session
	account share.AccountID
	// why says why sharees are given, or lose, what a call is about.
	why func(sharees share.Sharees, gives bool) []string
	// image is the image that a look is about, and reached whom a resource share
	// reaches, as it was last read; for looks at images only.
	image   string
	reached func(resourceShare string) share.Sharees
	// trust is the trust policy as it was last read or written.
	trust share.TrustPolicy
}

// tell writes the line of a call that was answered.
func (c *chronicle) tell(ctx context.Context, what string, err error, about ...any) {
	e := cloud.AsError(err)
	if e.NotSent() {
		return
	}
	answer := "OK"
	switch {
	case e.MayHaveHappened():
		answer = "unknown: it may have taken effect"
	case e != nil:
		answer = "refused: " + e.Error()
	}
	log.FromContext(ctx).Info(what, append([]any{"sharer", c.account}, append(about, "answer", answer)...)...)
}

// Grant adds accounts to the launch permissions of an image.
func (c *chronicle) Grant(ctx context.Context, ref cloud.ImageRef, accounts share.Accounts) error {
	err := c.Session.Grant(ctx, ref, accounts)
	ids := share.As[share.Sharee](accounts)
	c.tell(ctx, "Granted launch permission", err, "image", ref.String(), "sharees", ids.Strings(), "why", c.why(ids, true))
	return err
}

// Revoke removes accounts from the launch permissions of an image.
func (c *chronicle) Revoke(ctx context.Context, ref cloud.ImageRef, accounts share.Accounts) error {
	err := c.Session.Revoke(ctx, ref, accounts)
	ids := share.As[share.Sharee](accounts)
	c.tell(ctx, "Revoked launch permission", err, "image", ref.String(), "sharees", ids.Strings(), "why", c.why(ids, false))
	return err
}

// TagImage puts the claim on an image.
func (c *chronicle) TagImage(ctx context.Context, ref cloud.ImageRef, tags map[string]string) error {
	err := c.Session.TagImage(ctx, ref, tags)
	c.tell(ctx, "Tagged image", err, "image", ref.String(), "tags", tags)
	return err
}

// UntagImage takes the claim off an image.
func (c *chronicle) UntagImage(ctx context.Context, ref cloud.ImageRef, keys []string) error {
	err := c.Session.UntagImage(ctx, ref, keys)
	c.tell(ctx, "Untagged image", err, "image", ref.String(), "tags", keys)
	return err
}

// CreateResourceShare makes a resource share of an image.
func (c *chronicle) CreateResourceShare(ctx context.Context, made cloud.NewResourceShare) (string, error) {
	id, err := c.Session.CreateResourceShare(ctx, made)
	c.tell(ctx, "Created resource share", err, "image", made.Image.String(), "resourceShare", id, "name", made.Name,
		"sharees", made.Targets, "why", c.why(targets(made.Targets), true))
	return id, err
}

// Associate adds targets to a resource share.
func (c *chronicle) Associate(ctx context.Context, region, id string, ids []string) error {
	err := c.Session.Associate(ctx, region, id, ids)
	c.tell(ctx, "Associated with resource share", err, "image", c.image, "resourceShare", id, "sharees", ids, "why", c.why(targets(ids), true))
	return err
}

// Disassociate takes targets from a resource share.
func (c *chronicle) Disassociate(ctx context.Context, region, id string, ids []string) error {
	err := c.Session.Disassociate(ctx, region, id, ids)
	c.tell(ctx, "Disassociated from resource share", err, "image", c.image, "resourceShare", id, "sharees", ids, "why", c.why(targets(ids), false))
	return err
}

// DeleteResourceShare deletes a resource share: whom it reaches loses the image.
func (c *chronicle) DeleteResourceShare(ctx context.Context, region, id string) error {
	lose := c.reached(id)
	err := c.Session.DeleteResourceShare(ctx, region, id)
	c.tell(ctx, "Deleted resource share", err, "image", c.image, "resourceShare", id, "sharees", lose.Strings(), "why", c.why(lose, false))
	return err
}

func targets(ids []string) share.Sharees {
	out := make([]share.Sharee, 0, len(ids))
	for _, id := range ids {
		out = append(out, share.Sharee(id))
	}
	return share.NewSharees(out...)
}
