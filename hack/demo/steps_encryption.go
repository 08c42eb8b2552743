// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// forSecrets is an ImageShare of an image that cannot be shared.
const forSecrets = "service-key-base"

// handmade is a statement that somebody writes into the trust policy by hand,
// in a form of their own.
const handmade = `{ "Effect": "Allow",  "Principal": {"RAM": ["acs:ram::1000000000000001:root"]}, "Action": ["sts:AssumeRole"] }`

// encryptedImage is what an encrypted image takes besides launch permission.
func (t *tour) encryptedImage() {
	t.title("An encrypted image, and nobody wrote a policy document", `The third of the samples. Its sharees need a RAM role of the owner's that trusts each of
them and may use the image's key. The vendor's procedure makes people write all of that.`)
	t.run("get", "imageshare", secured, "-n", team)
	t.fact("the ImageShare is Ready, and says that the image is encrypted and with which key",
		all(t.tells(team, secured, shared("2/2")), t.tells(team, secured, encryptedWith(encrypted.region+"/"+imageKey))))
	t.showRole()
	t.fact("the role trusts ECS of the two declared accounts, and nobody else",
		t.trusts(trustPolicy(t.cloud.trustOf("team-checkout", "team-search"))))
	t.fact("it has one policy, for what decrypting takes, on this key alone",
		all(t.hasPolicies(keyPolicy), func() error {
			text, _ := t.cloud.policyText(keyPolicy)
			return contains(text, t.cloud.leastKeyPolicy(encrypted, imageKey))()
		}))
	t.fact("both accounts can decrypt the image", t.decrypts(encrypted, "team-checkout", "team-search"))
	t.run("get", "sharers")
	t.check("the SharerAccount tells that it made the role, and that the role trusts two", t.roleIs(v1alpha1.RoleCreated, 2))
}

// encryptedWith claims that the status tells of one key of the image.
func encryptedWith(key string) func(*v1alpha1.ImageShare) error {
	return func(obj *v1alpha1.ImageShare) error {
		if keys := obj.Status.ImageKeys; obj.Status.Encrypted != v1alpha1.EncryptedYes || len(keys) != 1 || keys[0] != key {
			return fmt.Errorf("encrypted is %s, with %v", obj.Status.Encrypted, keys)
		}
		return nil
	}
}

// trustOverwritten is the drift that takes the key away.
func (t *tour) trustOverwritten() {
	t.title("Somebody overwrites the trust policy, by hand", `In the cloud's console, with a statement of their own: now the role trusts none of the
sharees, and they can no longer start instances from the image.`)
	if t.err != nil {
		return
	}
	t.err = t.cloud.world.SetRole(t.cloud.sharer, roleName, func(r *simcloud.Role) { r.Trust = trustPolicy(handmade) })
	t.showRole()
	t.check("the two accounts are put back, and the statement of somebody else's is kept byte for byte",
		all(t.trusts(trustPolicy(handmade, t.cloud.trustOf("team-checkout", "team-search"))),
			t.decrypts(encrypted, "team-checkout", "team-search")))
	t.showRole()
	t.check("the ImageShare is Ready", t.tells(team, secured, shared("2/2")))
}

// serviceKeyImage is a mistake that is told of before it is tried.
func (t *tour) serviceKeyImage() {
	t.title("An image that cannot be shared", "It is encrypted with the service key of ECS, as disks are when nobody names a key.")
	t.declare(serviceKey, "team-data")
	t.apply(t.manifestOf(serviceKey, forSecrets, "team-data"))
	t.check("the ImageShare says so, and what to do", all(
		t.tells(otherTeam, forSecrets, says(v1alpha1.ConditionImageShareable, "False", v1alpha1.ReasonServiceKey)),
		t.tells(otherTeam, forSecrets, says(v1alpha1.ConditionStalled, "True", v1alpha1.ReasonServiceKey))))
	t.fact("the remedy is in the message", contains(
		t.run("get", "imageshare", forSecrets, "-n", otherTeam, "-o", `jsonpath={.status.conditions[?(@.type=="ImageShareable")].message}`),
		"copy the image with a customer master key of your own, and share the copy"))
	t.fact("it was told without a try: the cloud got no call to share the image, and the role is as it was",
		all(t.neverTried(serviceKey), t.trusts(trustPolicy(handmade, t.cloud.trustOf("team-checkout", "team-search")))))
	t.declare(serviceKey)
	t.run("delete", "imageshare", forSecrets, "-n", otherTeam, "--timeout=30s")
}

// neverTried claims that nobody ever asked the cloud to share an image.
func (t *tour) neverTried(i image) func() error {
	return func() error {
		for _, call := range t.cloud.world.Calls() {
			if call.Action == "ModifyImageSharePermission" && call.Image == i.id {
				return errors.New("somebody did")
			}
		}
		return nil
	}
}

// encryptedDeleted is the end of an ImageShare of an encrypted image.
func (t *tour) encryptedDeleted() {
	t.title("Delete the ImageShare of the encrypted image", `The sharees lose the image first, and the key after it: once an interval the operator takes
off the role what it put there and nobody needs.`)
	t.declare(encrypted)
	t.run("delete", "imageshare", secured, "-n", team, "--timeout=30s")
	t.fact("the two accounts are off the image, and the ImageShare is gone",
		all(t.onImage(encrypted), gone(func() error {
			return t.kube.Get(t.ctx, client.ObjectKey{Namespace: team, Name: secured}, &v1alpha1.ImageShare{})
		})))
	t.check("then they are out of the trust policy; the statement of somebody else's is still there, byte for byte",
		t.trusts(trustPolicy(handmade)))
	t.check("the key policy is gone, and the role stays for that statement's sake",
		all(t.hasPolicies(), func() error {
			if _, there := t.cloud.policyText(keyPolicy); there {
				return errors.New("the policy is there")
			}
			return nil
		}))
	t.showRole()
	t.run("get", "sharers")
}
