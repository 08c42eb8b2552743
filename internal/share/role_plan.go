// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// RolePlan is what has to be done about the encryption role of an account.
type RolePlan struct {
	// before is the ledger that was planned from.
	before RoleLedger
	// Ledger is the ledger as it has to be before anything is sent.
	Ledger RoleLedger
	// Make is true when the role has to be made.
	Make bool
	// Trust is whom to put into the trust policy, Keys which keys to put into
	// policies of our own, and AllKeys whether to attach AliyunKMSFullAccess.
	Trust   Principals
	Keys    Keys
	AllKeys bool
	// Mend is true when a policy of ours is detached, or says something else
	// than it should.
	Mend bool
	// Vanished is whom the role trusted and trusts no more, though somebody
	// needs it: somebody else has written the trust policy.
	Vanished Principals
	// Untrust is whom to take out of the trust policy, NoKeys which keys to
	// take out of our policies, and NotAllKeys whether to detach
	// AliyunKMSFullAccess: what we put there and nobody needs. A live look has
	// to confirm each.
	Untrust    Principals
	NoKeys     Keys
	NotAllKeys bool
	// Spare are keys to take out of our policies since AliyunKMSFullAccess gives
	// them all the same.
	Spare Keys
	// Leave is true when nobody needs the role any more: all that we put on it
	// goes, and the role too, if we made it and nobody else has put anything on
	// it.
	Leave bool
}

// DiffRole plans how to get from what was seen of the role to what ImageShares
// need of it.
func DiffRole(needed Needed, access KeyAccess, ledger RoleLedger, seen RoleSeen) RolePlan {
	plan := RolePlan{before: ledger, Ledger: ledger.Clone()}
	if !seen.Known {
		return plan
	}
	trust := entries[Principal]{plan.Ledger.Trust, needed.Trust, needed.Shields.Has, seen.Trust.Has, Found}
	plan.Trust, plan.Vanished, plan.Untrust = trust.settle()
	plan.Make = !seen.Exists && !needed.Trust.Empty()
	plan.planKeys(needed, access, seen)
	plan.planAllKeys(needed, access, seen)
	plan.Mend = seen.Exists && !seen.whole() && !needed.Nothing()
	plan.Leave = needed.Nothing()
	return plan
}

// planKeys plans the keys. With AliyunKMSFullAccess in their place our own
// policies go, and what is given is what that gives.
func (p *RolePlan) planKeys(needed Needed, access KeyAccess, seen RoleSeen) {
	written := seen.Keys()
	shields := func(id KeyID) bool { return needed.ShieldsAllKeys || needed.ShieldsKeys.Has(id) }
	wanted := needed.Keys
	keys := entries[KeyID]{p.Ledger.Keys, wanted, shields, written.Has, Granted}
	switch access {
	case ImageKeys:
		if seen.AllKeys && p.Ledger.AllKeys != nil {
			// What AliyunKMSFullAccess gave to those who are on their way out
			// is written down before it is detached.
			keys.wanted = wanted.With(needed.ShieldsKeys)
		}
		p.Keys, _, p.NoKeys = keys.settle()
	case AllKeys:
		keys.present, keys.found = func(KeyID) bool { return seen.AllKeys }, Found
		_, _, p.NoKeys = keys.settle()
		p.AllKeys = !seen.AllKeys && !wanted.Empty()
		if seen.AllKeys {
			p.Spare = written.Without(p.NoKeys).Filter(func(id KeyID) bool {
				entry, known := p.Ledger.Keys[id]
				return known && entry.Origin == Granted
			})
		}
	case Unmanaged:
		keys.present, keys.found = func(KeyID) bool { return true }, Found
		_, _, p.NoKeys = keys.settle()
	}
}

// planAllKeys plans the attachment of AliyunKMSFullAccess.
func (p *RolePlan) planAllKeys(needed Needed, access KeyAccess, seen RoleSeen) {
	const it = "AliyunKMSFullAccess"
	had := map[string]RoleEntry{}
	if p.Ledger.AllKeys != nil {
		had[it] = *p.Ledger.AllKeys
	}
	all := entries[string]{had, Set[string]{}, func(string) bool { return false }, func(string) bool { return seen.AllKeys }, Found}
	if access == AllKeys && !needed.Keys.Empty() {
		all.wanted = NewSet(it)
	}
	// It stays for as long as a key that somebody holds is not given otherwise.
	all.shields = func(string) bool {
		return access != ImageKeys && !needed.Nothing() || needed.ShieldsAllKeys || !p.Keys.Empty()
	}
	_, _, gone := all.settle()
	p.NotAllKeys = !gone.Empty()
	p.Ledger.AllKeys = nil
	if entry, there := had[it]; there {
		p.Ledger.AllKeys = &entry
	}
}

// HoldTrust is the plan without what it puts into the trust policy, and without
// the entries that would announce it.
func (p RolePlan) HoldTrust() RolePlan {
	p.Ledger = p.Ledger.Clone()
	for id := range p.Trust.All() {
		delete(p.Ledger.Trust, id)
		if entry, known := p.before.Trust[id]; known {
			p.Ledger.Trust[id] = RoleEntry{Origin: entry.Origin, Stage: Pending}
		}
	}
	p.Make, p.Trust = false, Principals{}
	return p
}

// HoldTaking is the plan without what it takes away.
func (p RolePlan) HoldTaking() RolePlan {
	p.Untrust, p.NoKeys, p.Spare, p.NotAllKeys, p.Leave = Principals{}, Keys{}, Keys{}, false, false
	return p
}

// Gives reports whether the plan puts anything on the role.
func (p RolePlan) Gives() bool {
	return p.Make || !p.Trust.Empty() || !p.Keys.Empty() || p.AllKeys || p.Mend
}

// Takes reports whether the plan takes anything off the role.
func (p RolePlan) Takes() bool {
	return !p.Untrust.Empty() || !p.NoKeys.Empty() || !p.Spare.Empty() || p.NotAllKeys
}

// Going is the ledger with what the plan takes away marked, so that nothing
// more is granted that rests on it.
func (p RolePlan) Going(ledger RoleLedger) RoleLedger {
	out := ledger.Clone()
	mark(out.Trust, p.Untrust)
	mark(out.Keys, p.NoKeys)
	return out
}

func mark[T ~string](entries map[T]RoleEntry, names Set[T]) {
	for name := range names.All() {
		// One that was never confirmed stays Pending: what announced it may
		// still be on its way.
		if entry, there := entries[name]; there && entry.Stage == Given {
			entry.Stage = Going
			entries[name] = entry
		}
	}
}

// entries are the ledger entries of one kind, on their way from how they were
// to how they have to be.
type entries[T ~string] struct {
	ledger map[T]RoleEntry
	wanted Set[T]
	// shields tells what nobody may take away, and present what was read.
	shields func(T) bool
	present func(T) bool
	// found is the origin of what is there and in no ledger.
	found Origin
}

// settle changes the ledger:
//
//	somebody       it is    the entry becomes
//	wants it       there    Given, as it was; new ones Found (or, in a policy of our own, Granted)
//	wants it       absent   Granted, Pending
//	shields it     there    Given, as it was
//	shields it     absent   Pending, as it was
//	neither        -        none if it was Found; else as it was, to be taken away
//
// It answers what has to be given, what of that was there before, and what has
// to be taken away.
func (e entries[T]) settle() (give, vanished, take Set[T]) {
	var gives, gone, takes []T
	for id := range e.wanted.All() {
		before, known := e.ledger[id]
		switch {
		case e.present(id) && known:
			e.ledger[id] = RoleEntry{Origin: before.Origin, Stage: Given}
		case e.present(id):
			e.ledger[id] = RoleEntry{Origin: e.found, Stage: Given}
		default:
			gives = append(gives, id)
			if before.Stage == Given && known {
				gone = append(gone, id)
			}
			e.ledger[id] = RoleEntry{Origin: Granted, Stage: Pending}
		}
	}
	for _, id := range sortedKeys(e.ledger) {
		entry := e.ledger[id]
		switch {
		case e.wanted.Has(id):
		case e.shields(id):
			entry.Stage = Pending
			if e.present(id) {
				entry.Stage = Given
			}
			e.ledger[id] = entry
		case entry.Origin == Found:
			delete(e.ledger, id)
		default:
			takes = append(takes, id)
		}
	}
	return NewSet(gives...), NewSet(gone...), NewSet(takes...)
}
