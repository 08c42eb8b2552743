// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestRAMTakesEffectAfterItsDelay(t *testing.T) {
	doc := testWorld()
	withRole(&doc)
	doc.Limits.RAMDelayMilliseconds = 5000
	var late atomic.Int64
	w, err := simcloud.New(doc, func() time.Time { return noon.Add(time.Duration(late.Load())) })
	must(t, err)
	r := serve(t, w)
	after := func(d time.Duration) { late.Add(int64(d)) }
	share := func(what, want string, n int) {
		t.Helper()
		if got := w.Decrypts(region, secret, sharee(n)); got != (want == "200") {
			t.Errorf("%s: number %d can decrypt: %v", what, n, got)
		}
		answer, body := r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", secret, "AddAccount.1", sharee(n))
		if answer[:3] != want {
			t.Errorf("%s: number %d: got %s %s, want %s", what, n, answer, body, want)
		}
	}
	share("what the world began with", "200", 1)
	r.setTrust(t, sharee(9))
	if role, _ := w.Role(owner, shareRole); role.Trust != document(trusting(sharee(9))) {
		t.Errorf("what is written can be read at once, but it is %s", role.Trust)
	}
	share("at once", "403", 9)
	share("at once", "200", 2)
	after(4 * time.Second)
	r.setTrust(t, sharee(10))
	share("a second early", "403", 9)
	after(time.Second)
	share("in time for the first change", "200", 9)
	share("in time for the first change", "403", 10)
	share("in time for the first change", "403", 3)
	after(4 * time.Second)
	share("in time for the second change", "200", 10)
	share("in time for the second change", "403", 9)

	must(t, w.DetachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy))
	share("a detached policy", "200", 10)
	after(5 * time.Second)
	share("a policy detached five seconds ago", "403", 10)
	must(t, w.AttachByHand(owner, shareRole, simcloud.PolicyCustom, keysPolicy))
	must(t, w.DeleteRole(owner, shareRole))
	after(5 * time.Second)
	share("a role that is gone", "403", 10)
}

func TestWithoutADelayRAMTakesEffectAtOnce(t *testing.T) {
	w, r := faultRig(t)
	must(t, w.AddRole(simcloud.Role{Account: owner, Name: shareRole, Trust: document(trusting(sharee(1)))}))
	must(t, w.AttachByHand(owner, shareRole, simcloud.PolicySystem, fullAccess))
	answer, _ := r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", secret, "AddAccount.1", sharee(1))
	if answer[:3] != "200" {
		t.Errorf("got %s", answer)
	}
}
