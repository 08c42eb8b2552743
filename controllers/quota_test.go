// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const lookUpQuota = "ListProductQuotas"

// quota gives the sharer another quota of accounts per image in the region of
// the images.
func (s *scene) quota(count int) {
	ExpectWithOffset(1, s.cloud.UpdateAccount(sharerID, func(a *simcloud.Account) {
		a.ShareesPerImageIn = map[string]int{region: count}
	})).To(Succeed())
}

// redeclare edits the accounts that the ImageShare golden declares.
func (s *scene) redeclare(accounts ...string) {
	s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(accounts) })
}

// placeless waits until exactly these accounts of an ImageShare are told that
// there is no place for them.
func (s *scene) placeless(name string, accounts ...string) {
	Eventually(func() (told []string) {
		for _, one := range s.get(name).Status.NotShared {
			if one.State == v1alpha1.ShareeFailed && one.Reason == v1alpha1.ReasonQuotaExceeded {
				told = append(told, string(one.Sharee))
			}
		}
		return told
	}).WithOffset(1).Should(Equal(accounts))
}

// nothingRefused checks that the cloud has refused no write.
func (s *scene) nothingRefused() {
	for _, entry := range s.cloud.Journal() {
		ExpectWithOffset(1, entry.Code).To(Equal(simcloud.CodeOK), "%+v", entry)
	}
}

var _ = Describe("Declaring more accounts than an image can be shared with", func() {
	var s *scene
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		s.start()
	})

	It("shares with the first by their IDs, and tells the others before it tries", func() {
		s.share("golden", image, sharees1to(52)...)
		s.placeless("golden", sharee(51), sharee(52))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonQuotaExceeded,
			"can be shared with 50 accounts, and with all that are on it or declared there would be 52. "+
				`Raise the "Quota of users that can be shared per custom image" in Quota Center`)
		s.tells(v1alpha1.ConditionStalled, "True", v1alpha1.ReasonQuotaExceeded, "50 accounts")
		s.tells(v1alpha1.ConditionAccountsShared, "False", v1alpha1.ReasonQuotaExceeded, "50 accounts")
		Expect(s.onImage(image)()).To(Equal(sharees1to(50)))
		Expect(s.get("golden").Status.Shared).To(Equal("50/52"))
		Expect(s.get("golden").Status.Ledger).To(HaveLen(50))
		Consistently(s.onImage(image)).Should(Equal(sharees1to(50)))
		Expect(s.cloud.CountCalls(modify)).To(Equal(5))
		s.nothingRefused()

		By("declaring one before them, nobody who has a place loses it")
		s.redeclare(append(sharees1to(52), "1000000000000002")...)
		s.placeless("golden", "1000000000000002", sharee(51), sharee(52))
		Expect(s.onImage(image)()).To(Equal(sharees1to(50)))

		By("taking two away, the next two have their places")
		s.redeclare(append(sharees1to(52)[2:], "1000000000000002")...)
		s.placeless("golden", sharee(52))
		Expect(s.onImage(image)()).To(Equal(append([]string{"1000000000000002"}, sharees1to(51)[2:]...)))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesFailed, sharee(52)+": Not tried: the image can be shared with 50 accounts")
		s.nothingRefused()
	})

	It("shares with all of them once the quota is raised, and somebody asks or an hour has passed", func() {
		s.share("golden", image, sharees1to(52)...)
		s.placeless("golden", sharee(51), sharee(52))
		s.quota(51)
		Consistently(s.onImage(image)).Should(HaveLen(50))
		s.ask("golden", "now")
		s.placeless("golden", sharee(52))
		s.quota(60)
		s.clock.forward(time.Hour)
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(52)))
		s.nothingRefused()

		By("swapping one on a full image, the leaving one goes first")
		s.redeclare(sharees1to(60)...)
		s.ready("golden")
		s.redeclare(append(sharees1to(59), otherSharerID)...)
		s.ready("golden")
		Expect(s.onImage(image)()).To(ConsistOf(append(sharees1to(59), otherSharerID)))
		s.nothingRefused()
	})

	It("takes the default where the quota may not be read, and says so", func() {
		s.allow("ecs:*")
		s.quota(60)
		s.share("golden", image, sharees1to(52)...)
		s.placeless("golden", sharee(51), sharee(52))
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonQuotaExceeded,
			"That it is 50 is the default, since the quota could not be looked up: the RAM user or role of the credentials may not do this: allow quotas:ListProductQuotas")
		Expect(s.onImage(image)()).To(Equal(sharees1to(50)))
		Consistently(func() int { return s.cloud.CountCalls(lookUpQuota) }).Should(Equal(1))
		s.allow("ecs:*", "quotas:ListProductQuotas")
		s.ask("golden", "now")
		s.ready("golden")

		By("who was shared with beyond it does not lose the place when it may not be read any more")
		s.allow("ecs:*")
		s.clock.forward(time.Hour)
		s.redeclare(append(sharees1to(51), sharee(53))...)
		s.ready("golden")
		Expect(s.onImage(image)()).To(ConsistOf(append(sharees1to(51), sharee(53))))
		s.nothingRefused()
	})

	It("takes the default where Quota Center knows no such quota", func() {
		Expect(s.cloud.SetDialect("shareeQuota", "missing")).To(Succeed())
		s.share("golden", image, sharees1to(51)...)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonShareesFailed, "Quota Center lists no")
		s.placeless("golden", sharee(51))
		Expect(s.onImage(image)()).To(Equal(sharees1to(50)))
	})

	It("takes the last that was known, else the default, while Quota Center does not answer", func() {
		s.quota(60)
		fault := simcloud.Fault{Kind: simcloud.Refuse, Action: lookUpQuota}
		s.cloud.Inject(fault)
		s.share("golden", image, sharees1to(52)...)
		s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonQuotaExceeded, "How many it is could not be looked up")
		s.tells(v1alpha1.ConditionReconciling, "True", v1alpha1.ReasonQuotaExceeded, "")
		Eventually(s.onImage(image)).Should(Equal(sharees1to(50)))
		Consistently(func() int { return s.cloud.CountCalls(lookUpQuota) }).Should(Equal(1))
		s.cloud.ClearFaults()
		s.clock.forward(minute)
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(52)))

		s.cloud.Inject(fault)
		s.clock.forward(time.Hour)
		s.redeclare(sharees1to(58)...)
		s.ready("golden")
		Expect(s.onImage(image)()).To(Equal(sharees1to(58)))
	})

	It("counts what two ImageShares declare together", func() {
		s.share("golden", image, sharees1to(30)...)
		s.share("silver", image, sharees1to(60)[30:]...)
		s.ready("golden")
		s.placeless("silver", sharees1to(60)[50:]...)
		Eventually(s.onImage(image)).Should(Equal(sharees1to(50)))
		Eventually(func() string { return s.get("silver").Status.Shared }).Should(Equal("20/30"))
		s.nothingRefused()

		By("deleting one, the other has all the places it needs")
		s.delete("golden")
		s.ready("silver")
		Expect(s.onImage(image)()).To(Equal(sharees1to(60)[30:]))
	})
})
