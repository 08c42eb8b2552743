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

// trouble is one thing that can be wrong, what the user is told, and what puts
// it right.
type trouble struct {
	image    string
	accounts []string
	// before makes the trouble.
	before func(s *scene)
	// What stands in Ready.
	status, reason, message string
	// beside is Stalled when somebody has to act, else Reconciling.
	beside string
	// after puts it right; nil when only another ImageShare would.
	after func(s *scene)
}

const stalled, reconciling = v1alpha1.ConditionStalled, v1alpha1.ConditionReconciling

var _ = DescribeTable("Telling what is wrong",
	func(ctx context.Context, c trouble) {
		s := newScene(ctx)
		if c.image == "" {
			c.image = image
		}
		if c.accounts == nil {
			c.accounts = sharees1to(2)
		}
		if c.before != nil {
			c.before(s)
		}
		s.start()
		s.share("golden", c.image, c.accounts...)
		s.tells(v1alpha1.ConditionReady, c.status, c.reason, c.message)
		s.tells(c.beside, "True", c.reason, c.message)
		Eventually(s.notices(c.reason)).Should(ContainElement(ContainSubstring(c.message)))

		By("it is told once")
		Consistently(s.notices(c.reason)).Should(HaveLen(1))
		if c.after == nil {
			return
		}
		By("once it is put right, everything becomes as declared")
		c.after(s)
		s.clock.forward(minute)
		s.ready("golden")
		Expect(s.get("golden").Status.Conditions).NotTo(ContainElement(HaveField("Type", c.beside)))
	},
	Entry("the image is another account's, shared with us", trouble{
		image: "m-foreign", status: "False", reason: v1alpha1.ReasonImageNotOwned, beside: stalled,
		message: "belongs to account " + otherSharerID + ", which shares it with",
	}),
	Entry("the image is a public one", trouble{
		image: "m-public", status: "False", reason: v1alpha1.ReasonImageNotOwned, beside: stalled,
		message: "public image of Alibaba Cloud, which everyone can use",
	}),
	Entry("there is no such image", trouble{
		image: "m-nowhere", status: "False", reason: v1alpha1.ReasonImageNotFound, beside: stalled,
		message: "has no image m-nowhere in cn-hangzhou: check the ID and the region",
		after: func(s *scene) {
			Expect(s.cloud.AddImage(simcloud.Image{ID: "m-nowhere", Region: region, Owner: sharerID})).To(Succeed())
		},
	}),
	Entry("the image is in another region", trouble{
		image: "m-north", status: "False", reason: v1alpha1.ReasonImageNotFound, beside: stalled,
		message: "an image can be shared in its own region only",
	}),
	Entry("the image is deprecated", trouble{
		image: "m-deprecated", status: "False", reason: v1alpha1.ReasonImageDeprecated, beside: stalled,
		message: "make it Available again",
		after: func(s *scene) {
			Expect(s.cloud.SetImageStatus(region, "m-deprecated", simcloud.StatusAvailable)).To(Succeed())
		},
	}),
	Entry("the image is still being made", trouble{
		image: "m-creating", status: "False", reason: v1alpha1.ReasonImageNotAvailable, beside: reconciling,
		message: "will be shared once it is Available",
		after: func(s *scene) {
			Expect(s.cloud.SetImageStatus(region, "m-creating", simcloud.StatusAvailable)).To(Succeed())
			s.edit("golden", func(o *v1alpha1.ImageShare) {
				o.Annotations = map[string]string{v1alpha1.ReconcileRequestedAt: "now"}
			})
		},
	}),
	Entry("the image is published to everyone", trouble{
		image: "m-community", status: "False", reason: v1alpha1.ReasonImageCommunity, beside: stalled, message: "community image",
	}),
	Entry("the credentials may not read the launch permissions", trouble{
		before: func(s *scene) { s.allow("ecs:DescribeImages", "ecs:ModifyImageSharePermission") },
		status: "Unknown", reason: v1alpha1.ReasonDenied, beside: stalled, message: "ecs:DescribeImageSharePermission",
		after: func(s *scene) { s.allow("ecs:*") },
	}),
	Entry("the credentials may not look at images", trouble{
		before: func(s *scene) { s.allow("ecs:DescribeImageSharePermission", "ecs:ModifyImageSharePermission") },
		status: "Unknown", reason: v1alpha1.ReasonDenied, beside: stalled, message: "ecs:DescribeImages",
		after: func(s *scene) { s.allow("ecs:*") },
	}),
	Entry("the credentials may not change the launch permissions", trouble{
		before: func(s *scene) { s.allow("ecs:Describe*") },
		status: "False", reason: v1alpha1.ReasonDenied, beside: stalled, message: "ecs:ModifyImageSharePermission",
		after: func(s *scene) { s.allow("ecs:*") },
	}),
	Entry("a denied look answers an empty list", trouble{
		before: func(s *scene) {
			Expect(s.cloud.SetDialect("deniedRead", "empty200")).To(Succeed())
			s.allow("ecs:DescribeImages", "ecs:ModifyImageSharePermission")
		},
		status: "False", reason: v1alpha1.ReasonNotVisible, beside: stalled, message: "ecs:DescribeImageSharePermission",
		after: func(s *scene) { s.allow("ecs:*") },
	}),
	Entry("the account has not paid its bill", trouble{
		before: func(s *scene) { s.arrears(true) },
		status: "False", reason: v1alpha1.ReasonDenied, beside: stalled, message: "overdue: pay what it owes",
		after: func(s *scene) { s.arrears(false) },
	}),
	Entry("the sharees are more than the quota allows", trouble{
		accounts: sharees1to(52),
		status:   "False", reason: v1alpha1.ReasonQuotaExceeded, beside: stalled, message: "Quota Center",
		after: func(s *scene) {
			Expect(s.cloud.SetLimits(simcloud.Limits{ShareesPerImage: 60})).To(Succeed())
			s.clock.forward(time.Hour)
		},
	}),
	Entry("the calls are throttled, for minutes", trouble{
		before: func(s *scene) {
			s.cloud.Inject(simcloud.Fault{Kind: simcloud.Throttled, Action: "DescribeImageSharePermission"})
		},
		status: "Unknown", reason: v1alpha1.ReasonThrottled, beside: reconciling, message: "",
		after: func(s *scene) { s.cloud.ClearFaults() },
	}),
	Entry("the cloud is down", trouble{
		before: func(s *scene) {
			s.cloud.Inject(simcloud.Fault{Kind: simcloud.Refuse, Action: "DescribeImageSharePermission"})
		},
		status: "Unknown", reason: v1alpha1.ReasonCloudUnavailable, beside: reconciling, message: "",
		after: func(s *scene) { s.cloud.ClearFaults() },
	}),
	Entry("the cloud answers nonsense", trouble{
		before: func(s *scene) {
			s.cloud.Inject(simcloud.Fault{Kind: simcloud.NumericCode, Action: "DescribeImageSharePermission"})
		},
		status: "Unknown", reason: v1alpha1.ReasonCloudUnavailable, beside: reconciling, message: "",
		after: func(s *scene) { s.cloud.ClearFaults() },
	}),
	Entry("one of two is the account's own ID", trouble{
		accounts: []string{sharee(1), sharerID},
		status:   "False", reason: v1alpha1.ReasonShareesFailed, beside: stalled, message: "cannot be shared with its own account",
		after: func(s *scene) {
			Expect(s.onImage(image)()).To(ConsistOf(sharee(1)))
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(1)) })
		},
	}),
	Entry("one of ten does not exist", trouble{
		accounts: append(sharees1to(9), "9999999999999999"),
		status:   "False", reason: v1alpha1.ReasonShareesFailed, beside: stalled, message: "9999999999999999: ",
		after: func(s *scene) {
			Expect(s.onImage(image)()).To(ConsistOf(sharees1to(9)))
			Expect(s.get("golden").Status.Shared).To(Equal("9/10"))
			Expect(s.apart("golden", "9999999999999999")()).To(And(
				HaveField("State", v1alpha1.ShareeFailed), HaveField("Reason", v1alpha1.ReasonUnknownAccount)))
			s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(9)) })
		},
	}),
	Entry("one of two is an account of another site", trouble{
		accounts: []string{sharee(1), "1200000000000001"},
		status:   "False", reason: v1alpha1.ReasonShareesFailed, beside: stalled, message: "InvalidImageId.BidMismatch",
	}),
)

var _ = It("says that launching a marketplace-derived image is charged for", func(ctx context.Context) {
	s := newScene(ctx)
	s.start()
	s.share("golden", "m-paid", sharee(1))
	s.ready("golden")
	s.tells(v1alpha1.ConditionChargesSharees, "True", v1alpha1.ReasonPaidImage, "is charged for it")
})

var _ = It("tells of a region that does not exist", func(ctx context.Context) {
	s := newScene(ctx)
	s.start()
	obj := s.draft("golden", image, sharee(1))
	obj.Spec.Image.Region = "cn-nowhere"
	s.create(obj)
	s.tells(v1alpha1.ConditionReady, "False", v1alpha1.ReasonRegionNotFound, `no region "cn-nowhere"`)
})

// allow says what the operator's user may do.
func (s *scene) allow(actions ...string) {
	Expect(s.cloud.UpdateAccount(sharerID, func(a *simcloud.Account) {
		a.Users = []simcloud.User{operatorUser(actions...)}
	})).To(Succeed())
}

func (s *scene) arrears(owing bool) {
	Expect(s.cloud.UpdateAccount(sharerID, func(a *simcloud.Account) { a.Arrears = owing })).To(Succeed())
}
