// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestRolesAndPoliciesByHand(t *testing.T) {
	w := newRig(t, withRole).world
	copied, _ := w.Role(owner, shareRole)
	copied.Policies[0].Name, copied.Trust = "mine", "mine"
	policy, _ := w.Policy(owner, keysPolicy)
	policy.Versions[0].Document = "mine"
	key, _ := w.Key(region, "key-1")
	key.Aliases[0] = "mine"
	role, _ := w.Role(owner, shareRole)
	kept, _ := w.Policy(owner, keysPolicy)
	again, _ := w.Key(region, "key-1")
	is(t, "the role behind the copy", role.Policies[0].Name, keysPolicy)
	is(t, "the policy behind the copy", kept.Versions[0].Document == "mine", false)
	is(t, "the key behind the copy", again.Aliases[0], "alias/images")

	must(t, w.SetRole(owner, shareRole, func(r *simcloud.Role) { r.Name, r.Account, r.Description = "other", other, "by hand" }))
	role, _ = w.Role(owner, shareRole)
	is(t, "what is described", role.Description, "by hand")
	is(t, "the length of its ID", len(role.ID), 18)
	e := last(w)
	is(t, "the journal", fmt.Sprint(e.ByHand, e.Action, e.Role, e.Account), fmt.Sprint(true, "SetRole", shareRole, owner))

	must(t, w.DetachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy))
	must(t, w.DeletePolicy(owner, keysPolicy))
	must(t, w.AddKey(simcloud.Key{ID: "key-4", Region: region, Owner: owner}))
	must(t, w.DeleteRole(owner, shareRole))
	_, hasPolicy := w.Policy(owner, keysPolicy)
	_, hasRole := w.Role(owner, shareRole)
	_, hasKey := w.Key(region, "key-4")
	_, hasNone := w.Key(region, "key-9")
	is(t, "what is there in the end", fmt.Sprint(hasPolicy, hasRole, hasKey, hasNone), "false false true false")
}

func TestWhatByHandIsRefused(t *testing.T) {
	w := newRig(t, withRole).world
	good := document(trusting(sharee(1)))
	before, err := w.State()
	must(t, err)
	for name, err := range map[string]error{
		"a role twice":                     w.AddRole(simcloud.Role{Account: owner, Name: shareRole, Trust: good}),
		"a role of nobody":                 w.AddRole(simcloud.Role{Account: "x", Name: "a", Trust: good}),
		"a role without trust":             w.AddRole(simcloud.Role{Account: owner, Name: "a"}),
		"trust that makes no sense":        w.SetRole(owner, shareRole, func(r *simcloud.Role) { r.Trust = "{}" }),
		"a policy on a role that is not":   w.SetRole(owner, shareRole, func(r *simcloud.Role) { r.Policies = []simcloud.Attachment{{Name: "none"}} }),
		"an unknown role":                  w.SetRole(owner, "none", func(*simcloud.Role) {}),
		"an unknown role to delete":        w.DeleteRole(owner, "none"),
		"attaching twice":                  w.AttachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy),
		"attaching what is not there":      w.AttachByHand(owner, shareRole, simcloud.PolicySystem, "none"),
		"detaching what is not attached":   w.DetachByHand(owner, shareRole, simcloud.PolicySystem, fullAccess),
		"a policy twice":                   w.AddPolicy(simcloud.Policy{Account: owner, Name: keysPolicy}),
		"a policy without a version":       w.AddPolicy(simcloud.Policy{Account: owner, Name: "a"}),
		"an unknown policy":                w.SetPolicy(owner, "none", func(*simcloud.Policy) {}),
		"a policy that makes no sense":     w.SetPolicy(owner, keysPolicy, func(p *simcloud.Policy) { p.Versions[0].Document = "{}" }),
		"a policy that a role has":         w.DeletePolicy(owner, keysPolicy),
		"an unknown policy to delete":      w.DeletePolicy(owner, "none"),
		"a key twice":                      w.AddKey(simcloud.Key{ID: "key-1", Region: region, Owner: owner}),
		"an unknown key":                   w.SetKeyState(region, "none", simcloud.KeyEnabled),
		"a state that there is not":        w.SetKeyState(region, "key-1", "Lost"),
		"a policy of a key in no instance": w.SetKeyPolicy(region, "key-1", document(allow("kms:*", "*"))),
		"a key policy without a principal": w.SetKeyPolicy(region, "key-3", document(allow("kms:*", "*"))),
		"an unknown snapshot":              w.SetSnapshotKey(region, "none", "key-1"),
		"a region that there is not":       w.SetLimits(simcloud.Limits{NoEncryptedSharing: []string{"moon"}}),
		"a delay into the past":            w.SetLimits(simcloud.Limits{RAMDelayMilliseconds: -1}),
		"a length nobody has heard of":     w.SetDialect("trustLimit", "1024"),
		"a key whose alias is another's":   w.AddKey(simcloud.Key{ID: "key-5", Region: region, Owner: owner, Aliases: []string{"alias/images"}}),
		"a key whose alias is none":        w.AddKey(simcloud.Key{ID: "key-5", Region: region, Owner: owner, Aliases: []string{"images"}}),
		"a key of nobody":                  w.AddKey(simcloud.Key{ID: "key-5", Region: region}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	after, err := w.State()
	must(t, err)
	if string(before) != string(after) {
		t.Errorf("what was refused left a trace:\n%s\n%s", before, after)
	}
}

func TestAWorldFileWithRolesIsReadStrictly(t *testing.T) {
	const start = "regions: [{id: cn-hangzhou}]\naccounts: [{id: '1000000000000001'}]\n"
	const policy = `'{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}'`
	const trust = `'{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"x"}}]}'`
	version := func(more string) string { return "{document: " + policy + more + "}" }
	policies := func(versions string) string {
		return start + "policies: [{account: '1000000000000001', name: p, versions: [" + versions + "]}]\n"
	}
	roles := func(rest string) string {
		return start + "roles: [{account: '1000000000000001', name: r, " + rest + "}]\n"
	}
	for _, c := range []struct{ name, file, want string }{
		{"a role without trust", roles("description: x"), "roles[0].trust: is malformed"},
		{"a role with a policy that is not there", roles("trust: " + trust + ", policies: [{name: p}]"), `roles[0].policies[0]: there is no Custom policy "p"`},
		{"a role with a policy twice", roles("trust: " + trust + ", policies: [{type: System, name: AliyunKMSFullAccess}, {type: System, name: AliyunKMSFullAccess}]"),
			"roles[0].policies[1]"},
		{"a role of a strange name", strings.Replace(roles("trust: "+trust), "name: r", "name: a b", 1), `roles[0].name: "a b"`},
		{"a role of nobody", strings.Replace(roles("trust: "+trust), "account: '1", "account: '2", 1), "roles[0].account"},
		{"a policy without a version", policies(""), "policies[0].versions: 0"},
		{"a policy of two defaults", policies(version(", default: true") + "," + version(", default: true")), "policies[0].versions: 2 are the default"},
		{"a version twice", policies(version(", id: v1") + "," + version(", id: v1")), `policies[0].versions[1].id: "v1"`},
		{"a version of nonsense", policies("{document: x}"), "policies[0].versions[0].document: is malformed"},
		{"a key in no state", start + "keys: [{id: key-1, region: cn-hangzhou, owner: '1000000000000001', state: Lost}]", `keys[0].state: "Lost"`},
		{"a key in no region", start + "keys: [{id: key-1, region: x, owner: '1000000000000001'}]", "keys[0].region"},
		{"a key twice", start + "keys: [{id: key-1, region: cn-hangzhou, owner: '1000000000000001'}, {id: key-1, region: cn-hangzhou, owner: '1000000000000001'}]",
			"keys[1]: cn-hangzhou/key-1 is there twice"},
		{"a region without encrypted sharing that there is not", start + "limits: {noEncryptedSharing: [x]}", "limits.noEncryptedSharing[0]"},
	} {
		_, err := simcloud.Load([]byte(c.file), atNoon)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", c.name, err, c.want)
		}
	}
	w, err := simcloud.Load([]byte(policies(version(", id: v3, default: true")+","+version(""))), atNoon)
	must(t, err)
	if p, _ := w.Policy(owner, "p"); p.Versions[1].ID != "v4" || p.Versions[1].Default {
		t.Errorf("got %+v", p)
	}
}
