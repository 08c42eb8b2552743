// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// killedBy lets the operator be killed once, in the middle of the call that a
// fault is about, and started anew after a while. What has not come to be two
// seconds later is given another minute: a resource share may be late. It answers
// how to wait until something holds meanwhile, and whether the operator was
// killed.
func (s *scene) killedBy(fault simcloud.Fault, after time.Duration) (until func(holds func() bool), killed func() bool) {
	fatal, dead, late := s.cloud.Inject(fault), false, time.Time{}
	until = func(holds func() bool) {
		Eventually(func() bool {
			if fatal.Hits() > 0 && !dead {
				dead = true
				s.stop()
				fatal.Remove()
				s.clock.forward(after)
				s.start()
				late = time.Now().Add(2 * time.Second)
			}
			if dead && !late.IsZero() && time.Now().After(late) {
				late = time.Time{}
				s.clock.forward(minute)
			}
			return holds()
		}).WithOffset(1).Should(BeTrue())
	}
	return until, func() bool { return dead }
}

// forgetsTheRole waits until nothing stands in the ledger of the role, which takes
// an operator that was started anew until nothing of the one before can be late.
func (s *scene) forgetsTheRole() {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		s.clock.forward(latePatience)
		s.askSharer()
		g.Eventually(func() *v1alpha1.RoleStatus { return s.sharer().Status.Role }, "1s").Should(BeNil())
	}).Should(Succeed())
}

// The life of an encrypted image's share, with the operator killed once in the
// middle of a call.
var _ = DescribeTable("Nobody ever has an encrypted image without its key, in growth, change and deletion, with the operator killed before or after",
	func(ctx context.Context, action string, skip int, kinds ...simcloud.FaultKind) {
		for _, kind := range kinds {
			s, strike := setScene(ctx)
			strike = sync.OnceFunc(strike)
			DeferCleanup(strike)
			until, killed := s.killedBy(simcloud.Fault{Kind: kind, Action: action, Skip: skip, Times: 1}, 0)
			isReady := func() bool {
				return s.condition("golden", v1alpha1.ConditionReady)().Status == "True"
			}
			s.start()
			s.share("golden", "m-encrypted", sharees1to(2)...)
			until(isReady)
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(3)[1:]) })
			until(isReady)
			Expect(s.onImage("m-encrypted")()).To(Equal(sharees1to(3)[1:]))
			until(func() bool { return len(s.trusted()) == 2 })
			s.delete("golden")
			until(func() bool { return s.trusted() == nil && s.get("golden") == nil })
			s.forgetsTheRole()
			Expect(killed()).To(BeTrue(), "the call was made")
			Expect(s.onImage("m-encrypted")()).To(BeEmpty())
			Expect(s.trusted()).To(BeNil())
			_, left := s.cloud.Policy(sharerID, "ImageShareOperator-ImageKeys-1")
			Expect(left).To(BeFalse())
			s.neverStranded()
			strike()
		}
	},
	Entry("the making of the role", "CreateRole", 0, simcloud.Hang, simcloud.DropAfter),
	Entry("the making of its policy", "CreatePolicy", 0, simcloud.Hang),
	Entry("the attaching of the policy", "AttachPolicyToRole", 0, simcloud.DropAfter),
	Entry("the grant", "ModifyImageSharePermission", 0, simcloud.Hang, simcloud.DropAfter),
	Entry("the trusting of somebody more", "UpdateRole", 0, simcloud.DropAfter),
	Entry("the revoking of the one who goes", "ModifyImageSharePermission", 2, simcloud.Hang),
	Entry("the untrusting of the one who goes", "UpdateRole", 1, simcloud.DropAfter),
	Entry("the detaching of the policy", "DetachPolicyFromRole", 0, simcloud.Hang),
	Entry("the deletion of the policy", "DeletePolicy", 0, simcloud.DropAfter),
	Entry("the deletion of the role", "DeleteRole", 0, simcloud.Hang, simcloud.DropAfter),
)
