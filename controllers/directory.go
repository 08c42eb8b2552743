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

// memberLooks is for how many intervals it is taken for true where a member of
// the directory is: nothing is granted on account of that, and a revocation at
// most put off.
const memberLooks = 6

// silentTTL is for how long a directory that has not answered is not asked
// again: every question could take its time.
const silentTTL = time.Minute

// closedTTL is for how long a directory that may not be read is not asked
// again, unless somebody asks for it: every refusal stands in the audit trail of
// the account.
const closedTTL = time.Hour

// directoryBook keeps what was looked up in the resource directories of
// accounts.
type directoryBook struct {
	mu    sync.Mutex
	found map[entryKey]lookup
}

// entryKey is what was looked up for an account: the ID of a folder or of a
// member; empty for the directory itself.
type entryKey struct {
	account share.AccountID
	id      string
}

// lookup is what came of it.
type lookup struct {
	// path is where it is in the directory; of the directory itself, its ID.
	path share.Principal
	err  error
	at   time.Time
}

// known reports whether the directory has told where it is, and closed whether
// it may not be read.
func (l lookup) known() bool { return l.err == nil && l.path != "" }

func (l lookup) closed() bool { return l.err != nil && !aboutEntry(l.err) }

func newDirectoryBook() *directoryBook {
	return &directoryBook{found: map[entryKey]lookup{}}
}

func (b *directoryBook) get(key entryKey) lookup {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.found[key]
}

func (b *directoryBook) put(key entryKey, found lookup) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.found[key] = found
	if len(b.found) > maxEntries {
		maps.DeleteFunc(b.found, func(_ entryKey, l lookup) bool { return found.at.Sub(l.at) > closedTTL })
	}
}

// maxEntries is from how many entries on the old ones are dropped.
const maxEntries = 4096

// drop drops one entry.
func (b *directoryBook) drop(key entryKey) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.found, key)
}

// forget drops what is known of the directory of an account that has no images
// any more.
func (b *directoryBook) forget(account share.AccountID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.found, func(key entryKey, _ lookup) bool { return key.account == account })
}

// lookUp looks something up in the directory of the account: folders at most
// twice an interval, members more seldom. What may not be read is not known;
// what nobody could read just now is as it was.
func (p *pass) lookUp(ctx context.Context, id string) lookup {
	before, fresh := p.lookedUp(id)
	if fresh {
		return before
	}
	path, err := p.readDirectory(ctx, id)
	kind := cloud.KindOf(err)
	if err != nil && kind != cloud.Denied && kind != cloud.NotFound && kind != cloud.Invalid {
		if !cloud.AsError(err).NotSent() {
			p.reconciler.memory.directories.put(entryKey{account: p.key.Account, id: silent}, lookup{err: err, at: p.started})
		}
		return before
	}
	key, found := entryKey{account: p.key.Account, id: id}, lookup{path: path, err: err, at: p.started}
	if err != nil && !aboutEntry(err) {
		key.id = closedFor(id)
	}
	if key.id == id {
		p.reconciler.memory.directories.drop(entryKey{account: p.key.Account, id: closedFor(id)})
	}
	p.reconciler.memory.directories.put(key, found)
	return found
}

// lookedUp is what is known of an entry, and whether that will do.
func (p *pass) lookedUp(id string) (found lookup, fresh bool) {
	book, interval := p.reconciler.memory.directories, p.reconciler.Interval
	within := func(l lookup, most time.Duration) bool {
		return !l.at.IsZero() && p.started.Sub(l.at) < most && (!p.asked() || l.at.Equal(p.started))
	}
	if mute := book.get(entryKey{account: p.key.Account, id: silent}); within(mute, silentTTL) {
		return book.get(entryKey{account: p.key.Account, id: id}), true
	}
	if closed := book.get(entryKey{account: p.key.Account, id: closedFor(id)}); within(closed, closedTTL) {
		return closed, true
	}
	found = book.get(entryKey{account: p.key.Account, id: id})
	if id != "" && !isTarget(share.Sharee(id)) {
		return found, within(found, memberLooks*interval)
	}
	return found, within(found, interval/2)
}

// silent is what it is noted under that the directory has not answered.
const silent = "(silent)"

// closedFor is what it is noted under that entries of this kind may not be read.
func closedFor(id string) string {
	switch {
	case id == "":
		return "(directory)"
	case isTarget(share.Sharee(id)):
		return "(folders)"
	}
	return "(members)"
}

func (p *pass) readDirectory(ctx context.Context, id string) (share.Principal, error) {
	switch {
	case id == "":
		directory, err := p.session.Directory(ctx)
		return share.Principal(directory), err
	case isTarget(share.Sharee(id)):
		return p.session.Folder(ctx, id)
	}
	return p.session.Member(ctx, share.AccountID(id))
}

// aboutEntry reports whether a directory that may be read has said that
// something is not in it.
func aboutEntry(err error) bool {
	subject := cloud.AsError(err).Subject
	return subject == cloud.AboutTarget || subject == cloud.AboutAccount
}
