// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// The samples, as config/samples has them.
const (
	team        = "platform"
	golden      = "golden-ubuntu"
	goldenNorth = "golden-ubuntu-beijing"
	secured     = "encrypted-base"
	forProducts = "golden-alinux"
)

// contractor is nobody's sharee: people put it on images by hand.
const contractor = "contractor"

// samples applies the samples that ship.
func (t *tour) samples() {
	t.title("Declare who may use which image", `The samples that ship: one SharerAccount, four ImageShares. The image in cn-beijing
is shared with a contractor already, by somebody, by hand. One image is encrypted. Two
are shared with folders of the organization too.`)
	t.declare(hangzhou, "team-checkout", "team-search", "team-payments")
	t.declare(beijing, "team-checkout", "team-search", sandboxes)
	t.declare(encrypted, "team-checkout", "team-search")
	t.declare(alinux, "team-checkout", products)
	t.run("apply", "--server-side", "-k", samplesPath)
	t.waitReady("imageshare/"+golden, "imageshare/"+secured, "imageshare/"+forProducts, "-n", team)
	t.waitReady("sharer/" + sharerAccount)
	t.run("get", "sharers")
	t.run("get", "imageshares", "-A")
	t.showCloud(hangzhou, beijing, encrypted, alinux)
	t.check("three ImageShares are Ready and count their sharees: 3/3, 2/2 and 2/2",
		all(t.tells(team, golden, shared("3/3")), t.tells(team, secured, shared("2/2")), t.tells(team, forProducts, shared("2/2"))))
	t.check("the cloud has exactly the three declared accounts on the image in cn-hangzhou",
		t.onImage(hangzhou, "team-checkout", "team-search", "team-payments"))
	t.check("who was on the image in cn-beijing before is reported, and left; what is declared is shared beside",
		all(t.onImage(beijing, "team-checkout", "team-search", contractor),
			t.tells(team, goldenNorth, undeclared(t.cloud.idsOf(contractor)...))))
}

// removedByHand is the drift that takes access away.
func (t *tour) removedByHand() {
	t.title("Somebody takes an account off the image, by hand", `In the cloud's console: team-checkout is removed. Nobody tells the operator; it looks
by itself every few seconds here, every ten minutes as it ships.`)
	t.byHand(hangzhou, nil, []string{"team-checkout"})
	t.showCloud(hangzhou)
	t.check("the account is put back",
		all(t.onImage(hangzhou, "team-checkout", "team-search", "team-payments"), t.tells(team, golden, shared("3/3"))))
	t.showCloud(hangzhou)
}

// heldAndApproved is what the operator does not do by itself.
func (t *tour) heldAndApproved() {
	t.title("Approve what is held", `The contractor was on the image in cn-beijing before the operator came, and nobody
declares him. Taking away what others rely on could stop their production, so that waits.`)
	held := `jsonpath={.status.conditions[?(@.type=="PlanHeld")].message}`
	t.check("the ImageShare is Stalled and says whom it would take it from",
		t.tells(team, goldenNorth, says(v1alpha1.ConditionStalled, "True", v1alpha1.ReasonPlanHeld)))
	t.fact("by account ID, with the command to approve it",
		contains(t.run("get", "imageshare", goldenNorth, "-n", team, "-o", held), t.cloud.ids[contractor], v1alpha1.ApprovedPlan+"="))
	hash := t.run("get", "imageshare", goldenNorth, "-n", team, "-o", "jsonpath={.status.heldPlan.hash}")
	t.check("nothing is taken away meanwhile, after two more looks too",
		all(t.lookedTwice(beijing), t.onImage(beijing, "team-checkout", "team-search", contractor)))
	t.run("annotate", "imageshare", goldenNorth, "-n", team, v1alpha1.ApprovedPlan+"="+strings.TrimSpace(hash))
	t.waitReady("imageshare/"+goldenNorth, "-n", team)
	t.showCloud(beijing)
	t.check("the image has exactly who is declared, and the ImageShare says 3/3",
		all(t.onImage(beijing, "team-checkout", "team-search"), t.tells(team, goldenNorth, shared("3/3")), t.tells(team, goldenNorth, undeclared())))
}

// addedByHand is the drift that gives access away.
func (t *tour) addedByHand() {
	t.title("Somebody adds an account to the image, by hand", "In the cloud's console: the contractor is added to the image in cn-hangzhou.")
	t.byHand(hangzhou, []string{contractor}, nil)
	t.showCloud(hangzhou)
	t.check("it is taken off again: the image has exactly who is declared",
		all(t.onImage(hangzhou, "team-checkout", "team-search", "team-payments"), t.tells(team, golden, shared("3/3"))))
	t.events(team, golden, "an event tells of it", "Somebody had shared "+hangzhou.id+" in "+hangzhou.region+" with "+t.cloud.ids[contractor])
	t.showCloud(hangzhou)
}
