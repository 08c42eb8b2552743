// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestSharingTakesItsTime(t *testing.T) {
	doc := testWorld()
	withDirectory(&doc)
	doc.Limits.SharingDelayMilliseconds = 5000
	var late atomic.Int64
	w, err := simcloud.New(doc, func() time.Time { return time.Now().Add(time.Duration(late.Load())) })
	must(t, err)
	r := serve(t, w)
	after := func(d time.Duration) { late.Add(int64(d)) }
	state := func(what, want string, reached ...string) {
		t.Helper()
		got := fmt.Sprint(r.associations(t, "Resource", "ResourceId", image), r.associations(t, "Target", "Target", teams))
		is(t, what, got, fmt.Sprintf("[%s %s] [%s %s]", image, want, teams, want))
		equal(t, what+": reached", r.reach(image), append([]string{}, reached...))
	}
	id := r.makeShare(t, both(resources(image), targets(teams)...)...)
	state("at once", "Associating")
	is(t, "taking out what is on its way in", r.try("root", rs("DisassociateResourceShare"), on(id, targets(teams)...)...), "409 DisassociateConflict")
	after(3 * time.Second)
	state("too early", "Associating")
	after(3 * time.Second)
	state("in time", "Associated", "1", "2")
	must(t, second(r.ask("root", rs("DisassociateResourceShare"), on(id, both(resources(image), targets(teams)...)...)...)))
	state("while it is taken out", "Disassociating", "1", "2")
	is(t, "putting in what is on its way out", r.try("root", rs("AssociateResourceShare"), on(id, targets(teams)...)...), "409 AssociateConflict")
	is(t, "taking out what is on its way out", r.try("root", rs("DisassociateResourceShare"), on(id, targets(teams)...)...), "400 DisassociateInvalid")
	after(6 * time.Second)
	state("taken out", "Disassociated")

	must(t, second(r.ask("root", rs("AssociateResourceShare"), on(id, both(resources("m-bp1paid"), targets(guests)...)...)...)))
	after(6 * time.Second)
	must(t, second(r.ask("root", rs("DeleteResourceShare"), on(id)...)))
	share, _ := w.Share(id)
	is(t, "a share that goes", share.Status, simcloud.ShareDeleting)
	equal(t, "whom it reaches still", r.reach("m-bp1paid"), []string{"3"})
	is(t, "a share that goes, once more", r.try("root", rs("DeleteResourceShare"), on(id)...), "409 ResourceShareStatusMismatchAction")
	after(6 * time.Second)
	share, _ = w.Share(id)
	is(t, "a share that is gone", share.Status, simcloud.ShareDeleted)
	equal(t, "whom it reaches no more", r.reach("m-bp1paid"), []string{})
}

func TestStuckAssociationsAreADialect(t *testing.T) {
	r := sharingRig(t)
	must(t, r.world.SetDialect("stuckAssociating", "yes"))
	id := r.makeShare(t, both(resources(image), targets(rd)...)...)
	for _, c := range []struct {
		name, state string
		do          func() error
		reached     []string
	}{
		{"stuck", "Associating", func() error { return nil }, []string{}},
		{"finished", "Associated", r.world.FinishSharing, []string{"1", "2", "3", "4"}},
		{"finished, and the dialect changed", "Associated", dialectOf(r, "stuckAssociating", "no"), []string{"1", "2", "3", "4"}},
	} {
		must(t, c.do())
		equal(t, c.name, r.associations(t, "Target"), []string{rd + " " + c.state})
		equal(t, c.name+": reached", r.reach(image), c.reached)
	}
	must(t, r.world.SetDialect("stuckAssociating", "yes"))
	must(t, second(r.ask("root", rs("AssociateResourceShare"), on(id, targets(teams)...)...)))
	must(t, second(r.ask("root", rs("DeleteResourceShare"), on(id)...)))
	equal(t, "stuck when the share goes", r.associations(t, "Target"), []string{rd + " Disassociated", teams + " Disassociated"})
}

func dialectOf(r *rig, name, value string) func() error {
	return func() error { return r.world.SetDialect(name, value) }
}

func TestAssociatingTwiceIsADialect(t *testing.T) {
	for value, want := range map[string][]string{"ok": {"OK", "OK", "OK"},
		"error": {"400 InvalidParameter.Targets.Duplicate", "400 InvalidParameter.Resources.Duplicate", "400 InvalidParameter.Targets.Duplicate"}} {
		r := sharingRig(t)
		must(t, r.world.SetDialect("associateTwice", value))
		id := r.makeShare(t, both(resources(image), targets(rd)...)...)
		got := []string{r.try("root", rs("AssociateResourceShare"), on(id, targets(rd)...)...),
			r.try("root", rs("AssociateResourceShare"), on(id, resources(image)...)...),
			r.try("root", rs("AssociateResourceShare"), on(id, targets(teams, rd)...)...)}
		equal(t, value, got, want)
		left := []string{rd + " Associated"}
		if value == "ok" {
			left = append(left, teams+" Associated")
		}
		equal(t, value+": targets", r.associations(t, "Target"), left)
		equal(t, value+": images", r.associations(t, "Resource"), []string{image + " Associated"})
	}
}

func TestWhatIsOverStaysForTwoDays(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name    string
		age     time.Duration
		shares  int
		targets int
	}{
		{"a moment ago", time.Minute, 2, 3}, {"almost two days ago", 2*day - time.Minute, 2, 3}, {"two days ago", 2 * day, 1, 1},
	} {
		r := sharingRig(t, func(d *simcloud.Document) {
			at := time.Now().Add(-c.age)
			d.Shares = []simcloud.Share{
				{ID: "rs-gone", Region: region, Owner: owner, Name: "gone", Status: simcloud.ShareDeleted, Updated: at},
				{ID: "rs-there", Region: region, Owner: owner, Name: "there", Updated: at, Associations: []simcloud.Association{
					{Type: simcloud.AssociationTarget, Entity: teams, Updated: at},
					{Type: simcloud.AssociationTarget, Entity: guests, Status: simcloud.Disassociated, Updated: at},
					{Type: simcloud.AssociationTarget, Entity: rd, Status: simcloud.Failed, Failure: simcloud.FailureInternal, Updated: at}}}}
		})
		body, err := r.ask("root", rs("ListResourceShares"), "ResourceOwner", "Self")
		must(t, err)
		is(t, c.name+": shares", len(items(body, "ResourceShares", "ResourceShareId")), c.shares)
		is(t, c.name+": targets", len(r.associations(t, "Target")), c.targets)
	}
}

func TestAssociationsCanFail(t *testing.T) {
	r := sharingRig(t)
	id := r.makeShare(t, both(resources(image), targets(teams)...)...)
	must(t, r.world.FailAssociation(id, image, simcloud.FailureLimitExceeded))
	equal(t, "the images", r.associations(t, "Resource"), []string{image + " Failed"})
	equal(t, "whom it reaches", r.reach(image), []string{})
	is(t, "taking it out", r.try("root", rs("DisassociateResourceShare"), on(id, resources(image)...)...), "400 DisassociateInvalid")
	must(t, second(r.ask("root", rs("AssociateResourceShare"), on(id, resources(image)...)...)))
	equal(t, "the images after another try", r.associations(t, "Resource"), []string{image + " Failed", image + " Associated"})
	equal(t, "whom it reaches after another try", r.reach(image), []string{"1", "2"})
	body, err := r.ask("root", rs("ListResourceShareAssociations"), "AssociationType", "Resource", "AssociationStatus", "Failed")
	must(t, err)
	is(t, "why it failed", fmt.Sprint(items(body, "ResourceShareAssociations", "AssociationStatusMessage")),
		"[The resource has been shared with the maximum number of principals.]")
}
