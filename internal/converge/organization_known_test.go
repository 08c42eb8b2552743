// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// What becomes of a resource share that is not listed. Behind the stroke is
// another of ours that is.
func TestAResourceShareThatIsNotListed(t *testing.T) {
	for _, c := range []struct {
		sentence, declared string
		known              string
		unsettled          bool
		listed             string
		want               string
		ledger             string
	}{
		{"none is known, none is taken away", "/fd-1", "", false, "", "", "nobody"},
		{"one that is known is made sure of", "/fd-1", "rs-9", false, "", "delete rs-9", "nobody"},
		{"one that was asked for a moment ago is waited for", "/fd-1", "rs-9", true, "", "", "fd-1"},
		{"also where its ID is not known", "/fd-1", "", true, "", "", "fd-1"},
		{"no second one is made meanwhile", "fd-1/fd-1", "", true, "", "", "fd-1"},
		{"afterwards one is made", "fd-1/fd-1", "rs-9", false, "", "create [fd-1]", "fd-1"},
		{"one that is listed is no proof that there is no other", "/fd-1", "", true, " | fd-9", "delete rs-1", "fd-1"},
		{"nor is one with the image", "/fd-1", "rs-9", true, "m-1 | fd-9", "disassociate rs-1[fd-1]", "fd-1"},
		{"whom no list shows is asked for where the image is", "/fd-1", "rs-1", false, "m-1 | fd-9", "disassociate rs-1[fd-1]", "nobody"},
		{"one that is deleted is not deleted for the next six", "/1 2 3 4 5 6", "rs-1", false, "m-1 | 1 2 3 4 5 6", "delete rs-1", "nobody"},
		{"one that is listed is used meanwhile", "fd-1/", "", true, "m-1 | fd-9", "associate rs-1[fd-1]", "fd-1"},
	} {
		r := newResources()
		r.known = c.known
		if c.listed != "" {
			r.add(c.listed)
		}
		if c.unsettled {
			r.unsettled = r.ticks + patience
		}
		r.put(granted(c.declared))
		r.pass(r.now())
		if got := strings.Join(r.changes(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.sentence, got, c.want)
		}
		if got := r.objects["A"].Ledger.String(); got != c.ledger {
			t.Errorf("%s: the ledger has %s, want %s", c.sentence, got, c.ledger)
		}
	}
}

func TestTheLostAnswerToCreateIsNoSecondResourceShare(t *testing.T) {
	r := newResources()
	r.slow = true
	r.put(declare("A", "fd-1"))
	r.fail("create [fd-1]", dropAfter)
	r.pass(r.now())
	if !r.org.Sent() || r.org.Own() != "" {
		t.Errorf("asked for: %v, as %q", r.org.Sent(), r.org.Own())
	}
	r.mend()
	r.pass(r.now())
	r.rest(t)
	if got := strings.Join(r.changes(), "; "); got != "create [fd-1]" {
		t.Errorf("calls were %q", got)
	}
	if r.known != "rs-1" {
		t.Errorf("known is %q", r.known)
	}
	r.wantSound(t)
}

func TestARefusalToCreateIsNoResourceShareToWaitFor(t *testing.T) {
	r := newResources()
	r.room = 0
	r.put(declare("A", "fd-1"))
	outcome := r.pass(r.now())
	if r.org.Sent() || cloud.KindOf(outcome.Trouble["fd-1"]) != cloud.Quota {
		t.Errorf("asked for: %v, and %v", r.org.Sent(), outcome.Trouble)
	}
	r.room = 1
	r.rest(t)
	if access, _ := r.has("fd-1"); !access {
		t.Errorf("calls were %q", r.calls)
	}
}

func TestASecondOneGoesWithoutAGap(t *testing.T) {
	r := newResources()
	r.add("m-1 | fd-9")
	r.add("m-1 | fd-1 fd-2")
	r.put(granted("fd-1 fd-2/fd-1 fd-2"))
	for range 4 {
		r.pass(r.now())
		for _, id := range []string{"fd-1", "fd-2"} {
			if access, _ := r.has(id); !access {
				t.Fatalf("%s is without the image after %q", id, r.changes())
			}
		}
		r.tick()
	}
	if got := strings.Join(r.changes(), "; "); got != "associate rs-1[fd-1 fd-2]; disassociate rs-2[fd-1 fd-2]; delete rs-2" {
		t.Errorf("calls were %q", got)
	}
	r.wantSound(t)
}

func TestWhatIsStuckAmongOthersIsTakenOffOnceItHasMoved(t *testing.T) {
	r := newResources()
	r.stuck["fd-2"] = true
	r.add("m-1 | fd-1 fd-2:Associating")
	r.put(granted("fd-1/fd-1 fd-2"))
	outcome := r.pass(r.now())
	if cloud.KindOf(outcome.Trouble["fd-2"]) != cloud.Conflict || r.objects["A"].Ledger.String() != "fd-1, fd-2" {
		t.Errorf("trouble is %v, the ledger has %s", outcome.Trouble, r.objects["A"].Ledger)
	}
	clear(r.stuck)
	r.rest(t)
	if _, on := r.has("fd-2"); on || r.objects["A"].Ledger.String() != "fd-1" {
		t.Errorf("fd-2 is on: %v; the ledger has %s", on, r.objects["A"].Ledger)
	}
	r.wantSound(t)
}

// The read between grants and revokes fails; who was put on meanwhile is not
// deleted with those who go.
func TestWhoWasPutOnAMomentAgoIsNotDeletedWithTheRest(t *testing.T) {
	r := newResources()
	r.add("m-1 | fd-1")
	r.put(granted("fd-2/fd-1"))
	lists := 0
	r.fault = func(call string) fault {
		if call == "list" {
			lists++
		}
		if lists == 2 && call == "list" {
			return dropBefore
		}
		return fine
	}
	r.pass(r.now())
	if got := strings.Join(r.changes(), "; "); got != "associate rs-1[fd-2]; disassociate rs-1[fd-1]" {
		t.Errorf("calls were %q", got)
	}
	r.wantSound(t)
}

// Whom we have put on a resource share of ours does not stay there because
// somebody has taken the image off, and given it another.
func TestWhoCannotBeTakenOffABrokenOneIsNotForgotten(t *testing.T) {
	r := newResources()
	r.stuck["fd-1"] = true
	r.add("m-2 | fd-1:Associating")
	r.add("m-1 | fd-1")
	r.put(granted("/fd-1"))
	r.pass(r.now())
	if got := r.objects["A"].Ledger.String(); got != "fd-1" {
		t.Errorf("the ledger has %s", got)
	}
	clear(r.stuck)
	r.rest(t)
	if on := live(r.share("rs-1").ResourceShare); !on.Empty() {
		t.Errorf("%s is on the broken one", on)
	}
}

func TestAnImageThatIsRefusedLeavesOneResourceShareBehind(t *testing.T) {
	r := newResources()
	r.doomed[theImage] = true
	r.slow = true
	r.put(declare("A", "fd-1"))
	for range 20 {
		r.pass(r.now())
		r.tick()
	}
	if len(r.shares) > 2 {
		t.Errorf("%d resource shares are there", len(r.shares))
	}
}

func TestOfAnImageThatIsGoneNothingOfOursStays(t *testing.T) {
	r := newResources()
	r.add("m-1 | fd-1 fd-9")
	r.add(" | fd-1")
	r.add("m-1 m-2 | fd-1")
	r.add("m-1 | fd-1").Tagged = false
	org := NewOrganization(r, ShareTask{Image: theImage, Gone: true}, func() share.Combined { return share.Combined{} })
	if _, err := org.Permissions(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := org.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(r.changes(), "; "); got != "delete rs-1; delete rs-2" {
		t.Errorf("calls were %q", got)
	}
}

func TestTidyTellsWhatItCouldNotDo(t *testing.T) {
	r := newResources()
	r.add("m-1 | fd-1")
	r.add("m-1 | fd-1")
	r.add("m-1 |")
	r.denied["disassociate"] = true
	r.put(granted("fd-1/fd-1"))
	r.pass(r.now())
	if cloud.KindOf(r.err) != cloud.Denied {
		t.Errorf("it says %v", r.err)
	}
	if r.share("rs-3") != nil {
		t.Error("one trouble keeps it from tidying the rest")
	}
}
