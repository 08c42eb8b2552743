// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func strict(id, sharees string) share.Declaration {
	d := declare(id, sharees)
	d.Exact, d.Nobody = true, d.Sharees.Empty()
	return d
}

// settledScene is a witness who sees these ImageShares come to rest.
func settledScene(t *testing.T, group ...share.Declaration) *hearing {
	t.Helper()
	h := &hearing{witness: newWitness()}
	h.unknown = accounts("7")
	for _, d := range group {
		h.put(d)
	}
	h.rest(t)
	return h
}

// rest lets the operator work until it has nothing to do, and approves nothing.
func (h *hearing) rest(t *testing.T) {
	t.Helper()
	h.mend()
	for range 10 {
		if !h.works() {
			return
		}
	}
	t.Fatal("it never comes to rest")
}

func TestWhatARetainedOneLeavesIsNoStrayWhenTheImageCouldNotBeRead(t *testing.T) {
	h := settledScene(t, strict("A", "1"), strict("C", "2"))
	h.world.edit("C", func(d *share.Declaration) { d.Standing = share.Leaving })
	h.fail("read", throttled)
	h.witness.pass(h.now())
	h.rest(t)
	h.want(t, "1 2")
}

func TestWhatARefusedOneLetsGoOfIsNoStrayWhenTheImageCouldNotBeRead(t *testing.T) {
	h := settledScene(t)
	h.image["2"] = true
	refused := declare("A", "2")
	refused.Standing = share.Refused
	h.put(refused)
	h.put(strict("B", ""))
	h.rest(t)
	h.world.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	h.fail("read", throttled)
	h.witness.pass(h.now())
	h.rest(t)
	h.want(t, "2")
}

func TestWhatARetainedOneLeavesIsNoStrayForOneThatWasSuspended(t *testing.T) {
	h := settledScene(t, strict("A", "1"), strict("C", "2"))
	h.world.edit("A", func(d *share.Declaration) { d.Standing = share.Idle })
	h.rest(t)
	h.world.edit("C", func(d *share.Declaration) { d.Standing = share.Leaving })
	h.rest(t)
	h.world.edit("A", func(d *share.Declaration) { d.Standing = share.Active })
	h.rest(t)
	h.want(t, "1 2")
}

func TestWhomOneDeclaredThatNeverWroteItDownIsNoStray(t *testing.T) {
	h := settledScene(t)
	h.image["2"] = true
	h.put(strict("A", "1"))
	h.put(strict("C", "2"))
	h.fail("record C", crashBefore)
	h.witness.pass(h.now())
	h.world.edit("C", func(d *share.Declaration) { d.Standing = share.Leaving })
	h.rest(t)
	h.want(t, "1 2")
}

func TestWhoWasThereBeforeAndWasDeclaredForAMomentIsNoStray(t *testing.T) {
	h := settledScene(t)
	h.image["9"] = true
	h.put(strict("A", "1"))
	h.rest(t)
	h.put(strict("C", "9"))
	h.fail("record C", crashBefore)
	h.witness.pass(h.now())
	h.world.edit("C", func(d *share.Declaration) { d.Standing = share.Leaving })
	h.rest(t)
	h.want(t, "1 9")
}

func TestWhomOnlyARefusedOneDeclaresIsHeldAndGoesOnceThatIsApproved(t *testing.T) {
	h := settledScene(t)
	h.image["3"] = true
	refused := declare("C", "3")
	refused.Standing = share.Refused
	h.put(refused)
	h.put(strict("A", "1"))
	h.rest(t)
	h.want(t, "1 3")
	if !share.Changed(h.held, true).Has("3") {
		t.Errorf("held are %v, and not that 3 is revoked", h.held)
	}
	h.approved = h.held
	h.rest(t)
	h.want(t, "1")
}

func TestWhoCameWhileTheImageWasAnotherOperatorsWasThereBefore(t *testing.T) {
	h := settledScene(t)
	h.claim = share.Elsewhere
	h.image["8"] = true
	h.put(strict("A", "8"))
	h.rest(t)
	h.image["9"] = true
	h.rest(t)
	h.claim = share.Ours
	h.rest(t)
	h.want(t, "8 9")
}

// A came to be deleted under Revoke while B leaves the same account in place,
// and C does not want anybody on the image.
func TestWhatOneLeavesAndAnotherLetsGoOfIsNoStrayWhenThatCouldNotBeWritten(t *testing.T) {
	h := settledScene(t, strict("A", "2"), declare("B", "2"))
	h.world.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	h.world.edit("B", func(d *share.Declaration) { d.Standing = share.Leaving })
	h.put(strict("C", ""))
	h.fail("settle C", dropBefore)
	h.witness.pass(h.now())
	h.rest(t)
	h.want(t, "2")
}
