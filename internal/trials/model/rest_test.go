// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// rest is what is known of how states come to rest, once nothing fails any more
// and nobody does anything: after how many rounds.
type rest struct {
	shards [shards]struct {
		sync.Mutex
		rounds map[key]uint8
	}
	most atomic.Int64
}

// after is after how many rounds a state comes to rest, if that is known.
func (r *rest) after(k key) (rounds int, known bool) {
	shard := &r.shards[k.shard()]
	shard.Lock()
	defer shard.Unlock()
	n, known := shard.rounds[k]
	return int(n), known
}

// mostRounds is how many rounds of passes may be needed.
const mostRounds = 12

// judge sees to it that a state comes to rest, and everything is as declared
// then; or held, and told; and once that is approved, all the same.
func (r *rest) judge(w *walker, from numbered) {
	var chain []key
	at, further := from.state, 0
	blame := func(wrong ...string) { w.blame(arrival{node: node{from: from.id}, step: atRest}, wrong) }
	for {
		k := w.lexicon.keyOf(&at)
		rounds, known := r.after(k)
		if known {
			further = rounds
			break
		}
		chain = append(chain, k)
		if len(chain) > 3*mostRounds {
			blame("it never comes to rest")
			return
		}
		done, wrong := w.play.calm(&at)
		if wrong != nil {
			blame(wrong...)
			return
		}
		if done {
			break
		}
		at = w.play.state
	}
	r.learn(chain, further)
}

// calm goes one round from a state. It is done when that has changed nothing and
// nothing waits for approval, and tells what is wrong on the way or then.
func (p *play) calm(at *state) (done bool, wrong []string) {
	p.begin(at)
	p.round()
	if len(p.broken) > 0 {
		return false, append([]string{"while it comes to rest: "}, p.broken...)
	}
	if p.state != *at || p.writes != 0 {
		return false, nil
	}
	if wrong := p.wrong(); wrong != "" {
		return false, []string{"it has come to rest, and " + wrong}
	}
	return !p.approve(plainImage) && !p.approve(encryptedImage), nil
}

// learn notes how many rounds each state of a chain needs, the last of which
// needs one and some further.
func (r *rest) learn(chain []key, further int) {
	for i, k := range chain {
		n := len(chain) - i + further
		shard := &r.shards[k.shard()]
		shard.Lock()
		if shard.rounds == nil {
			shard.rounds = map[key]uint8{}
		}
		shard.rounds[k] = uint8(n)
		shard.Unlock()
		for most := r.most.Load(); int64(n) > most && !r.most.CompareAndSwap(most, int64(n)); most = r.most.Load() {
		}
	}
}

// round is one pass of every loop, with nothing in the way.
func (p *play) round() {
	for i := range p.events {
		if p.events[i].always {
			p.events[i].do(p)
		}
	}
	for i := range p.events {
		if e := &p.events[i]; e.pass {
			p.say("the operator's round: %s", e.words)
			p.calls, p.meddle = p.calls[:0], nil
			e.do(p)
		}
	}
}

// wrong is what is not as declared though everything has come to rest, and
// nothing that waits for approval tells why.
func (p *play) wrong() string {
	for i := range p.Shares {
		if wrong := p.wrongIn(i); wrong != "" {
			return wrong
		}
	}
	for at := range p.Images {
		if wrong := p.wrongOn(at); wrong != "" {
			return wrong
		}
	}
	if wrong := p.wrongOnRole(); wrong != "" {
		return wrong
	}
	return p.wrongOnShares()
}

// wrongIn is what an ImageShare wants that has not come to be.
func (p *play) wrongIn(i int) string {
	s, image := p.Shares[i], &p.Images[p.image[i]]
	if !s.There {
		return ""
	}
	switch s.standing() {
	case share.Withdrawing, share.Leaving:
		if share.Claim(image.Claim) != share.Elsewhere {
			return fmt.Sprintf("%s is deleted and still there", names[i])
		}
	case share.Active:
		for id := range sharees {
			if (s.Declares & accounts).has(id) && !image.On.has(id) && !image.Held.is(id, false) {
				return fmt.Sprintf("%s declares %s, who has not got the image", names[i], sharees[id])
			}
		}
	case share.Idle, share.Refused:
	}
	return ""
}

// wrongOn is what is wrong with whom an image is shared with.
func (p *play) wrongOn(at int) string {
	image := &p.Images[at]
	shielded, exact := p.expectedOn(at)
	for id := range sharees {
		if !image.On.has(id) || shielded.has(id) || image.Held.is(id, true) {
			continue
		}
		if image.Ours.has(id) {
			return fmt.Sprintf("%s has image %s by us, and nobody wants that", sharees[id], imageNames[at])
		}
		if exact && share.Claim(image.Claim) == share.Ours {
			return fmt.Sprintf("%s is on image %s, and nobody declares that", sharees[id], imageNames[at])
		}
	}
	return ""
}

// expectedOn is whom the ImageShares of an image want on it or let be there, and
// whether nobody else is to be on it.
func (p *play) expectedOn(at int) (shielded who, exact bool) {
	for i, s := range p.Shares {
		if p.image[i] != at || !s.There {
			continue
		}
		shielded |= s.Declares
		if s.standing() != share.Active {
			shielded |= s.Ledger.owns()
		}
		exact = exact || s.standing() == share.Active && !s.Keeps && !p.keptAt(at, p.Shares)
	}
	return shielded, exact
}
