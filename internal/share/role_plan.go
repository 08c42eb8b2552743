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
	// NoRoom is whom no trust policy could have room for besides.
	NoRoom Principals
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
	// Unclaim is true when nobody needs the role any more and it carries our
	// claim.
	Unclaim bool
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
	trust := entries[Principal]{ledger: plan.Ledger.Trust, wanted: needed.Trust, shields: needed.Shields.Has, present: seen.Trust.Has}
	plan.Trust, plan.Vanished, plan.Untrust = trust.settle()
	plan.Make = !seen.Exists && !needed.Trust.Empty()
	planKeys(&plan, needed, access, seen)
	planAllKeys(&plan, needed, access, seen)
	plan.Mend = access == ImageKeys && seen.Exists && !seen.whole() && !needed.Nothing()
	plan.Leave = needed.Nothing()
	plan.Unclaim = plan.Leave && seen.ClaimedBy != ""
	if plan.Unclaim {
		// What is let go of stays written down until the claim is off the role: an
		// empty ledger would be the last that anybody hears of it.
		plan.Ledger = ledger.Clone()
	}
	return plan
}

// planKeys plans the keys. With AliyunKMSFullAccess in their place our own
// policies go, and what is given is what that gives.
func planKeys(p *RolePlan, needed Needed, access KeyAccess, seen RoleSeen) {
	written := seen.Keys()
	shields := func(id KeyID) bool { return needed.ShieldsAllKeys || needed.ShieldsKeys.Has(id) }
	keys := entries[KeyID]{ledger: p.Ledger.Keys, wanted: needed.Keys, shields: shields, present: written.Has}
	switch access {
	case ImageKeys:
		if seen.AllKeys && p.Ledger.AllKeys != nil {
			// What AliyunKMSFullAccess gave to those who are on their way out
			// is written down before it is detached.
			keys.wanted = needed.Keys.With(needed.ShieldsKeys)
		}
		p.Keys, _, p.NoKeys = keys.settle()
	case AllKeys:
		keys.present, keys.written = func(id KeyID) bool { return seen.AllKeys || written.Has(id) }, written.Has
		var unsure Keys
		unsure, _, p.NoKeys = keys.settle()
		p.AllKeys = !unsure.Empty() || !seen.AllKeys && !needed.Keys.Empty()
		if seen.AllKeys {
			ours := entriesWhere(p.Ledger.Keys, func(e RoleEntry) bool { return e.Origin == Granted })
			p.Spare = written.Without(p.NoKeys).And(ours)
		}
	case Unmanaged:
		keys.present, keys.written, keys.sure = func(KeyID) bool { return true }, written.Has, true
		_, _, p.NoKeys = keys.settle()
	}
}

// planAllKeys plans the attachment of AliyunKMSFullAccess.
func planAllKeys(p *RolePlan, needed Needed, access KeyAccess, seen RoleSeen) {
	const it = "AliyunKMSFullAccess"
	all := entries[string]{ledger: map[string]RoleEntry{}, present: func(string) bool { return seen.AllKeys }, sure: true}
	if p.Ledger.AllKeys != nil {
		all.ledger[it] = *p.Ledger.AllKeys
	}
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
	if entry, there := all.ledger[it]; there {
		p.Ledger.AllKeys = &entry
	}
}

// HoldTrust is the plan without putting some into the trust policy, and without
// the entries that would announce it.
func (p RolePlan) HoldTrust(held Principals) RolePlan {
	p.Ledger = p.Ledger.Clone()
	for id := range p.Trust.And(held).All() {
		delete(p.Ledger.Trust, id)
		if entry, known := p.before.Trust[id]; known {
			if entry.Stage == Given {
				entry.Stage = Pending
			}
			p.Ledger.Trust[id] = entry
		}
	}
	p.Trust = p.Trust.Without(held)
	p.Make = p.Make && !p.Trust.Empty()
	return p
}

// MostTrusted is how many principals a ledger announces at most. A trust policy
// of 6144 characters, the longest document that RAM takes anywhere, has room for
// 167 accounts.
const MostTrusted = 200

// HoldExcess is the plan without those whom no trust policy could have room for,
// so that a ledger stays small whatever ImageShares declare.
func (p RolePlan) HoldExcess() RolePlan {
	fresh := p.Trust.Filter(func(id Principal) bool {
		_, known := p.before.Trust[id]
		return !known
	})
	room := MostTrusted - (len(p.Ledger.Trust) - fresh.Len())
	excess := fresh.Without(fresh.First(room))
	out := p.HoldTrust(excess)
	out.NoRoom = excess
	return out
}

// Gives reports whether the plan puts anything on the role.
func (p RolePlan) Gives() bool {
	return p.Make || !p.Trust.Empty() || !p.Keys.Empty() || p.AllKeys || p.Mend
}

// Takes reports whether the plan takes anything off the role.
func (p RolePlan) Takes() bool {
	return !p.Untrust.Empty() || !p.NoKeys.Empty() || !p.Spare.Empty() || p.NotAllKeys || p.Unclaim
}

// Going is the ledger with what the plan takes away marked, so that nothing
// more is granted that rests on it.
func (p RolePlan) Going(ledger RoleLedger) RoleLedger {
	out := ledger.Clone()
	mark(out.Trust, p.Untrust)
	mark(out.Keys, p.NoKeys)
	return out
}

// Stays is a ledger in which what the plan would have taken away, and a later
// look keeps, stands as it did before it was marked.
func (p RolePlan) Stays(ledger, before RoleLedger, untrust Principals, keys Keys) RoleLedger {
	out := ledger.Clone()
	for id := range p.Untrust.Without(untrust).All() {
		out.Trust[id] = before.Trust[id]
	}
	for id := range p.NoKeys.Without(keys).All() {
		out.Keys[id] = before.Keys[id]
	}
	return out
}

func mark[T ~string](entries map[T]RoleEntry, names Set[T]) {
	for name := range names.All() {
		// One that was never confirmed stays Pending: what was to put it there
		// may still be on its way.
		if entry, there := entries[name]; there && entry.Stage == Given {
			entry.Stage = Going
			entries[name] = entry
		}
	}
}
