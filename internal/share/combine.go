// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import "slices"

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
//	an ImageShare that is  grants            shields                     has taken away
//	Active                 what it declares  what it declares            what it granted
//	Idle                   nothing           what it declares and holds  nothing
//	Withdrawing            nothing           nothing                     what it granted
//	Leaving                nothing           what it holds, while there  nothing
//	Refused                nothing           nothing, see [Review]       what it granted
//
// Whom an Active one bars it does not grant, but shields all the same. An Exact
// one has what it found taken away as well and, while it is Active and its time
// is not over, whom nobody declares. Nothing is ever taken away that anyone shields. What a Leaving one
// holds becomes Found in the ledgers of the others, see [Diff]; until that is
// written its mere presence shields it.
func Combine(group []Declaration) Combined {
	var grant, taken []Sharee
	for _, d := range group {
		if d.Standing == Active {
			grant = append(grant, d.Sharees.Without(d.Barred).sorted...)
		}
		taken = append(taken, takes(group, d).sorted...)
	}
	return Combined{
		Grant:  NewSharees(grant...),
		Revoke: NewSharees(taken...).Filter(func(id Sharee) bool { return !shielded(group, id) }),
	}
}

// takes is whom of its ledger a declaration would have taken away, if nobody
// shielded them.
func takes(group []Declaration, d Declaration) Sharees {
	if d.Standing == Idle || d.Standing == Leaving {
		return Sharees{}
	}
	exact := exactIn(group, d) || d.Standing == Refused && slices.ContainsFunc(group, func(o Declaration) bool { return o.wantsNoStrangers(group) })
	return d.Ledger.of(func(o Origin) bool {
		switch o {
		case Granted:
			return true
		case Found:
			return exact
		case Prior, Stray:
			return d.wantsNoStrangers(group)
		case Left:
		}
		return false
	})
}

// wantsNoStrangers reports whether nobody is to be on the image, for its sake,
// whom nobody declares. Whom a Refused one has found is nobody's by right.
func (d Declaration) wantsNoStrangers(group []Declaration) bool {
	return d.Standing == Active && !d.Over && exactIn(group, d)
}

// exactIn reports whether a declaration may have more taken away than was
// granted: the least destructive of the group decides, but for those whose time
// is over.
func exactIn(group []Declaration, d Declaration) bool {
	return d.Exact && !slices.ContainsFunc(group, func(o Declaration) bool { return o.stays() && !o.Over && !o.Exact })
}

func shielded(group []Declaration, id Sharee) bool {
	return left(group, id) || slices.ContainsFunc(group, func(d Declaration) bool { return d.shields(id) })
}

// left reports whether a Leaving ImageShare leaves the sharee on the image.
func left(group []Declaration, id Sharee) bool {
	return slices.ContainsFunc(group, func(d Declaration) bool { return d.Standing == Leaving && d.Ledger.owns(id) })
}

// Undeclared is whoever is on the image though no ImageShare declares them and
// none has declared them.
func Undeclared(group []Declaration, seen Observed) Sharees {
	return seen.Sharees.Filter(func(id Sharee) bool {
		return !slices.ContainsFunc(group, func(d Declaration) bool { return d.Ledger.owns(id) || d.declared().Has(id) })
	})
}
