// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"sync"
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

// page is one region. Whoever has the turn may read the cloud and change the
// rest.
type page struct {
	turn chan struct{}
	reading
}

// reading is what came of reading the resource shares of a region.
type reading struct {
	shares []cloud.ResourceShare
	// began is when the last reading that went well began; zero if none did.
	began time.Time
	// failed is when the last one began, and err why it went wrong, if it did.
	failed time.Time
	err    error
}

func newShareBook(now func() time.Time) *shareBook {
	return &shareBook{now: now, pages: map[pageKey]*page{}}
}

// since answers what was read no earlier than at a time, and reads it if nobody
// has. Who comes while somebody reads waits for that, which is no longer than
// reading it himself. When that goes wrong the answer is the last that went
// well, with the error.
func (b *shareBook) since(ctx context.Context, key pageKey, earliest time.Time, read func(context.Context) ([]cloud.ResourceShare, error)) reading {
	p := b.page(key)
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return reading{err: &cloud.Error{Kind: cloud.Unavailable, Message: "Resource Sharing does not answer in time"}}
	}
	defer func() { <-p.turn }()
	if p.err == nil && !p.began.IsZero() && !p.began.Before(earliest) {
		return p.reading
	}
	started := b.now()
	shares, err := read(ctx)
	if err != nil {
		p.failed, p.err = started, err
	} else {
		p.reading = reading{shares: shares, began: started}
	}
	return p.reading
}

// last is what came of the last reading, whenever that was.
func (b *shareBook) last(key pageKey) reading {
	p := b.page(key)
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
		return p.reading
	default:
		return reading{}
	}
}

func (b *shareBook) page(key pageKey) *page {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, known := b.pages[key]
	if !known {
		p = &page{turn: make(chan struct{}, 1)}
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
