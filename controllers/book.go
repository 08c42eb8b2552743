// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// shareBook keeps the resource shares of accounts, region by region, as they
// were last read. They are read by lists of the whole account, which all images
// of it share: many images cost no more than one.
type shareBook struct {
	now func() time.Time

	mu    sync.Mutex
	pages map[pageKey]*page
}

// pageKey is a region of an account.
type pageKey struct {
	account share.AccountID
	region  string
}

// page is one region. Whoever has the turn may read the cloud.
type page struct {
	turn chan struct{}
	// known is the last reading, for all to see.
	known atomic.Pointer[reading]
}

// reading is what came of reading the resource shares of a region.
type reading struct {
	shares []cloud.ResourceShare
	// began is when the last reading that went well began; zero if none did.
	began time.Time
	// failed is when the last one ended, and err why it went wrong, if it did.
	failed time.Time
	err    error
}

func newShareBook(now func() time.Time) *shareBook {
	return &shareBook{now: now, pages: map[pageKey]*page{}}
}

// since answers what was read no earlier than at a time, and reads it if nobody
// has. Who comes while somebody reads waits for him, and takes his failure for
// his own. When reading goes wrong the answer is the last that went well, with
// the error.
func (b *shareBook) since(ctx context.Context, key pageKey, earliest time.Time, read func(context.Context) ([]cloud.ResourceShare, error)) reading {
	p, came := b.page(key), b.now()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return reading{err: &cloud.Error{Kind: cloud.Unavailable, Message: "Resource Sharing does not answer in time"}}
	}
	defer func() { <-p.turn }()
	known := *p.known.Load()
	good := known.err == nil && !known.began.IsZero() && !known.began.Before(earliest)
	if good || known.err != nil && !known.failed.Before(came) {
		return known
	}
	started := b.now()
	shares, err := read(ctx)
	if err == nil {
		known = reading{shares: shares, began: started}
	} else {
		known.failed, known.err = b.now(), err
	}
	p.known.Store(&known)
	return known
}

// last is what came of the last reading, whenever that was.
func (b *shareBook) last(key pageKey) reading { return *b.page(key).known.Load() }

func (b *shareBook) page(key pageKey) *page {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, known := b.pages[key]
	if !known {
		p = &page{turn: make(chan struct{}, 1)}
		p.known.Store(&reading{})
		b.pages[key] = p
	}
	return p
}

// forget drops what is known of an account that has no images any more.
func (b *shareBook) forget(account share.AccountID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.pages, func(key pageKey, _ *page) bool { return key.account == account })
}
