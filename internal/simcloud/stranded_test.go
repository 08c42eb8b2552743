// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// last is the newest entry of the journal.
func last(w *simcloud.World) simcloud.Entry {
	journal := w.Journal()
	return journal[len(journal)-1]
}

func TestTheJournalTellsWhoIsStranded(t *testing.T) {
	r := newRig(t, withRole)
	w := r.world
	one, two := secret+"/"+sharee(1), secret+"/"+sharee(2)
	for _, step := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"a share with those who are trusted", func() error {
			return second(r.ask("root", "ModifyImageSharePermission", "ImageId", secret, "AddAccount.1", sharee(1), "AddAccount.2", sharee(2)))
		}, nil},
		{"trust for one taken away", func() error {
			return second(r.ask("root", "Ram:UpdateRole", onRole("NewAssumeRolePolicyDocument", document(trusting(sharee(1))))...))
		}, []string{two}},
		{"anything else that happens then", func() error { return w.SetImageTags(region, image, nil) }, []string{two}},
		{"a read is no write", func() error { return second(r.ask("root", "Ram:GetRole", onRole()...)) }, []string{two}},
		{"the image taken from that one", func() error {
			return second(r.ask("root", "ModifyImageSharePermission", "ImageId", secret, "RemoveAccount.1", sharee(2)))
		}, nil},
		{"the policy taken off", func() error { return w.DetachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy) }, []string{one}},
		{"the vendor's policy put on", func() error {
			return second(r.ask("root", "Ram:AttachPolicyToRole", onRole("PolicyType", "System", "PolicyName", fullAccess)...))
		}, nil},
		{"a share by hand with one who is not trusted", func() error { return w.ShareByHand(region, secret, []string{sharee(2)}, nil) }, []string{two}},
		{"trust for both, by hand", func() error { return retrust(trusting(sharee(1), sharee(2)))(w) }, nil},
		{"another key", func() error { return w.SetSnapshotKey(region, "s-cmk", "key-3") }, nil},
		{"a key that does not admit the role", func() error {
			return w.SetKeyPolicy(region, "key-3", document(with(allow("kms:*", "*"), "Principal", object{"RAM": "acs:ram::" + owner + ":user/x"})))
		}, []string{one, two}},
		{"a key that admits it again", func() error { return w.SetKeyPolicy(region, "key-3", "") }, nil},
		{"a key that is switched off is no matter of the role", func() error { return w.SetKeyState(region, "key-3", simcloud.KeyDisabled) }, nil},
		{"the role gone", func() error { return w.DeleteRole(owner, shareRole) }, []string{one, two}},
		{"a refused write in the meantime", func() error {
			if got := r.try("root", "Ram:DeleteRole", onRole()...); got != "404 EntityNotExist.Role" {
				return fmt.Errorf("got %s", got)
			}
			return nil
		}, []string{one, two}},
		{"the image gone", func() error { return w.DeleteImage(region, secret) }, nil},
	} {
		must(t, step.do())
		equal(t, step.name, last(w).Stranded, step.want)
	}
}

func TestTheDelayIsNoMatterForWhoIsStranded(t *testing.T) {
	r := newRig(t, withRole)
	must(t, r.world.SetLimits(simcloud.Limits{RAMDelayMilliseconds: 3600_000}))
	must(t, r.world.ShareByHand(region, secret, []string{sharee(1)}, nil))
	r.setTrust(t, sharee(2))
	equal(t, "stranded", last(r.world).Stranded, []string{secret + "/" + sharee(1)})
	if !r.world.Decrypts(region, secret, sharee(1)) {
		t.Error("the change has taken effect already")
	}
}

func TestTheJournalTellsWhatHappenedInRAM(t *testing.T) {
	r := newRig(t)
	first, next, keys := document(trusting(sharee(1))), document(trusting(sharee(2))), document(using("key-1"))
	newer := document(using("key-2"))
	custom := onPolicy("PolicyType", "Custom")
	for _, c := range []struct {
		action string
		params []string
		want   string
	}{
		{"CreateRole", onRole("AssumeRolePolicyDocument", first), shareRole + "  OK ->" + first},
		{"CreateRole", onRole("AssumeRolePolicyDocument", next), shareRole + "  EntityAlreadyExists.Role ->"},
		{"UpdateRole", onRole("NewAssumeRolePolicyDocument", next), shareRole + "  OK " + first + "->" + next},
		{"UpdateRole", onRole("NewDescription", "x"), shareRole + "  OK ->"},
		{"CreatePolicy", onPolicy("PolicyDocument", keys), " image-keys OK ->" + keys},
		{"CreatePolicyVersion", onPolicy("PolicyDocument", newer), " image-keys OK ->"},
		{"SetDefaultPolicyVersion", onPolicy("VersionId", "v2"), " image-keys OK " + keys + "->" + newer},
		{"AttachPolicyToRole", onRole(custom...), shareRole + " image-keys OK ->"},
		{"TagResources", onNames("role", "Tag", tagsJSON(1)), shareRole + "  OK ->"},
		{"TagResources", onNames("policy", "Tag", tagsJSON(1)), " image-keys OK ->"},
		{"DetachPolicyFromRole", onRole(custom...), shareRole + " image-keys OK ->"},
		{"DeleteRole", onRole(), shareRole + "  OK " + next + "->"},
	} {
		_, _ = r.ask("root", "Ram:"+c.action, c.params...)
		e := last(r.world)
		got := fmt.Sprintf("%s %s %s %s->%s", e.Role, e.Policy, e.Code, e.DocumentBefore, e.DocumentAfter)
		if got != c.want || e.Action != c.action || e.Account != owner || e.ByHand {
			t.Errorf("%s: got %s in %+v, want %s", c.action, got, e, c.want)
		}
	}
	if got := r.try("nobody", "Ram:CreateRole", onRole()...); got != "403 NoPermission" || last(r.world).Code != "NoPermission" {
		t.Errorf("a write that is not allowed: %s, and the journal says %+v", got, last(r.world))
	}
}

func TestDecryptsKnowsWhatItIsAskedAbout(t *testing.T) {
	w := newRig(t, withRole).world
	for _, c := range []struct {
		image, account string
		want           bool
	}{
		{secret, sharee(1), true}, {secret, sharee(9), false}, {image, sharee(9), true}, {"m-nope", sharee(1), false},
		{"m-bp1service", sharee(1), false}, {"m-bp1twodisks", sharee(1), false},
	} {
		if got := w.Decrypts(region, c.image, c.account); got != c.want {
			t.Errorf("%s for %s: got %v", c.image, c.account, got)
		}
	}
}
