// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package converge runs a plan: it holds the laws that are about the order of
// effects. Intent is recorded before anything is sent; reads are believed and
// writes are not; nothing is taken away without a live look; an entry leaves a
// ledger only after a removal that was answered and a later read; a deleted
// ImageShare goes last.
//
// It knows neither Kubernetes nor an SDK: cloud and store are two small ports.
// It decides nothing that a plan does not say, never waits, and never tries a
// call again within a run.
package converge

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Cloud is one way in which an image is shared: its launch permissions, which
// reach accounts, or its resource share, which reaches directories and folders.
// Its errors are those of package cloud.
type Cloud interface {
	// Batch is how many sharees one call may name.
	Batch() int
	// Candid reports whether an empty list means that nobody is on the image.
	// Where it does not, a denied read can look like one.
	Candid() bool
	// Permissions reads whom the image is shared with, all of them.
	Permissions(ctx context.Context) (share.Sharees, error)
	// Grant adds sharees, at most a batch. Only a later read tells whether they
	// were.
	Grant(ctx context.Context, sharees share.Sharees) error
	// Revoke removes sharees, at most a batch. Only a later read tells whether
	// they were.
	Revoke(ctx context.Context, sharees share.Sharees) error
}

// Store is where the ImageShares of one image are kept.
type Store interface {
	// Record writes a ledger on the condition that the ImageShare is still the
	// one that was planned from; otherwise it fails and nothing is written.
	Record(ctx context.Context, id string, book share.Book) error
	// Live reads every ImageShare of the image from the source of truth.
	Live(ctx context.Context) ([]share.Declaration, error)
	// Settle writes what became of a run for one ImageShare: its ledger and
	// all that people read. It writes nothing when nothing has changed.
	Settle(ctx context.Context, id string, book share.Book, outcome *Outcome) error
	// Release lets a deleted ImageShare go. One that is gone already is no
	// error.
	Release(ctx context.Context, id string) error
}

// Outcome is what became of a run.
type Outcome struct {
	// Seen is the image as it was last read.
	Seen share.Observed
	// Granted and Revoked are what the run changed, confirmed by a read.
	Granted, Revoked share.Sharees
	// Sent are the sharees whose grant was sent.
	Sent share.Sharees
	// Trouble is why a sharee could not be granted or revoked.
	Trouble map[share.Sharee]error
	// Apart is whom to keep out of batches in the next run.
	Apart share.Apart
	// Err is the first trouble that concerns more than one sharee.
	Err error
	// Again is true when something changed meanwhile: plan again at once.
	Again bool
	// Released are the ImageShares that were let go.
	Released []string
	// StoreErr is the first trouble with the store that is not a change made
	// by somebody else.
	StoreErr error
}
