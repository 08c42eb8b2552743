// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestSharingAnEncryptedImageAsksForTheKey(t *testing.T) {
	state := func(state string) edit {
		return func(w *simcloud.World) error { return w.SetKeyState(region, "key-1", state) }
	}
	keyPolicy := func(statements ...object) edit {
		return func(w *simcloud.World) error {
			if err := regrant(allow("kms:*", "*"))(w); err != nil {
				return err
			}
			if err := w.SetSnapshotKey(region, "s-cmk", "key-3"); err != nil || len(statements) == 0 {
				return err
			}
			return w.SetKeyPolicy(region, "key-3", document(statements...))
		}
	}
	admit := func(principal string) object {
		return with(allow("kms:*", "*"), "Principal", object{"RAM": []string{principal}})
	}
	us, role := "acs:ram::"+owner+":*", "acs:ram::"+owner+":role/"+shareRole
	for _, c := range []struct {
		name string
		edit edit
		want string
	}{
		{"a key that is enabled", state(simcloud.KeyEnabled), "OK"},
		{"a key that is disabled", state(simcloud.KeyDisabled), errNotEnabled},
		{"a key about to be deleted", state(simcloud.KeyPendingDeletion), errNotEnabled},
		{"a key without material", state(simcloud.KeyPendingImport), errNotEnabled},
		{"a key that is not there", func(w *simcloud.World) error { return w.SetSnapshotKey(region, "s-cmk", "key-9") }, errNotEnabled},
		{"a key that turns out to be a service key", func(w *simcloud.World) error { return w.SetSnapshotKey(region, "s-cmk", "key-2") },
			"403 InvalidOperation.ServiceKeyEncryptedImageUnsupported"},
		{"a key whose policy is as it was made", keyPolicy(), "OK"},
		{"a key that admits the account", keyPolicy(admit(us)), "OK"},
		{"a key that admits the role", keyPolicy(admit(role)), "OK"},
		{"a key that admits the role in small letters", keyPolicy(admit("acs:ram::" + owner + ":role/aliyunecsshareencryptimagedefaultrole")), "OK"},
		{"a key that admits a user", keyPolicy(admit("acs:ram::" + owner + ":user/op")), errUnauth},
		{"a key that admits the role to some", keyPolicy(with(admit(role), "Action", []string{"kms:Encrypt", "kms:Decrypt"})), errUnauth},
		{"a key that admits the role to something else", keyPolicy(with(admit(role), "Resource", "acs:kms:x")), errUnauth},
		{"a key that admits and denies", keyPolicy(admit(us), deny(admit(role))), errUnauth},
		{"a key that admits on a condition", keyPolicy(with(admit(us), "Condition", object{"Bool": object{"x": "true"}})), errUnauth},
		{"a region without", func(w *simcloud.World) error {
			return w.SetLimits(simcloud.Limits{NoEncryptedSharing: []string{region}})
		},
			errRegion},
		{"another region without", func(w *simcloud.World) error {
			return w.SetLimits(simcloud.Limits{NoEncryptedSharing: []string{"cn-beijing"}})
		},
			"OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, withRole)
			must(t, c.edit(r.world))
			r.shareSecret(t, c.want)
			if got := r.try("root", "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1)); got != "OK" {
				t.Errorf("an image that is not encrypted: got %s", got)
			}
			must(t, r.world.ShareByHand(region, secret, []string{sharee(9)}, nil))
			if got := r.try("root", "ModifyImageSharePermission", "ImageId", secret, "RemoveAccount.1", sharee(9)); got != "OK" {
				t.Errorf("taking it back: got %s", got)
			}
		})
	}
}

func TestAnAccountThatIsNotTrustedIsABadAccountOfItsBatch(t *testing.T) {
	for value, want := range map[string][]string{"atomic": nil, "partial": numbered(1, 2), "partialAll": {sharee(1), sharee(2), sharee(3)}} {
		r := newRig(t, withRole)
		must(t, r.world.SetDialect("badAccount", value))
		got := r.try("root", "ModifyImageSharePermission", append([]string{"ImageId", secret}, list("AddAccount", sharee(1), sharee(2), sharee(9), sharee(3))...)...)
		if got != errAssume {
			t.Errorf("%s: got %s", value, got)
		}
		equal(t, value, r.world.Sharees(region, secret), want)
	}
}

func TestWhatIsShownOfEncryptionIsADialect(t *testing.T) {
	r := newRig(t)
	shown := func() []string {
		body, err := r.ask("root", "DescribeSnapshots", "SnapshotIds", `["s-cmk","s-service"]`)
		must(t, err)
		by, err := r.ask("root", "DescribeSnapshots", "KMSKeyId", "key-2")
		must(t, err)
		return append(rows(body, "Snapshots", "Snapshot", "KMSKeyId"), rows(by, "Snapshots", "Snapshot", "SnapshotId")...)
	}
	marked := func() any {
		body, err := r.ask("root", "DescribeImages", "ImageId", secret)
		must(t, err)
		images, _ := dig(body, "Images.Image").([]any)
		disks, _ := dig(images[0].(map[string]any), "DiskDeviceMappings.DiskDeviceMapping").([]any)
		return disks[0].(map[string]any)["Encrypted"]
	}
	equal(t, "keys of snapshots", shown(), []string{"key-1", "key-2", "s-service"})
	must(t, r.world.SetDialect("serviceKeyID", "empty"))
	equal(t, "keys of snapshots, in the other dialect", shown(), []string{"key-1", ""})
	if got := marked(); got != true {
		t.Errorf("the disk is marked %v", got)
	}
	must(t, r.world.SetDialect("encryptedMark", "missing"))
	if got := marked(); got != nil {
		t.Errorf("the disk is marked %v, in the other dialect", got)
	}
}
