// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// edit is a change that a test makes by hand before it asks.
type edit func(w *simcloud.World) error

func retrust(statements ...object) edit {
	return func(w *simcloud.World) error {
		return w.SetRole(owner, shareRole, func(r *simcloud.Role) { r.Trust = document(statements...) })
	}
}

func regrant(statements ...object) edit {
	return func(w *simcloud.World) error {
		return w.SetPolicy(owner, keysPolicy, func(p *simcloud.Policy) { p.Versions[0].Document = document(statements...) })
	}
}

func deny(s object) object { return with(s, "Effect", "Deny") }

func dialect(name, value string) edit {
	return func(w *simcloud.World) error { return w.SetDialect(name, value) }
}

const (
	errAssume     = "403 AssumeRoleError"
	errNotEnabled = "403 InvalidParameter.KMSKeyId.CMKNotEnabled"
	errRegion     = "403 OperationDeined.EncryptedSnapshot"
	errUnauth     = "403 InvalidParameter.KMSKeyId.CMKUnauthorized"
)

func TestSharingAnEncryptedImageAsksForTrust(t *testing.T) {
	one := trusting(sharee(1))
	everybody := with(one, "Principal", object{"Service": "*@ecs.aliyuncs.com"})
	directory := with(everybody, "Condition", object{"StringEquals": object{"sts:ServiceOwnerRDId": "rd-AbCdEf"}})
	for _, c := range []struct {
		name string
		edit edit
		want string
	}{
		{"an account that is trusted", retrust(one), "OK"},
		{"an account that is trusted in the second statement", retrust(trusting(sharee(2)), one), "OK"},
		{"a principal that is a text", retrust(with(one, "Principal", object{"Service": sharee(1) + "@ecs.aliyuncs.com"})), "OK"},
		{"actions in a list, with a star", retrust(with(one, "Action", []string{"sts:X", "sts:assume*"})), "OK"},
		{"no role at all", func(w *simcloud.World) error { return w.DeleteRole(owner, shareRole) }, errAssume},
		{"another account that is trusted", retrust(trusting(sharee(2))), errAssume},
		{"a longer name that is trusted", retrust(trusting("1" + sharee(1))), errAssume},
		{"ECS as a whole that is trusted", retrust(with(one, "Principal", object{"Service": "ecs.aliyuncs.com"})), errAssume},
		{"the account as a RAM principal", retrust(with(one, "Principal", object{"RAM": sharee(1) + "@ecs.aliyuncs.com"})), errAssume},
		{"another action", retrust(with(one, "Action", "sts:GetCallerIdentity")), errAssume},
		{"everybody of a directory", retrust(directory), errAssume},
		{"everybody", retrust(everybody), errAssume},
		{"a directory beside the account", retrust(directory, one), "OK"},
		{"trust on a condition", retrust(with(one, "Condition", object{"Bool": object{"x": "true"}})), errAssume},
		{"trust on no condition", retrust(with(one, "Condition", object{})), "OK"},
		{"trust that is denied", retrust(one, deny(one)), errAssume},
		{"trust that is denied to all", retrust(one, deny(everybody)), errAssume},
		{"trust that is denied on a condition", retrust(one, deny(with(one, "Condition", object{"Bool": object{"x": "true"}}))), errAssume},
		{"trust that is denied to a directory", retrust(one, deny(directory)), "OK"},
		{"trust that is denied to another", retrust(one, deny(trusting(sharee(2)))), "OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, withRole)
			must(t, c.edit(r.world))
			r.shareSecret(t, c.want)
		})
	}
}

// shareSecret shares the encrypted image with account 1, and compares what is answered with what is true: an account that could
// decrypt the image is refused for the region's sake alone.
func (r *rig) shareSecret(t *testing.T, want string) {
	t.Helper()
	decrypts := r.world.Decrypts(region, secret, sharee(1))
	if got := r.try("root", "ModifyImageSharePermission", "ImageId", secret, "AddAccount.1", sharee(1)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if shared := len(r.world.Sharees(region, secret)) == 1; decrypts != (want == "OK" || want == errRegion) || shared != (want == "OK") {
		t.Errorf("the account can decrypt: %v, has the image: %v", decrypts, shared)
	}
}

func TestSharingAnEncryptedImageAsksForThePermissionToUseItsKey(t *testing.T) {
	arn := "acs:kms:cn-hangzhou:" + owner + ":key"
	actions, _ := using("key-1")["Action"].([]string)
	without := func(missing string) object {
		var rest []string
		for _, a := range actions {
			if a != missing {
				rest = append(rest, a)
			}
		}
		return with(using("key-1"), "Action", rest)
	}
	type row struct {
		name string
		edit edit
		want string
	}
	rows := []row{
		{"the vendor's example", regrant(listing(), using("key-1")), "OK"},
		{"everything", regrant(allow("kms:*", "*")), "OK"},
		{"actions in capitals", regrant(listing(), with(using("key-1"), "Action", "KMS:*")), "OK"},
		{"every key of the region", regrant(listing(), allow("kms:*", arn+"/*")), "OK"},
		{"resources in a list", regrant(allow("kms:*", []string{arn, arn + "/key-1"})), "OK"},
		{"another key", regrant(listing(), using("key-2")), errAssume},
		{"the key of another region", regrant(listing(), with(using("key-1"), "Resource", strings.Replace(arn, "hangzhou", "beijing", 1)+"/key-1")), errAssume},
		{"the key of another account", regrant(listing(), with(using("key-1"), "Resource", strings.Replace(arn, owner, other, 1)+"/key-1")), errAssume},
		{"no listing", regrant(using("key-1")), errAssume},
		{"some listing", regrant(allow("kms:ListKeys", arn), using("key-1")), errAssume},
		{"all but one listing", regrant(listing(), using("key-1"), deny(allow("kms:ListAliases", "*"))), errAssume},
		{"a denial of one action", regrant(allow("kms:*", "*"), deny(allow("kms:Decrypt", "*"))), errAssume},
		{"a denial for another key", regrant(allow("kms:*", "*"), deny(using("key-2"))), "OK"},
		{"permission on a condition", regrant(with(allow("kms:*", "*"), "Condition", object{"Bool": object{"x": "true"}})), errAssume},
		{"a policy that is not attached", func(w *simcloud.World) error {
			return w.DetachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy)
		}, errAssume},
		{"two policies, half in each", func(w *simcloud.World) error {
			half := simcloud.Policy{Account: owner, Name: "half", Versions: []simcloud.PolicyVersion{{Document: document(listing())}}}
			if err := w.AddPolicy(half); err != nil {
				return err
			}
			if err := regrant(using("key-1"))(w); err != nil {
				return err
			}
			return w.AttachByHand(owner, shareRole, simcloud.PolicyCustom, "half")
		}, "OK"},
		{"the vendor's policy alone", func(w *simcloud.World) error {
			if err := w.DetachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy); err != nil {
				return err
			}
			return w.AttachByHand(owner, shareRole, simcloud.PolicySystem, fullAccess)
		}, "OK"},
		{"a newer version that does not count", func(w *simcloud.World) error {
			return w.SetPolicy(owner, keysPolicy, func(p *simcloud.Policy) {
				p.Versions = append(p.Versions, simcloud.PolicyVersion{Document: document(listing())})
			})
		}, "OK"},
	}
	for _, a := range actions {
		rows = append(rows, row{"everything but " + a, regrant(listing(), without(a)), errAssume})
	}
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, withRole)
			must(t, c.edit(r.world))
			r.shareSecret(t, c.want)
		})
		t.Run(c.name+", in the other dialect", func(t *testing.T) {
			r := newRig(t, withRole)
			must(t, c.edit(r.world))
			must(t, r.world.SetDialect("noKeyAccess", "cmkUnauthorized"))
			r.shareSecret(t, strings.Replace(c.want, errAssume, errUnauth, 1))
		})
	}
	r := newRig(t, withRole)
	must(t, retrust(trusting(sharee(2)))(r.world))
	must(t, dialect("noKeyAccess", "cmkUnauthorized")(r.world))
	r.shareSecret(t, errAssume)
}
