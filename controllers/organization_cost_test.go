// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// manyImages are images of the sharer, each shared with one folder and one
// account.
func (s *scene) manyImages(count int) []ImageKey {
	keys := make([]ImageKey, 0, count)
	for i := range count {
		id := fmt.Sprintf("m-many%03d", i)
		Expect(s.cloud.AddImage(simcloud.Image{ID: id, Region: region, Owner: sharerID})).To(Succeed())
		s.organize(fmt.Sprintf("share-%03d", i), id, []string{productsPath}, sharee(1))
		keys = append(keys, ImageKey{Account: sharerID, Region: region, ID: id})
	}
	return keys
}

// lookAtAll lets the loop look at each image once.
func (s *scene) lookAtAll(r *ImageShareReconciler, keys []ImageKey) {
	s.catchUp(r)
	for _, key := range keys {
		_, err := r.Reconcile(s.ctx, key)
		Expect(err).NotTo(HaveOccurred())
	}
}

// The calls that lists of resource shares, and looks into the directory, take.
var listing = []string{"ListResourceShares", "ListResourceShareAssociations", "GetResourceDirectory", "GetFolder", "GetAccount"}

// counted is how often some calls were made.
func (s *scene) counted(actions ...string) int {
	sum := 0
	for _, action := range actions {
		sum += s.cloud.CountCalls(action)
	}
	return sum
}

var _ = DescribeTable("What images shared with a folder cost an interval, whatever their number",
	func(ctx context.Context, images int) {
		s := newScene(ctx)
		s.interval = 10 * minute
		r := s.loop()
		keys := s.manyImages(images)
		s.lookAtAll(r, keys)
		s.lookAtAll(r, keys)
		Expect(s.cloud.CountCalls("CreateResourceShare")).To(Equal(images))
		s.cloud.ForgetCalls()
		s.writes.Store(0)
		s.clock.forward(9 * minute)
		s.lookAtAll(r, keys)
		Expect(s.cloud.CountCalls(describe)).To(Equal(images))
		Expect(s.cloud.CountCalls("ListResourceShareAssociations")).To(Equal(2), "once for images, once for targets")
		Expect(s.counted(listing...)).To(BeNumerically("<=", 8))
		Expect(s.cloud.Calls()).To(HaveLen(images + s.counted(listing...)))
		Expect(s.writes.Load()).To(BeZero())
	},
	Entry(nil, 1), Entry(nil, 5),
)

// BenchmarkOrganization counts what images shared with a folder take.
func BenchmarkOrganization(b *testing.B) {
	benchmark(b)
	for _, images := range []int{1, 5} {
		b.Run(fmt.Sprintf("images=%d", images), func(b *testing.B) {
			counts := map[string]int{}
			for b.Loop() {
				b.StopTimer()
				s, strike := setScene(b.Context())
				s.interval = 10 * minute
				r := s.loop()
				keys := s.manyImages(images)
				b.StartTimer()
				s.lookAtAll(r, keys)
				b.StopTimer()
				counts["first-cloud-calls/op"] += len(s.cloud.Calls())
				s.lookAtAll(r, keys)
				s.cloud.ForgetCalls()
				s.writes.Store(0)
				s.clock.forward(9 * minute)
				s.lookAtAll(r, keys)
				counts["interval-lists-and-directory/op"] += s.counted(listing...)
				counts["interval-cloud-calls/op"] += len(s.cloud.Calls())
				counts["interval-api-writes/op"] += int(s.writes.Load())
				strike()
				b.StartTimer()
			}
			report(b, counts)
		})
	}
}
