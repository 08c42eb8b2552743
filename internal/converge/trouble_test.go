// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func TestAFailedGrantStopsNoRevoke(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Sharees = accounts("2") })
	w.fail("grant 2", throttled)
	outcome := w.pass(w.now())
	w.want(t, "")
	if cloud.KindOf(outcome.Trouble["2"]) != cloud.Throttled {
		t.Errorf("trouble is %v", outcome.Trouble)
	}
}

func TestALostAnswerRepeatsTheRemoval(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Sharees = share.Sharees{} })
	w.fail("revoke 1", dropAfter)
	w.pass(w.now())
	w.want(t, "")
	if _, held := w.objects["A"].Ledger["1"]; !held {
		t.Error("the entry has left the ledger though no removal was answered")
	}
	w.mend()
	w.until(t)
	if len(w.objects["A"].Ledger) != 0 {
		t.Errorf("the ledger still has %s", w.objects["A"].Ledger)
	}
}

func TestARevokeIsForTheImageSharesAsTheyAreNow(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	old := w.now() // What a cache still shows, when B comes and declares 1.
	w.put(declare("B", "1"))
	outcome := w.pass(old)
	w.want(t, "1")
	if !outcome.Again {
		t.Error("it does not want to plan again")
	}
	w.until(t)
	w.want(t, "1")
	if w.objects["A"] != nil {
		t.Error("A is still there")
	}
}

func TestAnEditMeanwhileStopsTheGrant(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	old := w.now()
	w.put(declare("A", "2"))
	w.pass(old)
	w.want(t, "")
	w.until(t)
	w.want(t, "2")
}

func TestAnEmptyListIsNotBelieved(t *testing.T) {
	w := newWorld("stranger")
	w.put(declare("A", "1 stranger"))
	w.until(t)
	hidden := w.image
	w.image = map[share.Sharee]bool{}
	seen, err := Observe(t.Context(), w, w.group(), share.Apart{})
	if err != nil || !seen.Doubtful {
		t.Fatalf("it saw %v, %v", seen, err)
	}
	w.image = hidden
	w.run(w.now(), seen)
	if got := w.objects["A"].Ledger; !got.Equal(share.Ledger{"1": share.Granted, "stranger": share.Found}) {
		t.Errorf("the ledger has become %s", got)
	}
}

func TestAnEntryStaysWhileTheAccountIsSeen(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	w.deaf = true
	w.pass(w.now())
	if w.objects["A"] == nil {
		t.Fatal("A was let go though 1 is still on the image")
	}
	w.deaf = false
	w.until(t)
	w.want(t, "")
}

func TestAnEmptyListAfterAWriteEndsNoEntryWhileSomebodyShouldBeOnIt(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1 2"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Sharees = accounts("1") })
	w.fault = func(call string) fault {
		w.blind = w.blind || strings.HasPrefix(call, "revoke")
		return fine
	}
	outcome := w.pass(w.now())
	if !outcome.Seen.Doubtful || !outcome.Revoked.Empty() {
		t.Errorf("it believes the empty list: %v, and that %s were revoked", outcome.Seen, outcome.Revoked)
	}
	if _, held := w.objects["A"].Ledger["2"]; !held {
		t.Error("the entry has left the ledger")
	}
}

func TestNothingIsRevokedWhenTheImageSharesCannotBeReadLive(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1"))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Sharees = share.Sharees{} })
	w.fail("look", dropBefore)
	outcome := w.pass(w.now())
	w.want(t, "1")
	if outcome.StoreErr == nil || outcome.Trouble["1"] == nil {
		t.Errorf("it does not say why: %v, %v", outcome.StoreErr, outcome.Trouble)
	}
}
