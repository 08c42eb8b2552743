// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// errFrozen is an error of a kind that nobody has classed.
var errFrozen = &cloud.Error{Code: "InvalidAccount.Frozen", Message: "frozen"}

func (w *world) Batch() int { return cloud.BatchSize }

func (w *world) Candid() bool { return false }

func (w *world) Permissions(context.Context) (share.Sharees, error) {
	_, err := w.begin("read")
	if err != nil {
		return share.Sharees{}, err
	}
	if w.blind {
		return share.Sharees{}, nil
	}
	return w.accounts(), nil
}

func (w *world) Grant(_ context.Context, batch share.Sharees) error {
	done, err := w.begin("grant " + batch.String())
	if !done {
		return err
	}
	if batch.Len() > cloud.BatchSize || batch.Empty() {
		w.broken = append(w.broken, fmt.Sprintf("a grant of %d accounts", batch.Len()))
	}
	if bad := batch.And(w.frozen); !bad.Empty() {
		return errors.Join(err, errFrozen)
	}
	if bad := batch.And(w.unknown); !bad.Empty() {
		return errors.Join(err, &cloud.Error{Kind: cloud.NotFound, Subject: cloud.AboutAccount, Message: "no such account"})
	}
	if w.accounts().With(batch).Len() > w.quota {
		return errors.Join(err, &cloud.Error{Kind: cloud.Quota, Subject: cloud.AboutImage, Message: "full"})
	}
	for id := range batch.All() {
		w.granting(id)
		if !w.image[id] && (w.provable(id) || !w.sawNobody) {
			w.ours[id] = true
		}
		w.image[id] = true
	}
	return err
}

func (w *world) Revoke(_ context.Context, batch share.Sharees) error {
	done, err := w.begin("revoke " + batch.String())
	if !done {
		return err
	}
	if batch.Len() > cloud.BatchSize || batch.Empty() {
		w.broken = append(w.broken, fmt.Sprintf("a revoke of %d accounts", batch.Len()))
	}
	if bad := batch.And(w.frozen); !bad.Empty() && w.accounts().And(bad).Empty() {
		return errors.Join(err, errFrozen)
	}
	if bad := batch.And(w.stubborn); !bad.Empty() {
		return errors.Join(err, &cloud.Error{Kind: cloud.Invalid, Subject: cloud.AboutAccount, Message: "another site"})
	}
	for id := range batch.All() {
		if !w.image[id] && batch.Len() == 1 {
			return errors.Join(err, &cloud.Error{Kind: cloud.NotFound, Subject: cloud.AboutAccount, Message: "not shared"})
		}
		w.revoking(id)
		if w.deaf {
			continue
		}
		delete(w.image, id)
		delete(w.ours, id)
	}
	return err
}

func (w *world) Record(_ context.Context, id string, book share.Book) error {
	return w.store("record "+id, id, book)
}

func (w *world) Settle(_ context.Context, id string, book share.Book, _ *Outcome) error {
	if o := w.objects[id]; o != nil && o.Taken == book.Taken && o.Ledger.Equal(book.Ledger) && w.planned[id] == o.version {
		return nil
	}
	return w.store("settle "+id, id, book)
}

func (w *world) store(call, id string, book share.Book) error {
	done, err := w.begin(call)
	if !done {
		return err
	}
	o := w.objects[id]
	if o == nil || w.planned[id] != o.version {
		return &cloud.Error{Kind: cloud.Conflict, Message: "changed"}
	}
	o.Ledger, o.Taken = maps.Clone(book.Ledger), book.Taken
	o.version = w.next()
	w.planned[id] = o.version
	return err
}

func (w *world) Live(context.Context) ([]share.Declaration, error) {
	if _, err := w.begin("look"); err != nil {
		return nil, err
	}
	live := w.now()
	w.planned = live.versions
	return live.group, nil
}

func (w *world) Release(_ context.Context, id string) error {
	done, err := w.begin("release " + id)
	if !done {
		return err
	}
	o := w.objects[id]
	if o == nil {
		return nil
	}
	if w.planned[id] != o.version {
		return &cloud.Error{Kind: cloud.Conflict, Message: "changed"}
	}
	if o.Standing == share.Leaving {
		for account := range o.Ledger {
			delete(w.ours, account)
		}
	}
	delete(w.objects, id)
	return err
}
