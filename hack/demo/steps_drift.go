// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
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
	t.waitReady("imageshares", "--all", "-A")
	t.waitReady("sharer/" + sharerAccount)
	t.run("get", "sharers")
	t.run("get", "imageshares", "-A")
	t.showCloud(hangzhou, beijing, encrypted, alinux)
	t.check("every ImageShare is Ready and counts its sharees: 3/3, 3/3, 2/2 and 2/2",
		all(t.tells(team, golden, shared("3/3")), t.tells(team, goldenNorth, shared("3/3")),
			t.tells(team, secured, shared("2/2")), t.tells(team, forProducts, shared("2/2"))))
	t.check("the cloud has exactly the three declared accounts on the image in cn-hangzhou",
		t.onImage(hangzhou, "team-checkout", "team-search", "team-payments"))
	t.check("who was on the image in cn-beijing before is reported, and left",
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

// addedByHand is the drift that gives access away.
func (t *tour) addedByHand() {
	t.title("Somebody adds an account to the image, by hand", "In the cloud's console: the contractor is added to the image in cn-hangzhou.")
	t.byHand(hangzhou, []string{contractor}, nil)
	id := t.cloud.idsOf(contractor)[0]
	t.check("it is reported: the condition UndeclaredSharees names it",
		t.tells(team, golden, func(obj *v1alpha1.ImageShare) error {
			if err := says(v1alpha1.ConditionUndeclaredSharees, "True", v1alpha1.ReasonUndeclared)(obj); err != nil {
				return err
			}
			return undeclared(id)(obj)
		}))
	t.run("get", "imageshare", golden, "-n", team, "-o", `jsonpath={.status.conditions[?(@.type=="UndeclaredSharees")].message}`)
	t.check("and it is left: after two more looks it is still there, and the ImageShare is Ready",
		all(t.lookedTwice(hangzhou), t.onImage(hangzhou, "team-checkout", "team-search", "team-payments", contractor),
			t.tells(team, golden, shared("3/3"))))
	t.showCloud(hangzhou)
}
