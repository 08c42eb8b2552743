// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

// comesToBe is that what was asked of Resource Sharing comes to be; and that a
// minute passes with it, after which nothing that was asked for is still to come.
func comesToBe(minute bool) event {
	words := map[bool]string{true: "a minute passes", false: "what was asked of Resource Sharing comes to be"}[minute]
	where := inCloud
	if minute {
		where = byItself
	}
	return event{words: words, where: where, always: minute, do: func(p *play) bool {
		before := p.state
		p.tick()
		if minute {
			p.Memory.Unsettled = false
		}
		return p.state != before
	}}
}

// isListed is that the lists come to show every resource share.
func isListed() event {
	return event{words: "the lists of resource shares catch up", where: inCloud, do: func(p *play) bool {
		before := p.Resources
		for i := range p.Resources {
			p.Resources[i].Listed = p.Resources[i].There
		}
		return p.Resources != before
	}}
}

// restarts is that the operator forgets everything: it was killed, or the lease
// has moved on.
func restarts() event {
	return event{words: "another operator leads", where: byItself, do: func(p *play) bool {
		before := p.Memory
		p.Memory = memory{}
		return p.Memory != before
	}}
}

// handOnShares is that a hand takes the directory off our resource shares, or
// puts it there, or deletes them.
func handOnShares(words string, change func(*resourceShare)) event {
	return event{words: words, where: inCloud, do: func(p *play) bool {
		before := p.Resources
		for i := range p.Resources {
			if r := &p.Resources[i]; r.There && !r.Deleting && r.Listed {
				change(r)
			}
		}
		p.age()
		return p.Resources != before
	}}
}

func deletedByHand() event {
	return handOnShares("somebody deletes our resource shares by hand", func(r *resourceShare) { r.Deleting, r.Image, r.Target = true, off, off })
}

func takenOffByHand() event {
	return handOnShares("somebody takes the directory off our resource shares by hand", func(r *resourceShare) {
		if r.Target != off {
			r.Target = going
		}
	})
}

// retainsListed is that an ImageShare is deleted with Retain while the lists show
// every resource share: what is left for good before any list shows it nobody
// can tell from what is yet to come, see doc.go.
func retainsListed(i int) event {
	e := deletes(i, true)
	retain := e.do
	e.do = func(p *play) bool {
		for _, r := range p.Resources {
			if r.There && !r.Listed {
				return false
			}
		}
		return retain(p)
	}
	return e
}

// directoryWorld is a plain image with two ImageShares, and a directory.
func directoryWorld() *world {
	w := &world{name: "directory", steps: 4, bound: 10, meddlings: 1, organized: true, staleReads: true, budgets: true}
	w.events = []event{
		declares(0, directory, true), declares(0, nobody, true),
		declares(1, directory, true),
		deletes(0, false), retainsListed(0), deletes(1, false),
		deletedByHand(), takenOffByHand(),
		comesToBe(true), comesToBe(false), isListed(), restarts(),
		shareImage(plainImage),
	}
	return w
}
