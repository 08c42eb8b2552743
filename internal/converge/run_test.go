// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

func accounts(line string) share.Sharees {
	var ids []share.Sharee
	for id := range strings.FieldsSeq(line) {
		ids = append(ids, share.Sharee(id))
	}
	return share.NewSharees(ids...)
}

func declare(id, sharees string) share.Declaration {
	return share.Declaration{ID: id, Sharees: accounts(sharees), Ledger: share.Ledger{}}
}

// until passes over the world until nothing changes, and fails when it never
// stops.
func (w *world) until(t interface{ Fatalf(string, ...any) }) {
	for range 30 {
		before := len(w.calls)
		outcome := w.pass(w.now())
		wrote := slices.ContainsFunc(w.calls[before:], func(call string) bool {
			return call != "read" && call != "look" && call != "grant "+w.unknown.String()
		})
		if !wrote && !outcome.Again {
			return
		}
	}
	t.Fatalf("it never comes to rest; the last calls were\n%s", strings.Join(w.calls[max(0, len(w.calls)-20):], "\n"))
}

func (w *world) want(t *testing.T, image string) {
	t.Helper()
	if got := w.accounts(); !got.Equal(accounts(image)) {
		t.Errorf("on the image are %q, want %q", got, image)
	}
	for _, b := range w.broken {
		t.Error(b)
	}
}

func TestAFirstShareIsRecordedGrantedAndReadBack(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1 2"))
	outcome := w.pass(w.now())
	w.want(t, "1 2")
	want := []string{"read", "record A", "look", "grant 1, 2", "read"}
	if !slices.Equal(w.calls, want) {
		t.Errorf("calls were %q, want %q", w.calls, want)
	}
	if !outcome.Granted.Equal(accounts("1 2")) || outcome.Err != nil {
		t.Errorf("it says that %s were granted, and %v", outcome.Granted, outcome.Err)
	}
	w.calls = nil
	w.pass(w.now())
	if !slices.Equal(w.calls, []string{"read"}) {
		t.Errorf("an image in step costs %q", w.calls)
	}
}

func TestOneBadAccountAmongTenIsFoundAndTheOthersAreShared(t *testing.T) {
	w := newWorld()
	w.unknown = accounts("7")
	w.put(declare("A", "0 1 2 3 4 5 6 7 8 9"))
	outcome := w.pass(w.now())
	w.want(t, "0 1 2 3 4 5 6 8 9")
	if len(outcome.Trouble) != 1 || outcome.Trouble["7"] == nil || outcome.Err != nil {
		t.Errorf("trouble is %v, and %v", outcome.Trouble, outcome.Err)
	}
	grants := 0
	for _, call := range w.calls {
		if strings.HasPrefix(call, "grant") {
			grants++
		}
	}
	if grants > 9 {
		t.Errorf("finding one bad account of ten took %d grants", grants)
	}
}

func TestFiftyOfFiftyWithOneSwappedTheLeavingOneGoesFirst(t *testing.T) {
	w := newWorld()
	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprintf("%02d", i))
	}
	w.put(declare("A", strings.Join(ids, " ")))
	w.until(t)
	w.edit("A", func(d *share.Declaration) { d.Sharees = accounts(strings.Join(ids[1:], " ") + " new") })
	w.calls = nil
	w.pass(w.now())
	revoked, granted := slices.Index(w.calls, "revoke 00"), slices.Index(w.calls, "grant new")
	if revoked < 0 || granted < revoked {
		t.Errorf("calls were %q", w.calls)
	}
	w.want(t, strings.Join(ids[1:], " ")+" new")
}

func TestAnUnknownLowerQuotaIsFilledAndTheRestIsTold(t *testing.T) {
	w := newWorld()
	w.put(declare("A", "1 2 3 4 5 6 7"))
	w.quota = 4
	outcome := w.run(w.now(), share.Observed{Known: true})
	w.want(t, "1 2 3 4")
	for _, id := range []share.Sharee{"5", "6", "7"} {
		if cloud.KindOf(outcome.Trouble[id]) != cloud.Quota {
			t.Errorf("%s: %v", id, outcome.Trouble[id])
		}
	}
}

func TestOneCallAPassIsEnoughToFindTheBadOnes(t *testing.T) {
	w := newWorld()
	w.unknown = accounts("3 7")
	w.put(declare("A", "0 1 2 3 4 5 6 7 8 9"))
	allowed := 0
	w.fault = func(call string) fault {
		if strings.HasPrefix(call, "grant") || strings.HasPrefix(call, "revoke") {
			allowed--
			if allowed < 0 {
				return throttled
			}
		}
		return fine
	}
	// One call finds out that there is a bad one, then one a sharee at worst.
	for range 11 {
		allowed = 1
		w.pass(w.now())
	}
	w.want(t, "0 1 2 4 5 6 8 9")

	w.edit("A", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	for range 11 {
		allowed = 1
		w.pass(w.now())
	}
	w.want(t, "")
	if w.objects["A"] != nil {
		t.Errorf("A is still there, with %s", w.objects["A"].Ledger)
	}
}
