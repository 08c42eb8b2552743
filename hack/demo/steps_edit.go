// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// The ImageShares of a second team, in a namespace of its own.
const (
	otherTeam = "shop"
	forShop   = "golden-for-shop"
	forData   = "golden-for-data"
	typo      = "1199999999999999"
)

// edited is the everyday change.
func (t *tour) edited() {
	t.title("Edit the ImageShare", "team-logistics comes, team-payments goes.")
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics")
	t.run("patch", "imageshare", golden, "-n", team, "--type=merge", "-p",
		t.shareesPatch("team-checkout", "team-search", "team-logistics"))
	t.waitReady("imageshare/"+golden, "-n", team)
	t.showCloud(hangzhou)
	t.fact("kubectl wait came back only when the cloud matched the edit",
		t.onImage(hangzhou, "team-checkout", "team-search", "team-logistics"))
	t.check("the ImageShare says 3/3", t.tells(team, golden, shared("3/3")))
	t.events(team, golden, "two events tell what changed",
		"Shared "+hangzhou.id+" in "+hangzhou.region+" with "+t.cloud.ids["team-logistics"],
		"Stopped sharing "+hangzhou.id+" in "+hangzhou.region+" with "+t.cloud.ids["team-payments"])
}

// events claims that the events of an ImageShare have some words in them, and
// shows them. They are sent behind, so they may come a moment late.
func (t *tour) events(namespace, name, claim string, words ...string) {
	args := []string{"events", "-n", namespace, "--for", "imageshare/" + name}
	var told string
	t.check(claim, func() error {
		var err error
		if told, err = t.ctl.run(t.ctx, "", args...); err != nil {
			return err
		}
		return contains(told, words...)()
	})
	if t.err == nil {
		t.say.command(args, "", told)
	}
}

// twoNamespaces is the union of what several ImageShares declare.
func (t *tour) twoNamespaces() {
	t.title("A second team declares the same image", "In its own namespace: team-search, which the first ImageShare declares too, and team-mobile.")
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics", "team-mobile")
	t.run("create", "namespace", otherTeam)
	t.apply(t.manifest(forShop, "team-search", "team-mobile"))
	t.waitReady("imageshare/"+forShop, "-n", otherTeam)
	t.run("get", "imageshares", "-A", "--field-selector", "spec.image.id="+hangzhou.id)
	t.showCloud(hangzhou)
	t.fact("the cloud has the union of both",
		t.onImage(hangzhou, "team-checkout", "team-search", "team-logistics", "team-mobile"))
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics")
	t.run("delete", "imageshare", forShop, "-n", otherTeam, "--timeout=30s")
	t.showCloud(hangzhou)
	t.fact("deleting it took away team-mobile alone: team-search is still declared",
		t.onImage(hangzhou, "team-checkout", "team-search", "team-logistics"))
}

// wrongAccount is a mistake that the cloud alone can notice.
func (t *tour) wrongAccount() {
	t.title("A wrong account ID among right ones", "16 digits, so Kubernetes takes it; but no such account exists.")
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics", "team-data", typo)
	t.apply(t.manifest(forData, "team-data", typo))
	t.check("the right account is shared, and the wrong one is told by itself: Failed, UnknownAccount",
		all(t.onImage(hangzhou, "team-checkout", "team-search", "team-logistics", "team-data"),
			t.tells(otherTeam, forData, apart(typo, v1alpha1.ShareeFailed, v1alpha1.ReasonUnknownAccount, "Alibaba Cloud account has this ID"))))
	t.check("the ImageShare is not Ready, and Stalled says that somebody has to act",
		all(t.tells(otherTeam, forData, says(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesFailed)),
			t.tells(otherTeam, forData, says(v1alpha1.ConditionStalled, "True", v1alpha1.ReasonShareesFailed))))
	t.run("get", "imageshares", "-A")
	t.run("get", "imageshare", forData, "-n", otherTeam, "-o",
		`jsonpath={range .status.notShared[*]}{.sharee} {.state} {.reason}: {.message}{"\n"}{end}`)
	t.check("the others' ImageShare is none the worse for it", t.tells(team, golden, shared("3/3")))
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics", "team-data")
	t.run("patch", "imageshare", forData, "-n", otherTeam, "--type=merge", "-p", t.shareesPatch("team-data"))
	t.waitReady("imageshare/"+forData, "-n", otherTeam)
	t.check("with the wrong one taken out it is Ready, 1/1", t.tells(otherTeam, forData, shared("1/1")))
}

// refused is a mistake that Kubernetes notices.
func (t *tour) refused() {
	t.title("Mistakes that never get in", "An ID of 15 digits, an ID without quotes, another image for an ImageShare that is there, a namespace that no rule is for.")
	short := strings.Replace(t.manifest("short", typo), typo, typo[:15], 1)
	t.fact("an ID of 15 digits is refused, in words", contains(
		t.fails(short, "apply", "--server-side", "-f", "-"), "16 digits, in quotes"))
	bare := strings.Replace(t.manifest("bare", typo), `"`+typo+`"`, typo, 1)
	t.fact("an ID without quotes is refused", contains(
		t.fails(bare, "create", "-f", "-"), "spec.sharees.accountIDs[0]", "must be of type string"))
	t.fact("another image is refused, with the way to go", contains(
		t.fails("", "patch", "imageshare", golden, "-n", team, "--type=merge", "-p", `{"spec":{"image":{"id":"m-bp1other"}}}`),
		"image cannot be changed", "create another ImageShare"))
	outside := strings.Replace(t.manifest("outside", "team-data"), "namespace: "+otherTeam, "namespace: default", 1)
	t.check("the API server has heard of the rules of the SharerAccount", func() error {
		if _, err := t.ctl.run(t.ctx, outside, "apply", "--server-side", "--dry-run=server", "-f", "-"); err == nil {
			return errors.New("it takes an ImageShare that no rule admits")
		}
		return nil
	})
	t.fact("an ImageShare in a namespace that no rule is for is refused, in words", contains(
		t.fails(outside, "apply", "--server-side", "-f", "-"), "it has no rule for the namespace default"))
}

// retained is deleting without taking away.
func (t *tour) retained() {
	t.title("Delete an ImageShare and keep the access", "With deletionPolicy Retain, deleting takes nothing away.")
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics")
	t.run("patch", "imageshare", forData, "-n", otherTeam, "--type=merge", "-p", `{"spec":{"deletionPolicy":"Retain"}}`)
	t.run("delete", "imageshare", forData, "-n", otherTeam, "--timeout=30s")
	t.showCloud(hangzhou)
	t.check("team-data stays on the image, after two more looks too",
		all(t.lookedTwice(hangzhou), t.onImage(hangzhou, "team-checkout", "team-search", "team-logistics", "team-data")))
	t.check("whoever still shares the image is told: team-data is there, and nobody declares it any more",
		all(t.tells(team, golden, undeclared(t.cloud.idsOf("team-data")...)),
			t.tells(team, golden, says(v1alpha1.ConditionReady, "False", v1alpha1.ReasonPlanHeld))))
	t.declare(hangzhou, "team-checkout", "team-search", "team-logistics", "team-data")
	t.run("patch", "imageshare", golden, "-n", team, "--type=merge", "-p",
		t.shareesPatch("team-checkout", "team-search", "team-logistics", "team-data"))
	t.waitReady("imageshare/"+golden, "-n", team)
	t.check("declared, it is all right: 4/4", t.tells(team, golden, shared("4/4")))
}

// deleted is the end of an ImageShare.
func (t *tour) deleted() {
	t.title("Delete an ImageShare", "Without Retain, what was granted for it goes.")
	t.declare(beijing)
	t.run("delete", "imageshare", goldenNorth, "-n", team, "--timeout=30s")
	t.showCloud(beijing)
	t.check("the two accounts are off the image, and whoever is in the folder has lost it",
		all(t.onImage(beijing), t.sharedBy(beijing), t.hasNot(beijing, "team-ml", "team-sandbox")))
	t.fact("the ImageShare is gone", gone(func() error {
		return t.kube.Get(t.ctx, client.ObjectKey{Namespace: team, Name: goldenNorth}, &v1alpha1.ImageShare{})
	}))
	t.run("get", "imageshares", "-A", "-o", "wide")
	t.showCloud(hangzhou, beijing, encrypted)
}

// manifest is an ImageShare of the second team for the image in cn-hangzhou.
func (t *tour) manifest(name string, names ...string) string {
	return t.manifestOf(hangzhou, name, names...)
}

// manifestOf is an ImageShare of the second team for some image.
func (t *tour) manifestOf(i image, name string, names ...string) string {
	var out strings.Builder
	fmt.Fprintf(&out, `apiVersion: imageshare.alibabacloud.com/v1alpha1
kind: ImageShare
metadata: {name: %s, namespace: %s}
spec:
  image: {region: %s, id: %s}
  sharees:
    accountIDs:
`, name, otherTeam, i.region, i.id)
	for _, id := range t.cloud.idsOf(names...) {
		fmt.Fprintf(&out, "    - %q\n", id)
	}
	return out.String()
}

// shareesPatch changes whom an ImageShare declares.
func (t *tour) shareesPatch(names ...string) string {
	ids := t.cloud.idsOf(names...)
	return fmt.Sprintf(`{"spec":{"sharees":{"accountIDs":["%s"]}}}`, strings.Join(ids, `","`))
}
