// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func TestABadAccountDoesNotKeepOthersOffTheImage(t *testing.T) {
	w := newWorld()
	w.unknown = accounts("7")
	w.put(declare("A", "7"))
	w.pass(w.now())
	w.edit("A", func(d *share.Declaration) { d.Sharees = accounts("1 7") })
	w.put(declare("B", "2"))
	w.apart = share.Apart{} // The operator has been restarted and remembers nothing.
	for range 2 {
		w.pass(w.now())
	}
	w.want(t, "1 2")
}

func TestAnAccountThatCannotEvenBeRemovedHoldsNothingUp(t *testing.T) {
	w := newWorld()
	w.stubborn = accounts("8")
	w.unknown = accounts("8")
	w.put(declare("A", "1 8"))
	w.pass(w.now())
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	w.until(t)
	if w.objects["A"] != nil {
		t.Errorf("A is still there, with %s", w.objects["A"].Ledger)
	}
}

func TestAChangeOfMindInTheMiddleIsPlannedAnew(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.put(declare("B", "1"))
	w.until(t)
	w.edit("B", func(d *share.Declaration) { d.Sharees = share.Sharees{} })
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	before := w.now()
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Leaving }) // The user sets Retain after the plan is made.
	w.pass(before)
	w.until(t)
	w.want(t, "1")
}

func TestAnUnheardOfRefusalHoldsNobodyElseUp(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1 2 3 4"))
	w.frozen = accounts("1")
	for range 8 {
		w.pass(w.now())
	}
	w.want(t, "2 3 4")
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	for range 8 {
		w.pass(w.now())
	}
	w.want(t, "")
}

func TestARefusedRemovalAndAnEmptyListEndNoEntry(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "8"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	w.stubborn, w.blind = accounts("8"), true
	w.pass(w.now())
	if w.objects["A"] == nil {
		t.Error("A was let go though 8 is still on the image")
	}
}

func TestWhatWasFoundIsNotMadeOursByAnEmptyList(t *testing.T) {
	w := newWorld("1")
	w.put(declare("A", "1 2"))
	w.until(t)
	w.blind, w.frozen = true, accounts("1 2")
	for range 3 {
		w.pass(w.now())
	}
	w.blind, w.frozen = false, share.Sharees{}
	w.edit("A", func(d *share.Declaration) { d.Sharees = share.Sharees{} })
	w.until(t)
	w.want(t, "1")
}

func TestOfSeveralThatLeaveTheFirstGoesFirst(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.put(declare("B", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Leaving })
	w.edit("B", func(d *share.Declaration) { d.Standing = share.Leaving })
	w.fail("release A", dropBefore)
	w.pass(w.now())
	if w.objects["A"] == nil || w.objects["B"] == nil {
		t.Fatal("B has left before A, whose entry would be taken for ours alone")
	}
	w.mend()
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	w.edit("B", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	w.until(t)
	w.want(t, "")
}

func TestNobodyLeavesBeforeItIsWrittenWhatStays(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.put(declare("B", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Leaving })
	w.fail("record B", dropBefore)
	w.pass(w.now())
	if w.objects["A"] == nil {
		t.Fatal("A has left, and B still takes 1 for ours")
	}
	w.mend()
	w.until(t)
	w.edit("B", func(d *share.Declaration) { d.Sharees = share.Sharees{} })
	w.until(t)
	w.want(t, "1")
}
