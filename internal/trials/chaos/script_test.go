// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package chaos

import (
	"fmt"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// script is a run as it was drawn.
type script struct {
	seed uint64
	// world says in sentences what document and sharer are like.
	world    []string
	document simcloud.Document
	sharer   func(*v1alpha1.SharerAccount)
	// operators are the arguments of each.
	operators [][]string
	slots     []slot
	steps     []step
	ending    ending
}

// step is one thing that happens.
type step struct {
	// pause is how long nothing happens before, and looks how often the operator
	// looks at images meanwhile, if it can.
	pause time.Duration
	looks int
	// says it in a sentence.
	says string
	// do does it. An error is no failure: people are refused things, too.
	do func(p *play) error
}

// happening is a kind of step, and how likely it is beside the others.
type happening struct {
	weight int
	draw   func(d *dice, s *script) step
}

// draw draws a run.
func draw(seed uint64) *script {
	d := newDice(seed)
	s := &script{seed: seed}
	s.drawWorld(d)
	s.drawOperators(d)
	s.drawSlots(d)
	for i := range s.slots {
		if d.chance(70) {
			s.steps = append(s.steps, s.creation(d, i))
		}
	}
	var all []happening
	total := 0
	for _, room := range [][]happening{edits(), hands(), troubles(), deaths()} {
		all = append(all, room...)
	}
	for _, h := range all {
		total += h.weight
	}
	if len(s.steps) > 0 && d.chance(80) {
		s.steps = append(s.steps, step{says: "the operator begins", looks: 1, do: func(*play) error { return nil }})
	}
	for range d.between(16, 36) {
		at := d.IntN(total)
		for _, h := range all {
			if at -= h.weight; at < 0 {
				next := h.draw(d, s)
				next.pause, next.looks = d.pause()
				s.steps = append(s.steps, next)
				break
			}
		}
	}
	s.ending = drawEnding(d)
	return s
}

// pause is mostly short, so that things come together, and sometimes long enough
// for all to be done.
func (d *dice) pause() (time.Duration, int) {
	switch n := d.IntN(100); {
	case n < 35:
		return 0, 0
	case n < 70:
		return d.millis(20, 400), 0
	case n < 80:
		return d.millis(400, 1500), 0
	}
	return 0, d.between(1, 4)
}

// drawOperators draws how many there are, and how they are set up.
func (s *script) drawOperators(d *dice) {
	workers := fmt.Sprintf("--max-concurrent-reconciles=%d", one(d, 1, 2, 4, 16))
	s.operators = [][]string{{workers}}
	if d.chance(25) {
		s.operators = [][]string{{workers, "--leader-elect"}, {workers, "--leader-elect"}}
	}
	s.world = append(s.world, fmt.Sprintf("operators: %v", s.operators))
}
