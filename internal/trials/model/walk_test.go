// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

// walker takes every step from states, one after the other.
type walker struct {
	*exploration
	play play
	// taken is how many steps were taken from a state.
	taken uint32
	// unsure is whether any course of the last event was.
	unsure bool
}

func newWalker(x *exploration) *walker {
	w := &walker{exploration: x, play: play{world: x.world, known: newKnown()}}
	w.play.known.hasty, w.play.known.careless, w.play.known.forgetful = x.without == hasty, x.without == careless, x.forgetful
	return w
}

// walk takes every step from one state, and sees to it that it comes to rest.
func (w *walker) walk(from numbered) {
	w.taken = 0
	for i := range w.events {
		if w.events[i].alike && !w.unsure {
			continue
		}
		w.unsure = false
		w.steps.Add(1)
		if !w.take(from, step{event: uint8(i)}) || !w.events[i].pass {
			continue
		}
		w.meddle(from, step{event: uint8(i)})
	}
	w.rest.judge(w, from)
}

// meddle takes a pass again for everything that can happen in the middle of it,
// after what happens there already.
func (w *walker) meddle(from numbered, s step) {
	if int(s.count) == w.meddlings {
		return
	}
	first := 0
	if s.count > 0 {
		first = int(s.meddle[s.count-1].at) + 1
	}
	calls := append([]kind(nil), w.play.calls...)
	for at := first; at < len(calls); at++ {
		unsure := false
		for what := range int(fates) + len(w.events) {
			alike := what >= int(fates) && w.events[what-int(fates)].alike
			if !w.may(calls[at], uint8(what)) || alike && !unsure {
				continue
			}
			next := s
			next.meddle[s.count] = meddling{uint8(at), uint8(what)}
			next.count++
			done := w.take(from, next)
			unsure = w.play.unsure
			if done {
				w.meddle(from, next)
			}
		}
	}
}

// take takes one step, and reports whether anything came of it.
func (w *walker) take(from numbered, s step) bool {
	w.play.begin(&from.state, s.meddlings()...)
	w.taken++
	e := &w.events[s.event]
	done := e.do(&w.play)
	w.unsure = w.unsure || w.play.unsure
	if !done || w.play.vain {
		return false
	}
	if e.pass {
		w.passes.Add(1)
	}
	a := arrival{node: node{from.id, s}, step: w.taken}
	if len(w.play.broken) > 0 {
		w.blame(a, w.play.broken)
		return false
	}
	if w.play.state != from.state {
		a.state = w.play.state
		w.visited.arrive(w.lexicon.keyOf(&a.state), a)
	}
	return true
}
