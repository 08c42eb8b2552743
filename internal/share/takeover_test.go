// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"strings"
	"testing"
)

// exactly makes a declaration that wants nobody else on the image. Its ledger is
// a line of names: 1 granted, 2? found, 3- prior, 4+ stray. A bang at its end
// says that the image is taken over.
func exactly(id string, standing Standing, accounts, ledger string) Declaration {
	rest, taken := strings.CutSuffix(ledger, "!")
	d := one(id, standing, accounts, "")
	d.Exact, d.Taken, d.Nobody, d.Ledger = true, taken, d.Sharees.Empty(), Ledger{}
	for name := range strings.FieldsSeq(rest) {
		switch {
		case strings.HasSuffix(name, "-"):
			d.Ledger[Sharee(name[:len(name)-1])] = Prior
		case strings.HasSuffix(name, "+"):
			d.Ledger[Sharee(name[:len(name)-1])] = Stray
		case strings.HasSuffix(name, "?"):
			d.Ledger[Sharee(name[:len(name)-1])] = Found
		default:
			d.Ledger[Sharee(name)] = Granted
		}
	}
	return d
}

// keeping makes one that wants whoever is on the image kept.
func keeping(standing Standing, ledger string) Declaration {
	d := exactly("B", standing, "", ledger)
	d.Exact = false
	return d
}

func TestTakingAnImageOver(t *testing.T) {
	for sentence, c := range map[string]struct {
		group []Declaration
		seen  Observed
		// want is the ledger of the first, as the steps write it, and taken whether
		// the image is taken over for it.
		want  string
		taken bool
	}{
		"whoever is there at first was there before": {
			group: []Declaration{exactly("A", Active, "1", "1")}, seen: seen("1 9"), want: "1, 9 (prior)", taken: true,
		},
		"whoever comes later is a stray": {
			group: []Declaration{exactly("A", Active, "1", "1 9- !")}, seen: seen("1 8 9"), want: "1, 8 (stray), 9 (prior)", taken: true,
		},
		"whoever leaves by himself is forgotten": {
			group: []Declaration{exactly("A", Active, "1", "1 8+ 9- !")}, seen: seen("1"), want: "1", taken: true,
		},
		"and was not there before when he comes back": {
			group: []Declaration{exactly("A", Active, "1", "1 !")}, seen: seen("1 9"), want: "1, 9 (stray)", taken: true,
		},
		"an empty list takes nothing over, and makes nobody forgotten": {
			group: []Declaration{exactly("A", Active, "", "9-")}, seen: seen(""), want: "9 (prior)",
		},
		"unless it is candid": {
			group: []Declaration{exactly("A", Active, "", "9-")}, seen: Observed{Known: true, Candid: true}, want: "nobody", taken: true,
		},
		"nor does a list that could not be read": {
			group: []Declaration{exactly("A", Active, "1", "1 9- !")}, want: "1, 9 (prior)", taken: true,
		},
		"who is listed on account of a folder is no stranger": {
			group: []Declaration{exactly("A", Active, "1", "1 7+ !")},
			seen:  Observed{Known: true, Sharees: set("1 7 8"), Elsewhere: set("7 8")}, want: "1", taken: true,
		},
		"a stranger who comes to be declared was found": {
			group: []Declaration{exactly("A", Active, "1 9", "1 9- !")}, seen: seen("1 9"), want: "1, 9 (found)", taken: true,
		},
		"a stranger whom another declares is nobody's concern, once that is written down": {
			group: []Declaration{exactly("A", Active, "1", "1 9- !"), exactly("B", Idle, "9", "9?")}, seen: seen("1 9"), want: "1", taken: true,
		},
		"and until then he is, should it never be": {
			group: []Declaration{exactly("A", Active, "1", "1 9- !"), exactly("B", Idle, "9", "")}, seen: seen("1 9"), want: "1, 9 (prior)", taken: true,
		},
		"what another one knows to have been there before is so for all": {
			group: []Declaration{exactly("A", Active, "1", ""), exactly("B", Active, "1", "1 9- !")}, seen: seen("1 8 9"),
			want: "1, 8 (stray), 9 (prior)", taken: true,
		},
		"whoever comes to another operator's image was there before it is ours": {
			group: []Declaration{exactly("A", Active, "1", "1 8+ !")}, seen: Observed{Known: true, Sharees: set("1 8 9"), Claim: Elsewhere}, want: "1, 8 (prior), 9 (prior)",
		},
		"what a deleted one leaves is taken down though the image cannot be read": {
			group: []Declaration{exactly("A", Idle, "1", "1 !"), exactly("B", Leaving, "", "9")}, want: "1, 9 (prior)", taken: true,
		},
		"as soon as one keeps strangers they are forgotten": {
			group: []Declaration{exactly("A", Active, "1", "1 8+ 9- !"), keeping(Idle, "")}, seen: seen("1 8 9"), want: "1",
		},
		"an expired one that keeps them does not count": {
			group: []Declaration{exactly("A", Active, "1", "1"), over(keeping(Active, ""))}, seen: seen("1 9"), want: "1, 9 (prior)", taken: true,
		},
		"one that has expired has nothing to do with strangers itself": {
			group: []Declaration{over(exactly("A", Active, "", "8+ 9- !"))}, seen: seen("8 9"), want: "nobody",
		},
		"one that is deleted does not": {
			group: []Declaration{exactly("A", Active, "1", "1 !"), keeping(Withdrawing, "")}, seen: seen("1 9"), want: "1, 9 (stray)", taken: true,
		},
		"one that is suspended stays as it is": {
			group: []Declaration{exactly("A", Idle, "1", "1 9- !")}, seen: seen("1 8"), want: "1, 9 (prior)", taken: true,
		},
		"one that is deleted has nothing to do with strangers": {
			group: []Declaration{exactly("A", Withdrawing, "1", "1 8+ 9- !")}, seen: seen("1 8 9"), want: "1",
		},
		"what a deleted one leaves was there before": {
			group: []Declaration{exactly("A", Active, "1", "1 !"), exactly("B", Leaving, "", "9")}, seen: seen("1 9"), want: "1, 9 (prior)", taken: true,
		},
		"also when it is not listed yet": {
			group: []Declaration{exactly("A", Active, "1", "1 !"), exactly("B", Leaving, "", "9")}, seen: seen("1"), want: "1, 9 (prior)", taken: true,
		},
		"what a deleted one that kept strangers had found was there before": {
			group: []Declaration{exactly("A", Active, "1", "1 !"), keeping(Withdrawing, "9?")}, seen: seen("1 9"), want: "1, 9 (prior)", taken: true,
		},
		"what one has granted and lets go of is no stranger": {
			group: []Declaration{exactly("A", Active, "1", "1 !"), exactly("B", Active, "", "9")}, seen: seen("1 9"), want: "1", taken: true,
		},
		"nor what a refused one has": {
			group: []Declaration{exactly("A", Active, "1", "1 !"), exactly("B", Refused, "8", "9?")}, seen: seen("1 8 9"), want: "1", taken: true,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := c.group[0].book()
			for _, r := range Diff(c.group, c.seen, 50).Records {
				if r.ID == "A" {
					got = r.After
				}
			}
			if got.Ledger.String() != c.want || got.Taken != c.taken {
				t.Errorf("the ledger is %q (taken over: %t), want %q (%t)", got.Ledger, got.Taken, c.want, c.taken)
			}
		})
	}
}

// Who was there before stays so while the list shows them on account of something
// else, at first or later.
func TestPriorStrangersStaySoWhileTheyAreListedForAnotherReason(t *testing.T) {
	light := Observed{Known: true, Sharees: set("1 9"), Claim: Ours}
	dark := light
	dark.Elsewhere = set("9")
	for _, looks := range [][]Observed{{light, dark, light}, {dark, light}} {
		a := exactly("A", Active, "1", "1")
		for _, look := range looks {
			group := []Declaration{a}
			plan, _ := Review(group, Diff(group, look, 50), look, Limits{}, nil)
			if plan.Revoke.Has("9") {
				t.Fatal("9 was there when the image was taken over, and is taken off without approval")
			}
			for _, r := range plan.Records {
				a.Ledger, a.Taken = r.After.Ledger, r.After.Taken
			}
		}
	}
}
