// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// entries are the ledger entries of one kind, on their way from how they were
// to how they have to be.
type entries[T ~string] struct {
	ledger map[T]RoleEntry
	wanted Set[T]
	// shields tells what nobody may take away, and present what was read.
	shields func(T) bool
	present func(T) bool
	// written is what stands on the role by itself, where something else gives
	// all of them at once; nil where nothing does.
	written func(T) bool
	// sure is true where nothing that takes one of them away can be on its way.
	sure bool
}

// settle changes the ledger:
//
//	somebody     it is              the entry becomes
//	wants it     there, and Going   as it was: what takes it away may be on its way
//	wants it     there              Given, as it was; a new one Found
//	wants it     absent             Granted, Pending; but one that was Left stays so
//	shields it   there, and Going   as it was
//	shields it   there              Given, as it was
//	shields it   absent             Pending, as it was
//	neither      -                  none if it was Found or Left; else as it was, to be taken away
//
// It answers what has to be given, what of that was there before, and what has
// to be taken away. What is there and Going has to be given once more.
func (e entries[T]) settle() (give, vanished, take Set[T]) {
	var gives, gone, takes []T
	for id := range e.wanted.All() {
		before, known := e.ledger[id]
		after, surely := e.want(id, before, known)
		e.ledger[id] = after
		if surely {
			continue
		}
		gives = append(gives, id)
		if known && before.Stage == Given {
			gone = append(gone, id)
		}
	}
	for _, id := range sortedKeys(e.ledger) {
		entry := e.ledger[id]
		switch {
		case e.wanted.Has(id):
		case e.shields(id):
			entry.Stage = e.stage(id, entry)
			e.ledger[id] = entry
		case entry.Origin != Granted:
			delete(e.ledger, id)
		default:
			takes = append(takes, id)
		}
	}
	return NewSet(gives...), NewSet(gone...), NewSet(takes...)
}

// want is the entry of what somebody wants, and whether it is surely there.
func (e entries[T]) want(id T, before RoleEntry, known bool) (RoleEntry, bool) {
	if !known {
		before = RoleEntry{Origin: Granted, Stage: Pending}
		there := e.present
		if e.written != nil {
			there = e.written
		}
		if there(id) {
			before.Origin = Found
		}
	}
	stage := e.stage(id, before)
	if stage == Pending && before.Origin == Found && e.written == nil {
		before.Origin = Granted
	}
	return RoleEntry{Origin: before.Origin, Stage: stage}, stage == Given
}

// stage is where an entry stands, by what was read.
func (e entries[T]) stage(id T, before RoleEntry) Stage {
	switch {
	case !e.present(id):
		return Pending
	case before.Stage == Going && !e.sure:
		return Going
	}
	return Given
}
