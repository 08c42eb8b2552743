// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

var _ = Describe("Whom rules do not allow any more before they have the image", func() {
	It("has one line in the status, which the API server takes", func(ctx context.Context) {
		s := newScene(ctx)
		s.start()
		fault := s.cloud.Inject(simcloud.Fault{Kind: simcloud.ServerError, Action: "ModifyImageSharePermission"})
		s.share("golden", image, sharees1to(2)...)
		Eventually(func() int { return len(s.get("golden").Status.Ledger) }).Should(Equal(2), "they are announced")

		s.rules(v1alpha1.Rule{AccountIDs: ids(sharees1to(1))})
		s.refused("it does not admit")
		Expect(s.get("golden").Status.NotShared).To(HaveLen(2))

		fault.Remove()
		s.ask("golden", "again")
		s.refused("it does not admit")
		Consistently(s.onImage(image)).Should(BeEmpty())
	})
})
