// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Somebody has deleted a resource share by hand, another was made in its place
// and is not listed yet, and the operator that has made it is no more. The next
// one knows of the first alone, which is being deleted: it is not the one that is
// yet to come. The model check has found this (internal/trials/model).
func TestAResourceShareThatIsBeingDeletedIsNotTheOneThatIsYetToCome(t *testing.T) {
	r := newResources()
	r.make("imageshare-" + theImage).Deleting = true
	task := ShareTask{Image: theImage, Known: "rs-1", Made: "rs-1", Unsettled: true}
	o := NewOrganization(r, task, func() share.Combined { return share.Combined{} })
	if _, err := o.Permissions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o.Settled() {
		t.Error("nothing more is expected to be listed, though what was asked for is not")
	}
	r.shares[0].Deleting = false
	if _, err := o.Permissions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !o.Settled() {
		t.Error("what was asked for is listed, and still awaited")
	}
}

// B has found the directory, by its ledger, and it is certain that it is not on
// the image. It is not put there before the ledger says that it is we who do: a
// list of resource shares that is empty is no denied read. The model check has
// found this (internal/trials/model).
func TestNobodyIsPutBackAsFoundWhereAnEmptyListIsTrue(t *testing.T) {
	r := newResources()
	r.put(share.Declaration{ID: "B", Sharees: accounts("rd-1"), Ledger: share.Ledger{"rd-1": share.Found}})
	r.fail("record B", dropBefore)
	r.pass(r.now())
	if len(r.shares) > 0 && r.objects["B"].Ledger["rd-1"] != share.Granted {
		t.Errorf("the directory was put on the image, and the ledger says %s", r.objects["B"].Ledger)
	}
	r.mend()
	r.rest(t)
	r.edit("B", func(d *share.Declaration) { d.Standing = share.Withdrawing })
	r.rest(t)
	for _, s := range r.shares {
		if stateOf(s.Targets, "rd-1") != cloud.Disassociated {
			t.Errorf("nobody wants the directory to have the image, and it is on %s", s.ID)
		}
	}
}
