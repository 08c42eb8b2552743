// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud/alibaba"
)

const (
	describe = "DescribeImageSharePermission"
	modify   = "ModifyImageSharePermission"
)

// loop is a loop of images over a live cache that nothing wakes: it looks when
// it is told to.
func (s *scene) loop() *ImageShareReconciler {
	ctx, cancel := context.WithCancel(s.ctx)
	mgr := s.manager()
	Expect(AddIndexes(ctx, mgr.GetFieldIndexer())).To(Succeed())
	accounts := NewAccounts(mgr.GetAPIReader(), alibaba.New(alibaba.Options{}), operatorNamespace, s.getenv, s.clock.Now)
	done := make(chan error, 1)
	go func() { done <- mgr.Start(ctx) }()
	s.stop = func() {
		cancel()
		Eventually(done).Should(Receive())
	}
	Expect(mgr.GetCache().WaitForCacheSync(ctx)).To(BeTrue())
	s.roles = &SharerAccountReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Owner: owner, Observer: unobserved{},
		Events: events.NewFakeRecorder(1000), Interval: s.interval, Now: s.clock.Now, roles: newRoleMemory(),
	}
	return &ImageShareReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts,
		Events: events.NewFakeRecorder(1000), Interval: s.interval, Now: s.clock.Now, Owner: owner, memory: newMemory(s.clock.Now),
		Observer: unobserved{},
	}
}

// look lets the loop look at the image once its cache shows what the API
// server has.
func (s *scene) look(r *ImageShareReconciler) {
	s.catchUp(r)
	_, err := r.Reconcile(s.ctx, ImageKey{Account: sharerID, Region: region, ID: image})
	Expect(err).NotTo(HaveOccurred())
}

// catchUp waits until the cache of a loop shows what the API server has.
func (s *scene) catchUp(r *ImageShareReconciler) {
	Eventually(func(g Gomega) {
		var live, cached v1alpha1.ImageShareList
		g.Expect(kube.List(s.ctx, &live)).To(Succeed())
		g.Expect(r.Client.List(s.ctx, &cached)).To(Succeed())
		g.Expect(cached.Items).To(HaveLen(len(live.Items)))
		versions := func(l v1alpha1.ImageShareList) (out []string) {
			for _, one := range l.Items {
				out = append(out, one.Namespace+"/"+one.Name+" "+one.ResourceVersion)
			}
			return out
		}
		g.Expect(versions(cached)).To(ConsistOf(versions(live)))
		sharer := &v1alpha1.SharerAccount{}
		g.Expect(r.Client.Get(s.ctx, client.ObjectKey{Name: "default"}, sharer)).To(Succeed())
		g.Expect(sharer.ResourceVersion).To(Equal(s.sharer().ResourceVersion))
	}).Should(Succeed())
}

var _ = DescribeTable("What it costs to share with n accounts",
	func(ctx context.Context, n, writes int) {
		s := newScene(ctx)
		r := s.loop()
		s.share("golden", image, sharees1to(n)...)
		s.look(r)
		Expect(s.onImage(image)()).To(HaveLen(n))
		Expect(s.cloud.CountCalls(modify)).To(Equal(writes))
		Expect(s.cloud.CountCalls(describe)).To(Equal(2), "one look before and one after")
		Expect(s.cloud.CountCalls(tagImage)).To(Equal(1), "the claim")
		Expect(s.cloud.CountCalls(lookAt)).To(Equal(2), "one look at the image and its claim, and one after the claim was written")
		Expect(s.writes.Load()).To(BeEquivalentTo(3), "the finalizer, the intent and the outcome")
	},
	Entry(nil, 1, 1), Entry(nil, 10, 1), Entry(nil, 11, 2), Entry(nil, 25, 3), Entry(nil, 50, 5),
)

var _ = DescribeTable("What an image in step costs an interval, whatever the number of ImageShares",
	func(ctx context.Context, shares int) {
		s := newScene(ctx)
		s.interval = 10 * time.Minute
		r := s.loop()
		for i := range shares {
			s.share(fmt.Sprintf("share-%d", i), image, sharees1to(30)...)
		}
		s.look(r)
		s.look(r)
		s.cloud.ForgetCalls()
		s.writes.Store(0)
		for range 5 {
			s.look(r)
		}
		Expect(s.cloud.Calls()).To(HaveLen(5))
		Expect(s.cloud.CountCalls(describe)).To(Equal(5))
		Expect(s.writes.Load()).To(BeZero())
	},
	Entry(nil, 1), Entry(nil, 2), Entry(nil, 20),
)

// BenchmarkFirstShare counts the calls that sharing one image with n accounts
// takes: go test ./controllers -run '^$' -bench . -benchtime 3x.
func BenchmarkFirstShare(b *testing.B) {
	benchmark(b)
	for _, n := range []int{1, 10, 50} {
		b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) {
			var calls, modifies, writes int
			for b.Loop() {
				b.StopTimer()
				s, strike := setScene(b.Context())
				r := s.loop()
				s.share("golden", image, sharees1to(n)...)
				b.StartTimer()
				s.look(r)
				b.StopTimer()
				calls, modifies, writes = calls+len(s.cloud.Calls()), modifies+s.cloud.CountCalls(modify), writes+int(s.writes.Load())
				strike()
				b.StartTimer()
			}
			report(b, map[string]int{"cloud-calls/op": calls, "modifies/op": modifies, "api-writes/op": writes})
		})
	}
}

// BenchmarkInStep counts what a routine look at an image in step takes.
func BenchmarkInStep(b *testing.B) {
	benchmark(b)
	for _, shares := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("imageshares=%d", shares), func(b *testing.B) {
			s, strike := setScene(b.Context())
			defer strike()
			r := s.loop()
			for i := range shares {
				s.share(fmt.Sprintf("share-%d", i), image, sharees1to(50)...)
			}
			s.look(r)
			s.look(r)
			s.cloud.ForgetCalls()
			s.writes.Store(0)
			key := ImageKey{Account: sharerID, Region: region, ID: image}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Reconcile(b.Context(), key); err != nil {
					b.Fatal(err)
				}
			}
			report(b, map[string]int{"cloud-calls/op": len(s.cloud.Calls()), "api-writes/op": int(s.writes.Load())})
		})
	}
}

// benchmark starts the control plane for a benchmark.
func benchmark(b *testing.B) {
	ctrl.SetLogger(logr.Discard())
	RegisterFailHandler(func(message string, _ ...int) { b.Fatal(message) })
	control, err := startControlPlane()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { Expect(control.Stop()).To(Succeed()) })
	Expect(kube.Create(b.Context(), namespace(operatorNamespace))).To(Succeed())
}

func report(b *testing.B, counts map[string]int) {
	for unit, count := range counts {
		b.ReportMetric(float64(count)/float64(b.N), unit)
	}
}
