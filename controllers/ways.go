// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// way is one of the two ways in which an image is shared: with accounts, by its
// launch permissions; with directories and folders, by a resource share. Each
// has a plan and a run of its own, so that trouble in one does not stop the
// other.
type way struct {
	*pass
	// targets is true for the way to directories and folders.
	targets bool
	// last is true for the one that tells what came of both.
	last bool
}

// of is the part of some sharees that is reached this way.
func (w *way) of(sharees share.Sharees) share.Sharees {
	return sharees.Filter(func(id share.Sharee) bool { return isTarget(id) == w.targets })
}

// group is the members as package share sees them, in a stable order.
func (w *way) group() []share.Declaration {
	out := make([]share.Declaration, 0, len(w.members))
	for id, m := range w.members {
		ledger, declared := m.ledger(), m.counts()
		out = append(out, share.Declaration{
			ID: id, Standing: m.standing(), Sharees: w.of(declared), Barred: w.of(w.barred(m).With(w.flawed(m))),
			Ledger: ledger.Without(ledger.Sharees().Without(w.of(ledger.Sharees()))),
			Exact:  m.exact() && !w.unclaimable(), Taken: !w.takenOver(&m.obj.Status).IsZero(), Nobody: declared.Empty(), Over: m.expired,
		})
	}
	slices.SortFunc(out, func(a, b share.Declaration) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// takenOver is since when the image is kept as declared in this way.
func (w *way) takenOver(status *v1alpha1.ImageShareStatus) *metav1.Time {
	if w.targets {
		return &status.TakenOver.Organization
	}
	return &status.TakenOver.Accounts
}

// note writes a book of this way into a status.
func (w *way) note(into *v1alpha1.ImageShareStatus, m *member, book share.Book) {
	into.Ledger = w.entries(m, book.Ledger)
	w.strays = w.strays.With(book.Ledger.Strays())
	since := w.takenOver(into)
	switch {
	case !book.Taken:
		*since = metav1.Time{}
	case since.IsZero():
		*since = metav1.NewTime(w.started).Rfc3339Copy()
	}
}

// entries is a ledger of this way as it stands in a status, with what stands
// there of the other way, and of other accounts.
func (w *way) entries(m *member, ledger share.Ledger) map[string]v1alpha1.LedgerEntry {
	out := maps.Clone(m.obj.Status.Ledger)
	if out == nil {
		out = map[string]v1alpha1.LedgerEntry{}
	}
	for id := range w.of(m.ledger().Sharees()).All() {
		delete(out, string(id))
	}
	paths := w.pathsIn(m)
	for id, origin := range ledger {
		entry, known := m.obj.Status.Ledger[string(id)]
		if !known {
			entry = v1alpha1.LedgerEntry{Since: metav1.NewTime(w.started).Rfc3339Copy()}
		}
		entry.Sharer, entry.Origin = v1alpha1.AccountID(w.key.Account), origins.out(origin)
		if path := paths[id].principal(); path != "" && (entry.Path == "" || w.sureOf(m, id, paths[id])) {
			entry.Path = v1alpha1.ResourceDirectoryPath(path)
		}
		out[string(id)] = entry
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// sureOf reports whether the path by which the encryption role is to trust a
// target from now on is right, so that the one before it is needed no longer.
func (w *way) sureOf(m *member, target share.Sharee, declared declaredPath) bool {
	return w.cipher.known && declared.flaw == nil && !w.barred(m).Has(target)
}

// accountsWay is the launch permissions of the image.
type accountsWay struct {
	*pass
	// revoked is who was taken off the image in this pass.
	revoked share.Sharees
}

var _ converge.Cloud = &accountsWay{}

// Batch is how many accounts one call may name.
func (a *accountsWay) Batch() int { return cloud.BatchSize }

// Candid is false: a denied read can be an empty list.
func (a *accountsWay) Candid() bool { return false }

// Permissions reads whom the image is shared with. Who was taken off and is on
// the list all the same, because a resource share reaches it, is not on the
// image by its number.
func (a *accountsWay) Permissions(ctx context.Context) (share.Sharees, error) {
	listed, err := a.session.Permissions(ctx, a.key.ref())
	seen := share.As[share.Sharee](listed)
	return seen.Without(a.reached(ctx, seen.And(a.revoked))), err
}

// Grant adds accounts to the image.
func (a *accountsWay) Grant(ctx context.Context, accounts share.Sharees) error {
	return a.lagging(a.session.Grant(ctx, a.key.ref(), share.As[share.AccountID](accounts)))
}

// Revoke removes accounts from the image.
func (a *accountsWay) Revoke(ctx context.Context, accounts share.Sharees) error {
	err := a.session.Revoke(ctx, a.key.ref(), share.As[share.AccountID](accounts))
	if err == nil {
		a.revoked = a.revoked.With(accounts)
	}
	return err
}

// lagging turns the refusal of an encryption role that was changed a moment ago
// into a matter of time: nobody in the batch is to blame.
func (p *pass) lagging(err error) error {
	if cloud.KindOf(err) != cloud.Untrusted || !p.lags() {
		return err
	}
	return &cloud.Error{Kind: cloud.Untrusted, Subject: cloud.AboutImage, Code: cloud.AsError(err).Code, RetryAfter: lagPace,
		Message: "the encryption role was changed a moment ago, and Alibaba Cloud does not act on that yet; this goes on by itself"}
}
