// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"
	"fmt"

	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// way is one of the two ways in which an image is shared, as the store that
// converge runs over.
type way struct {
	*imagePass
	targets, last bool
}

var _ converge.Store = &way{}

func (w *way) part() int {
	if w.targets {
		return 1
	}
	return 0
}

func (w *way) group() []share.Declaration { return w.imagePass.group(w.targets) }

// group is the members as package share sees them.
func (o *imagePass) group(targets bool) []share.Declaration {
	out := make([]share.Declaration, 0, 2)
	for i, s := range o.members.shares {
		if o.image[i] == o.at && s.There {
			out = append(out, o.play.known.declaration(i, s, targets, o.barred(s)))
		}
	}
	return out
}

// write stores a member on the condition that nobody else has changed it.
func (o *imagePass) write(words string, id string, change func(*imageShare)) error {
	i := indexOf(id)
	next := o.members.shares[i]
	change(&next)
	return o.call(sharesWrite, words, func(f fate) error {
		if !o.Shares[i].There || o.versions[i] != o.members.versions[i] && o.without != forces {
			return errStale
		}
		o.put(i, next)
		if next.Ledger[3] == granted {
			o.announced()
		}
		if f == well {
			o.members.shares[i], o.members.versions[i] = next, o.versions[i]
		}
		return nil
	})
}

// announced notes that a ledger announces the directory: who has put it on a
// resource share that no list shows yet nobody can tell from then on.
func (p *play) announced() {
	for n := range p.Resources {
		if r := &p.Resources[n]; r.There && !r.Listed {
			r.ByUs = r.Target != off
		}
	}
}

// put stores an ImageShare.
func (p *play) put(i int, s imageShare) {
	p.Shares[i] = s
	p.versions[i]++
}

// Record writes a book, and holds the ImageShare.
func (w *way) Record(_ context.Context, id string, book share.Book) error {
	if w.without == drops {
		return nil
	}
	return w.write(w.words("records", id, book), id, func(s *imageShare) {
		w.note(s, book)
		s.Held = s.Held || !s.Deleted
	})
}

func (w *way) note(s *imageShare, book share.Book) {
	s.Ledger, s.Taken[w.part()] = s.Ledger.with(book.Ledger, ofWay(w.targets)), book.Taken
	if w.known && w.ciphers {
		s.Cipher = w.cipherOf(w.at)
	}
}

func (w *way) words(verb, id string, book share.Book) string {
	if w.tell == nil {
		return ""
	}
	return fmt.Sprintf("%s in the status of %s: %s%s", verb, id, book.Ledger, map[bool]string{true: "; the image is taken over"}[book.Taken])
}

// Live reads the ImageShares, and the SharerAccount after that.
func (w *way) Live(context.Context) ([]share.Declaration, error) {
	var live copies
	err := w.call(sharesRead, "reads the ImageShares live", func(fate) error { live = copies{w.Shares, w.versions}; return nil })
	if err != nil {
		return nil, err
	}
	var owner sharer
	if w.ciphers {
		if err := w.call(sharerRead, "reads the SharerAccount live", func(fate) error { owner = w.Sharer; return nil }); err != nil {
			return nil, err
		}
	}
	w.looked, w.live = live.shares, true
	if w.without != looksAway {
		w.members, w.owner = live, owner
	}
	w.watch()
	return w.group(), nil
}

// Settle writes the book and, if this is the last way of the pass, what was
// found out besides.
func (w *way) Settle(_ context.Context, id string, book share.Book, _ *converge.Outcome) error {
	next := w.members.shares[indexOf(id)]
	w.note(&next, book)
	w.tellShare(&next)
	if next == w.members.shares[indexOf(id)] {
		return nil
	}
	return w.write(w.words("settles", id, book), id, func(s *imageShare) { *s = next })
}

// Release lets a deleted ImageShare go. What a Leaving one leaves is marked in
// the ledger of the role first.
func (w *way) Release(_ context.Context, id string) error {
	if !w.last {
		w.released = append(w.released, id)
		return nil
	}
	i := indexOf(id)
	s := w.members.shares[i]
	if err := w.leaveRole(s); err != nil {
		return err
	}
	return w.call(sharesWrite, "lets "+id+" go", func(fate) error {
		switch {
		case !w.Shares[i].There:
			return nil
		case w.versions[i] != w.members.versions[i]:
			return errStale
		}
		w.gone(i)
		return nil
	})
}

// gone takes an ImageShare away. What a Leaving one leaves is nobody's any more.
func (p *play) gone(i int) {
	s, at := p.Shares[i], p.image[i]
	p.put(i, imageShare{})
	p.lost(at, i)
	if s.standing() == share.Leaving {
		p.Images[at].Ours &^= s.Ledger.has()
		p.retain(at, s)
		for n := range p.Resources {
			r := &p.Resources[n]
			r.ByUs, r.Left = r.ByUs && s.Ledger[3] == none, r.Left || r.There && s.Ledger[3] != none
		}
	}
}
