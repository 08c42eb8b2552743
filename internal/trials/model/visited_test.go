// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"cmp"
	"slices"
	"sync"
)

// key is a state in short: the numbers of its parts. Two states are the same if
// their keys are.
type key struct{ first, second, plain, encrypted, rest uint32 }

// surroundings are what there is in a state besides the ImageShares and the
// images.
type surroundings struct {
	Sharer    sharer
	Role      role
	Resources [3]resourceShare
	Memory    memory
}

// lexicon has the numbers of all parts of states.
type lexicon struct {
	shares parts[imageShare]
	images parts[image]
	rest   parts[surroundings]
}

func (l *lexicon) keyOf(s *state) key {
	return key{
		first: l.shares.number(s.Shares[0]), second: l.shares.number(s.Shares[1]),
		plain: l.images.number(s.Images[0]), encrypted: l.images.number(s.Images[1]),
		rest: l.rest.number(surroundings{s.Sharer, s.Role, s.Resources, s.Memory}),
	}
}

// parts gives numbers to parts of one kind.
type parts[T comparable] struct {
	sync.RWMutex
	numbers map[T]uint32
}

func (p *parts[T]) number(part T) uint32 {
	p.RLock()
	n, there := p.numbers[part]
	p.RUnlock()
	if there {
		return n
	}
	p.Lock()
	defer p.Unlock()
	if n, there = p.numbers[part]; there {
		return n
	}
	if p.numbers == nil {
		p.numbers = map[T]uint32{}
	}
	n = uint32(len(p.numbers))
	p.numbers[part] = n
	return n
}

// shards is into how many parts what is known of states is divided, so that
// workers seldom wait for each other.
const shards = 64

func (k key) shard() uint32 {
	h := uint32(2166136261)
	for _, part := range [...]uint32{k.first, k.second, k.plain, k.encrypted, k.rest} {
		h = (h ^ part) * 16777619
	}
	return h >> 16 % shards
}

// visited are the states that were reached.
type visited [shards]struct {
	sync.Mutex
	// numbers are those of the states, in the order in which this shard came to
	// know them.
	numbers map[key]uint32
	// old is how many of them were reached before this depth, and fresh are the
	// others.
	old   uint32
	fresh []arrival
}

// arrival is a state that is reached for the first time, and the number of the
// step among those from where it came.
type arrival struct {
	state state
	node
	step uint32
}

func (a arrival) compare(b arrival) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.step, b.step))
}

// arrive notes how a state was reached. Of several ways at one depth the first is
// kept, by the order of steps and not of time: so each run finds the same.
func (v *visited) arrive(k key, a arrival) {
	shard := &v[k.shard()]
	shard.Lock()
	defer shard.Unlock()
	n, there := shard.numbers[k]
	switch {
	case !there:
		if shard.numbers == nil {
			shard.numbers = map[key]uint32{}
		}
		shard.numbers[k] = shard.old + uint32(len(shard.fresh))
		shard.fresh = append(shard.fresh, a)
	case n >= shard.old && a.compare(shard.fresh[n-shard.old]) < 0:
		shard.fresh[n-shard.old] = a
	}
}

// arrived are the states that were reached since this was asked last.
func (v *visited) arrived() []arrival {
	var out []arrival
	for i := range v {
		shard := &v[i]
		out = append(out, shard.fresh...)
		shard.old, shard.fresh = shard.old+uint32(len(shard.fresh)), nil
	}
	slices.SortFunc(out, arrival.compare)
	return out
}
