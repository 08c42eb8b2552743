// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of testdata anew")

// What is done about an image, for every policy of an ImageShare, every state of
// the image and everything that can happen to the ImageShare: as one table to be
// read, in testdata/matrix.txt. Its head says what the words mean.
func TestTheMatrix(t *testing.T) {
	golden := filepath.Join("testdata", "matrix.txt")
	got := matrixHead + "\n" + table(singles()) + "\n" + table(pairs())
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range max(len(was), len(is)) {
		if a, b := line(was, i), line(is, i); a != b {
			t.Errorf("line %d was\n  %s\nand is (see -update)\n  %s", i+1, a, b)
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// Whatever stands in the tables, these laws hold for every cell of them.
func TestTheLawsOfTheMatrix(t *testing.T) {
	for _, c := range append(singles(), pairs()...) {
		t.Run(c.row+"/"+c.event, func(t *testing.T) { c.mustBeLawful(t) })
	}
}

func (c cell) mustBeLawful(t *testing.T) {
	plan, held := c.reviewed()
	never := func(whom Sharees, why string) {
		if !whom.Empty() {
			t.Errorf("%s: %s", whom, why)
		}
	}
	granted, strays := Sharees{}, Sharees{}
	for _, d := range c.group {
		granted, strays = granted.With(d.Ledger.Granted()), strays.With(d.Ledger.Strays())
		never(plan.Revoke.And(d.declared()), "revoked, and "+d.ID+" declares them")
		if d.Standing == Leaving || d.Standing == Idle {
			never(plan.Revoke.And(d.Ledger.Own()), "revoked, and "+d.ID+" leaves or holds them")
		}
	}
	never(plan.Revoke.And(set("8 9")).Without(strays), "revoked, and not known to have come after the takeover")
	if c.keeps() {
		never(plan.Revoke.Without(granted), "revoked, not granted by us, and strangers are kept")
	}
	if c.handsOff() || c.seen.Claim == Elsewhere {
		never(plan.Grant.With(plan.Revoke), "granted or revoked, and nothing may be done")
	}
	for _, change := range held {
		if change.Reason == HeldChangesHands && c.seen.Claim != Elsewhere {
			t.Errorf("%s is held though the image is no other operator's", change)
		}
	}
}

// keeps reports whether strangers are to be kept.
func (c cell) keeps() bool {
	return !c.group[0].Exact && len(c.group) == 1 ||
		slices.ContainsFunc(c.group, func(d Declaration) bool { return d.stays() && !d.Over && !d.Exact })
}

// handsOff reports whether nobody of the group wants anything done.
func (c cell) handsOff() bool {
	return !slices.ContainsFunc(c.group, func(d Declaration) bool { return d.Standing != Idle && d.Standing != Leaving })
}

// table renders cells that come row by row.
func table(cells []cell) string {
	var rows [][]string
	for _, c := range cells {
		if len(rows) == 0 || rows[len(rows)-1][0] != c.row {
			rows = append(rows, []string{c.row})
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], c.phrase())
	}
	rows = append([][]string{append([]string{cells[0].kind}, events...)}, rows...)
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, word := range row {
			widths[i] = max(widths[i], len(word))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		padded := make([]string, len(row))
		for i, word := range row {
			padded[i] = word + strings.Repeat(" ", widths[i]-len(word))
		}
		out.WriteString(strings.TrimRight(strings.Join(padded, " | "), " ") + "\n")
	}
	return out.String()
}
