// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"testing"

	"pgregory.net/rapid"
)

// The table of who counts: one ImageShare that declares 1 and 2 and holds 2
// (granted), 3 (granted) and 4 (found), beside an active one that holds all.
func TestWhoCounts(t *testing.T) {
	for _, c := range []struct {
		standing            Standing
		name                string
		alone, aloneRevokes string
		besideRevokes       string
	}{
		{Active, "active", "1 2", "3", "3"},
		{Idle, "suspended, or its account unusable", "", "", ""},
		{Withdrawing, "deleting with Revoke", "", "2 3", "1 2 3"},
		{Leaving, "deleting with Retain, or while suspended", "", "", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			it := one("it", c.standing, "1 2", "2 3 4?")
			got := Combine([]Declaration{it})
			if !got.Grant.Equal(set(c.alone)) || !got.Revoke.Equal(set(c.aloneRevokes)) {
				t.Errorf("alone it grants %q and revokes %q, want %q and %q", got.Grant, got.Revoke, c.alone, c.aloneRevokes)
			}
			got = Combine([]Declaration{it, one("other", Active, "", "1 2 3 4?")})
			if !got.Revoke.Equal(set(c.besideRevokes)) {
				t.Errorf("beside one that lets go of everything, %q are revoked, want %q", got.Revoke, c.besideRevokes)
			}
		})
	}
}

func anyGroup() *rapid.Generator[[]Declaration] {
	ledger := rapid.MapOfN(rapid.SampledFrom([]Sharee{"a", "b", "c", "d", "e"}),
		rapid.SampledFrom([]Origin{Granted, Found, Prior, Stray}), 0, 4)
	return rapid.Custom(func(t *rapid.T) []Declaration {
		group := make([]Declaration, rapid.IntRange(0, 4).Draw(t, "size"))
		for i := range group {
			group[i] = Declaration{
				ID:       string(rune('A' + i)),
				Standing: rapid.SampledFrom([]Standing{Active, Idle, Withdrawing, Leaving, Refused}).Draw(t, "standing"),
				Sharees:  anySharees().Draw(t, "declared"),
				Ledger:   ledger.Draw(t, "ledger"),
				Exact:    rapid.Bool().Draw(t, "exact"),
				Taken:    rapid.Bool().Draw(t, "taken"),
				Over:     rapid.Bool().Draw(t, "over"),
			}
		}
		return group
	})
}

// Whatever the world, a plan grants only what an active ImageShare declares, and
// revokes only what stands in a ledger and nobody shields: what was granted, and
// anything else only where nobody wants it kept.
func TestNoPlanGivesOrTakesTooMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := anyGroup().Draw(t, "group")
		onImage := Observed{Known: true, Sharees: anySharees().Draw(t, "seen")}
		plan := Diff(group, onImage, rapid.IntRange(1, 6).Draw(t, "quota"))
		declared, kept := claimsOf(group)
		if much := plan.Grant.Without(declared.Without(onImage.Sharees)); !much.Empty() {
			t.Fatalf("%s are granted", much)
		}
		if much := plan.Revoke.Without(mayGo(group, onImage).Without(kept)); !much.Empty() {
			t.Fatalf("%s are revoked", much)
		}
	})
}

// claimsOf is who is to be granted, and who is to be kept, by the words of the
// design's table.
func claimsOf(group []Declaration) (declared, kept Sharees) {
	for _, d := range group {
		switch d.Standing {
		case Active:
			declared, kept = declared.With(d.Sharees), kept.With(d.Sharees)
		case Idle:
			kept = kept.With(d.Sharees).With(d.Ledger.Own())
		case Leaving:
			kept = kept.With(d.Ledger.Own())
		case Withdrawing, Refused:
		}
	}
	return declared, kept
}

// mayGo is whom at most a plan may take away.
func mayGo(group []Declaration, onImage Observed) Sharees {
	var granted, known Sharees
	exact := false
	for _, d := range group {
		granted, known = granted.With(d.Ledger.Granted()), known.With(d.Ledger.Sharees())
		exact = exact || d.Exact
	}
	for _, d := range group {
		if !d.Exact && !d.Over && (d.Standing == Active || d.Standing == Idle) {
			return granted
		}
	}
	if exact {
		return known.With(onImage.Sharees)
	}
	return granted
}

// An entry that was granted never leaves all ledgers by being recorded: only a
// removal, or a Leaving ImageShare, ends it.
func TestRecordingOrphansNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := anyGroup().Draw(t, "group")
		onImage := Observed{Known: true, Sharees: anySharees().Draw(t, "seen")}
		after := map[string]Ledger{}
		for _, d := range group {
			after[d.ID] = d.Ledger
		}
		for _, r := range Diff(group, onImage, 50).Records {
			after[r.ID] = r.After.Ledger
		}
		for _, d := range group {
			for id := range d.Ledger.Granted().All() {
				kept := left(group, id)
				for _, ledger := range after {
					origin, held := ledger[id]
					kept = kept || (held && origin == Granted)
				}
				if !kept {
					t.Fatalf("nobody holds %s any more, which %s was granted", id, d.ID)
				}
			}
		}
	})
}
