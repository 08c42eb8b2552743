// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"slices"
	"strings"
)

// story is the shortest way to what went wrong, in sentences.
func (x *exploration) story() string {
	var steps []node
	at := x.wrongs.node
	for {
		steps = append(steps, at)
		if at.from < uint32(len(x.seeds)) {
			break
		}
		at = x.nodes[at.from]
	}
	slices.Reverse(steps)
	var lines []string
	p := &play{world: x.world, known: newKnown(), tell: func(line string) { lines = append(lines, line) }}
	s := x.seeds[steps[0].from]
	for n, one := range steps {
		last := n == len(steps)-1
		if last && x.resting() {
			p.begin(&s)
			for range mostRounds {
				before := p.state
				if p.round(); p.state == before && !p.approve(plainImage) && !p.approve(encryptedImage) {
					break
				}
			}
			break
		}
		e := &x.events[one.how.event]
		lines = append(lines, fmt.Sprintf("%d. %s", n+1, e.words))
		p.begin(&s, one.how.meddlings()...)
		e.do(p)
		s = p.state
	}
	return strings.Join(append(append([]string{x.wrong[0]}, lines...), x.wrong...), "\n")
}

// resting reports whether what went wrong is how a state comes to rest.
func (x *exploration) resting() bool { return strings.Contains(x.wrong[0], "rest") }
