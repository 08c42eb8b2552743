// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"slices"
	"strings"
	"testing"
)

// set makes a set of accounts from a line of short names.
func set(line string) Sharees {
	var ids []Sharee
	for id := range strings.FieldsSeq(line) {
		ids = append(ids, Sharee(id))
	}
	return NewSharees(ids...)
}

// book makes a ledger from a line of short names; a name with a question mark
// was found.
func book(line string) Ledger {
	out := Ledger{}
	for id := range strings.FieldsSeq(line) {
		name, found := strings.CutSuffix(id, "?")
		out[Sharee(name)] = Granted
		if found {
			out[Sharee(name)] = Found
		}
	}
	return out
}

func one(id string, standing Standing, accounts, ledger string) Declaration {
	return Declaration{ID: id, Standing: standing, Sharees: set(accounts), Ledger: book(ledger)}
}

func seen(accounts string) Observed { return Observed{Known: true, Sharees: set(accounts)} }

func TestPlans(t *testing.T) {
	for sentence, c := range map[string]struct {
		group []Declaration
		seen  Observed
		quota int
		want  []string
	}{
		"what is in step needs nothing": {
			group: []Declaration{one("A", Active, "1 2", "1 2")}, seen: seen("1 2"),
		},
		"a first share records its intent, grants and reads back": {
			group: []Declaration{one("A", Active, "1 2", "")}, seen: seen(""),
			want: []string{"record A: 1, 2", "look", "grant 1, 2", "read"},
		},
		"whoever is there already is recorded as found and not granted": {
			group: []Declaration{one("A", Active, "1 2", "")}, seen: seen("1"),
			want: []string{"record A: 1 (found), 2", "look", "grant 2", "read"},
		},
		"a grant intended by an earlier pass is looked at live first": {
			group: []Declaration{one("A", Active, "1", "1")}, seen: seen(""),
			want: []string{"look", "grant 1", "read"},
		},
		"an account removed by hand is put back, also one that was found": {
			group: []Declaration{one("A", Active, "1 2", "1 2?")}, seen: seen("9"),
			want: []string{"record A: 1, 2", "look", "grant 1, 2", "read"},
		},
		"an empty list makes nothing ours that was found": {
			group: []Declaration{one("A", Active, "1 2", "1 2?")}, seen: seen(""),
			want: []string{"look", "grant 1, 2", "read"},
		},
		"unless it certainly means that nobody is there": {
			group: []Declaration{one("A", Active, "1 2", "1 2?")}, seen: Observed{Known: true, Candid: true},
			want: []string{"record A: 1, 2", "look", "grant 1, 2", "read"},
		},
		"an account added by hand is left": {
			group: []Declaration{one("A", Active, "1", "1")}, seen: seen("1 9"),
		},
		"what is no longer declared is revoked after a live look": {
			group: []Declaration{one("A", Active, "1", "1 2")}, seen: seen("1 2"),
			want: []string{"look", "revoke 2", "read"},
		},
		"a revoke is sent even when the account is not seen: a grant may be on its way": {
			group: []Declaration{one("A", Active, "", "2")}, seen: seen("9"),
			want: []string{"look", "revoke 2", "read"},
		},
		"what was found is let go of and never revoked": {
			group: []Declaration{one("A", Active, "1", "1 2?")}, seen: seen("1 2"),
			want: []string{"record A: 1"},
		},
		"a swap grants before it revokes": {
			group: []Declaration{one("A", Active, "2", "1")}, seen: seen("1"), quota: 2,
			want: []string{"record A: 1, 2", "look", "grant 2", "read", "look", "revoke 1", "read"},
		},
		"a swap on a full image revokes first": {
			group: []Declaration{one("A", Active, "2", "1")}, seen: seen("1"), quota: 1,
			want: []string{"record A: 1, 2", "look", "revoke 1", "read", "look", "grant 2", "read"},
		},
		"a full image of which nobody leaves does not change the order": {
			group: []Declaration{one("A", Active, "1 2", "1 2 3")}, seen: seen("1"), quota: 1,
			want: []string{"look", "grant 2", "read", "look", "revoke 3", "read"},
		},
		"two ImageShares are one desired set, and each records its own": {
			group: []Declaration{one("A", Active, "1 2", ""), one("B", Active, "2 3", "")}, seen: seen(""),
			want: []string{"record A: 1, 2", "record B: 2, 3", "look", "grant 1, 2, 3", "read"},
		},
		"a second ImageShare of the same account inherits the entry": {
			group: []Declaration{one("A", Active, "1", "1"), one("B", Active, "1", "")}, seen: seen("1"),
			want: []string{"record B: 1"},
		},
		"an entry is handed over before it is dropped": {
			group: []Declaration{one("A", Active, "", "1"), one("B", Active, "1", "")}, seen: seen("1"),
			want: []string{"record B: 1"},
		},
		"an entry that a sibling carries is dropped without a call": {
			group: []Declaration{one("A", Active, "", "1"), one("B", Active, "1", "1")}, seen: seen("1"),
			want: []string{"record A: nobody"},
		},
		"deleting one of two keeps what the other declares": {
			group: []Declaration{one("A", Withdrawing, "1 2", "1 2"), one("B", Active, "1", "1")}, seen: seen("1 2"),
			want: []string{"record A: 2", "look", "revoke 2", "read", "release A"},
		},
		"a deleted ImageShare without a ledger is released": {
			group: []Declaration{one("A", Withdrawing, "1 2", "")}, seen: Observed{},
			want: []string{"release A"},
		},
		"a deleted ImageShare waits when nobody can look": {
			group: []Declaration{one("A", Withdrawing, "1", "1")}, seen: Observed{},
			want: []string{"release A"}, // Tried last; only an empty ledger is let go, see package converge.
		},
		"a suspended ImageShare grants nothing": {
			group: []Declaration{one("A", Idle, "1", "")}, seen: seen(""),
		},
		"a suspended ImageShare shields what it declares and what it holds": {
			group: []Declaration{one("A", Idle, "1", "2"), one("B", Active, "", "1 2")}, seen: seen("1 2"),
			want: []string{"record A: 1, 2", "record B: 1"},
		},
		"a suspended ImageShare records what it declares and another has": {
			group: []Declaration{one("A", Idle, "1", ""), one("B", Withdrawing, "", "1")}, seen: seen("1"),
			want: []string{"record A: 1", "release B"},
		},
		"what a retained ImageShare leaves is found for the others, and not revoked": {
			group: []Declaration{one("A", Leaving, "1 2", "1 2"), one("B", Active, "1", "1 2")}, seen: seen("1 2"),
			want: []string{"record B: 1 (found)", "release A"},
		},
		"what a retained ImageShare leaves is found also for one that has just come": {
			group: []Declaration{one("A", Leaving, "", "1"), one("B", Active, "1", "")}, seen: Observed{},
			want: []string{"record B: 1 (found)", "release A"},
		},
		"what a retained ImageShare leaves is put back only when it has gone": {
			group: []Declaration{one("A", Leaving, "1", "1"), one("B", Active, "1 2", "1")}, seen: seen(""),
			want: []string{"record B: 1 (found), 2", "look", "grant 2", "read", "release A"},
		},
		"a retained and a withdrawn ImageShare of one account leave it there": {
			group: []Declaration{one("A", Leaving, "1", "1"), one("B", Withdrawing, "1", "1")}, seen: seen("1"),
			want: []string{"record B: nobody", "release A", "release B"},
		},
		"an empty list that is doubted changes no ledger and puts back what was there": {
			group: []Declaration{one("A", Active, "1 2", "1?")}, seen: Observed{Known: true, Doubtful: true},
			want: []string{"look", "grant 1", "read"},
		},
		"an image that cannot be read gets nothing and loses nothing": {
			group: []Declaration{one("A", Active, "1", "2")}, seen: Observed{},
		},
		"an image that is gone gets nothing": {
			group: []Declaration{one("A", Active, "1", "2"), one("B", Withdrawing, "", "2")}, seen: Observed{Known: true, Gone: true},
			want: []string{"release B"},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			quota := c.quota
			if quota == 0 {
				quota = 50
			}
			if got := lines(Diff(c.group, c.seen, quota)); !slices.Equal(got, c.want) {
				t.Errorf("planned\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

func lines(p Plan) []string {
	var out []string
	for _, step := range p.Steps(10) {
		out = append(out, step.String())
	}
	return out
}
