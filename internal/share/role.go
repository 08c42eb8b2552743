// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "maps"

// Need is what one ImageShare needs of the encryption role. What it needs of
// keys stands beside what it needs of trust: nobody can use the one without the
// other.
type Need struct {
	// ID tells the ImageShare from all others of the account.
	ID string
	// Trust is whom the role has to trust, and Keys which keys it has to have,
	// on account of the ImageShare.
	Trust Principals
	Keys  Keys
	// Shields is whom nobody may untrust on account of it, and ShieldsKeys
	// which keys nobody may take from the role. An ImageShare of which nobody
	// knows yet what its image is like shields everything.
	Shields     Principals
	ShieldsKeys Keys
	// ShieldsAllKeys is true while its keys are not known.
	ShieldsAllKeys bool
}

// Needed is what all ImageShares of an account together need.
type Needed struct {
	Trust, Shields    Principals
	Keys, ShieldsKeys Keys
	ShieldsAllKeys    bool
}

// CombineNeeds is the union of what ImageShares need. Whatever is wanted is
// shielded.
func CombineNeeds(needs []Need) Needed {
	var trust, shields []Principal
	var keys, shieldsKeys []KeyID
	all := Needed{}
	for _, n := range needs {
		trust = append(trust, n.Trust.sorted...)
		keys = append(keys, n.Keys.sorted...)
		shields = append(append(shields, n.Trust.sorted...), n.Shields.sorted...)
		shieldsKeys = append(append(shieldsKeys, n.Keys.sorted...), n.ShieldsKeys.sorted...)
		all.ShieldsAllKeys = all.ShieldsAllKeys || n.ShieldsAllKeys
	}
	all.Trust, all.Shields = NewSet(trust...), NewSet(shields...)
	all.Keys, all.ShieldsKeys = NewSet(keys...), NewSet(shieldsKeys...)
	return all
}

// Nothing reports whether nobody needs the role, or might.
func (n Needed) Nothing() bool {
	return n.Shields.Empty() && n.ShieldsKeys.Empty() && !n.ShieldsAllKeys
}

// Stage is where an entry of the role's ledger stands.
type Stage int

const (
	// Pending is about to be put there, or has vanished from there.
	Pending Stage = iota
	// Given was read there.
	Given
	// Going is about to be taken away. From then on nothing is granted that
	// rests on it.
	Going
)

// RoleEntry is one principal, or one key, in the ledger of the role.
type RoleEntry struct {
	Origin Origin
	Stage  Stage
}

// RoleLedger is what the role has on account of ImageShares, or is about to
// have: whom it trusts, which keys it may use, and whether the vendor's policy
// for all keys is attached. Only what stands here as Granted is ever taken
// away.
type RoleLedger struct {
	Trust map[Principal]RoleEntry
	Keys  map[KeyID]RoleEntry
	// AllKeys is the entry of AliyunKMSFullAccess; nil when nobody needs it.
	AllKeys *RoleEntry
}

// Clone is a ledger of the caller's own.
func (l RoleLedger) Clone() RoleLedger {
	out := RoleLedger{Trust: map[Principal]RoleEntry{}, Keys: map[KeyID]RoleEntry{}}
	maps.Copy(out.Trust, l.Trust)
	maps.Copy(out.Keys, l.Keys)
	if l.AllKeys != nil {
		out.AllKeys = new(*l.AllKeys)
	}
	return out
}

// Equal reports whether both ledgers say the same.
func (l RoleLedger) Equal(o RoleLedger) bool {
	same := (l.AllKeys == nil) == (o.AllKeys == nil)
	if same && l.AllKeys != nil {
		same = *l.AllKeys == *o.AllKeys
	}
	return same && maps.Equal(l.Trust, o.Trust) && maps.Equal(l.Keys, o.Keys)
}

// Empty reports whether nothing stands in the ledger.
func (l RoleLedger) Empty() bool {
	return len(l.Trust) == 0 && len(l.Keys) == 0 && l.AllKeys == nil
}

// Trusted is whom the role was read to trust, and nobody is about to untrust.
func (l RoleLedger) Trusted() Principals { return given(l.Trust) }

// Usable is which keys the role was read to have, and nobody is about to take
// from it.
func (l RoleLedger) Usable() Keys { return given(l.Keys) }

// Own is whom we put into the trust policy, or are about to.
func (l RoleLedger) Own() Principals {
	return entriesWhere(l.Trust, func(e RoleEntry) bool { return e.Origin == Granted })
}

// Unsure is who may still be put into the trust policy by a write whose answer
// was lost.
func (l RoleLedger) Unsure() Principals { return entriesWhere(l.Trust, pending) }

// Leaving is who is about to be taken out of the trust policy, or was a moment
// ago.
func (l RoleLedger) Leaving() Principals { return entriesWhere(l.Trust, going) }

// LeavingKeys are the keys that are about to be taken off the role, or were a
// moment ago.
func (l RoleLedger) LeavingKeys() Keys { return entriesWhere(l.Keys, going) }

// AnyLeaving reports whether anything is about to be taken away, or was a moment
// ago.
func (l RoleLedger) AnyLeaving() bool { return !l.Leaving().Empty() || !l.LeavingKeys().Empty() }

// OnlyLeaving reports whether nothing else is left in the ledger.
func (l RoleLedger) OnlyLeaving() bool {
	return l.AllKeys == nil && l.Leaving().Len() == len(l.Trust) && l.LeavingKeys().Len() == len(l.Keys)
}

// WithoutGone is the ledger without what is leaving and is not there any more.
func (l RoleLedger) WithoutGone(seen RoleSeen) RoleLedger {
	return l.Without(l.Leaving().Without(seen.Trust.Principals()), l.LeavingKeys().Without(seen.Keys()), false)
}

func going(e RoleEntry) bool { return e.Stage == Going }

// UnsureKeys are the keys that may still be given to the role by such a write.
func (l RoleLedger) UnsureKeys() Keys { return entriesWhere(l.Keys, pending) }

func pending(e RoleEntry) bool { return e.Stage == Pending }

// Unsettled reports whether anything is about to be given or taken away.
func (l RoleLedger) Unsettled() bool {
	unsettled := func(e RoleEntry) bool { return e.Stage != Given }
	return !entriesWhere(l.Trust, unsettled).Empty() || !entriesWhere(l.Keys, unsettled).Empty() || l.AllKeys != nil && unsettled(*l.AllKeys)
}

// Without is the ledger with some entries left out.
func (l RoleLedger) Without(trust Principals, keys Keys, allKeys bool) RoleLedger {
	out := l.Clone()
	for p := range trust.All() {
		delete(out.Trust, p)
	}
	for id := range keys.All() {
		delete(out.Keys, id)
	}
	if allKeys {
		out.AllKeys = nil
	}
	return out
}

func given[T ~string](entries map[T]RoleEntry) Set[T] {
	return entriesWhere(entries, func(e RoleEntry) bool { return e.Stage == Given })
}

func entriesWhere[T ~string](entries map[T]RoleEntry, wanted func(RoleEntry) bool) Set[T] {
	var out []T
	for _, name := range sortedKeys(entries) {
		if wanted(entries[name]) {
			out = append(out, name)
		}
	}
	return Set[T]{sorted: out}
}
