// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// Combined is what all ImageShares of an image together want of it.
type Combined struct {
	// Grant is everyone who should be on the image.
	Grant Sharees
	// Revoke is everyone whom we put there and who should go, whether or not
	// they were seen there: a grant may be on its way.
	Revoke Sharees
}

// Combine tells who counts on one image:
//
//	an ImageShare that is  grants            shields                     has its ledger revoked
//	Active                 what it declares  what it declares            yes
//	Idle                   nothing           what it declares and holds  no
//	Withdrawing            nothing           nothing                     yes
//	Leaving                nothing           what it holds, while there  no
//
// Whom an Active one bars it does not grant, but shields all the same. Only what we granted is ever revoked, and nothing that anyone shields. What
// a Leaving one holds becomes Found in the ledgers of the others, see [Diff];
// until that is written its mere presence shields it.
func Combine(group []Declaration) Combined {
	var grant, granted []Sharee
	for _, d := range group {
		if d.Standing == Active {
			grant = append(grant, d.Sharees.Without(d.Barred).sorted...)
		}
		if d.Standing == Active || d.Standing == Withdrawing {
			granted = append(granted, d.Ledger.Granted().sorted...)
		}
	}
	return Combined{
		Grant:  NewSharees(grant...),
		Revoke: NewSharees(granted...).Filter(func(id Sharee) bool { return !shielded(group, id) }),
	}
}

func shielded(group []Declaration, id Sharee) bool {
	for _, d := range group {
		if d.shields(id) {
			return true
		}
	}
	return left(group, id)
}

// left reports whether a Leaving ImageShare leaves the sharee on the image.
func left(group []Declaration, id Sharee) bool {
	for _, d := range group {
		if _, held := d.Ledger[id]; held && d.Standing == Leaving {
			return true
		}
	}
	return false
}

// Undeclared is whoever is on the image though no ImageShare declares them and
// no ledger knows them.
func Undeclared(group []Declaration, seen Observed) Sharees {
	return seen.Sharees.Filter(func(id Sharee) bool {
		for _, d := range group {
			if _, held := d.Ledger[id]; held || d.declared().Has(id) {
				return false
			}
		}
		return true
	})
}
