// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Once the one that was made is listed nothing has to be waited for.
func TestTheResourceShareThatWasMadeIsListed(t *testing.T) {
	for made, settled := range map[string]bool{"rs-1": true, "rs-2": false, "": false} {
		r := newResources()
		r.add("m-1 | fd-1")
		o := NewOrganization(r, ShareTask{Image: theImage, Unsettled: true, Made: made}, func() share.Combined { return share.Combined{} })
		if _, err := o.Permissions(t.Context()); err != nil || o.Settled() != settled {
			t.Errorf("%q was made: settled %t, %v", made, o.Settled(), err)
		}
	}
}

// Who is on a resource share that is being deleted has the image until it is
// gone, and stands in a ledger until then.
func TestAResourceShareThatIsBeingDeleted(t *testing.T) {
	for _, tagged := range []bool{true, false} {
		lingers(t, tagged)
	}
}

func lingers(t *testing.T, tagged bool) {
	t.Helper()
	r := newResources()
	r.lazy, r.known = true, "rs-1"
	r.add("m-1 | fd-1").Tagged = tagged
	d := granted("/fd-1")
	d.Standing = share.Withdrawing
	r.put(d)
	for range 3 {
		r.pass(r.now())
		if o := r.objects["A"]; o == nil || o.Ledger.String() != "fd-1" {
			t.Fatalf("let go of while it is being deleted: %v", r.calls)
		}
	}
	if got := r.changes(); len(got) != 1 || got[0] != "delete rs-1" {
		t.Errorf("calls were %v", got)
	}
	r.tick()
	r.rest(t)
	if r.objects["A"] != nil || len(r.shares) != 0 {
		t.Errorf("left: %v, %v", r.objects["A"], r.shares)
	}
	r.wantSound(t)
}

// Who is declared anew meanwhile is shared with by another one.
func TestWhoIsDeclaredAgainWhileTheResourceShareIsBeingDeleted(t *testing.T) {
	r := newResources()
	r.lazy, r.known = true, "rs-1"
	r.add("m-1 | fd-1")
	r.put(granted("/fd-1"))
	r.pass(r.now())
	r.put(granted("fd-1/fd-1"))
	r.pass(r.now())
	r.tick()
	r.rest(t)
	if len(r.shares) != 1 || r.shares[0].ID != "rs-2" || r.known != "rs-2" {
		t.Errorf("resource shares are %v, and %q is known", r.shares, r.known)
	}
	r.wantSound(t)
}
