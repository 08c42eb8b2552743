// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

var _ = DescribeTable("Waking the loop of images", func(ctx context.Context, change func(*scene), wakes bool) {
	s := newScene(ctx)
	s.interval = time.Hour
	s.start()
	// That the account has become usable wakes its images, of which there is none yet.
	Eventually(func(g Gomega) {
		sharer := &v1alpha1.SharerAccount{}
		g.Expect(s.cached.Get(ctx, client.ObjectKey{Name: "default"}, sharer)).To(Succeed())
		g.Expect(isUsable(sharer)).To(BeTrue())
	}).Should(Succeed())
	s.share("golden", image, sharee(1))
	s.ready("golden")
	Consistently(func() int { return s.cloud.CountCalls(describe) }).Should(Equal(2), "nothing wakes it that it does itself")
	s.cloud.ForgetCalls()
	change(s)
	if wakes {
		Eventually(func() int { return s.cloud.CountCalls(describe) }).Should(BeNumerically(">", 0))
		return
	}
	Consistently(func() int { return s.cloud.CountCalls(describe) }).Should(BeZero())
},
	Entry("a label does not", func(s *scene) {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Labels = map[string]string{"team": "a"} })
	}, false),
	Entry("a foreign annotation does not", func(s *scene) {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{"note": "a"} })
	}, false),
	Entry("a change of status does not", func(s *scene) {
		obj := s.get("golden")
		obj.Status.Shared = "0/9"
		Expect(kube.Status().Update(s.ctx, obj)).To(Succeed())
	}, false),
	Entry("a change of the SharerAccount's status does not", func(s *scene) {
		obj := &v1alpha1.SharerAccount{}
		Expect(kube.Get(s.ctx, client.ObjectKey{Name: "default"}, obj)).To(Succeed())
		obj.Status.Identity = "somebody"
		Expect(kube.Status().Update(s.ctx, obj)).To(Succeed())
	}, false),
	Entry("a sharee does", func(s *scene) {
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = ids(sharees1to(2)) })
	}, true),
	Entry("the loss of the finalizer does", func(s *scene) {
		s.edit("golden", func(o *v1alpha1.ImageShare) { controllerutil.RemoveFinalizer(o, v1alpha1.Finalizer) })
	}, true),
	Entry("another ImageShare of the image does", func(s *scene) { s.share("other", image, sharee(2)) }, true),
	Entry("the end of the SharerAccount's suspension does", func(s *scene) {
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true })
		s.tells(v1alpha1.ConditionReady, "Unknown", v1alpha1.ReasonSuspended, "")
		s.cloud.ForgetCalls()
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = false })
	}, true),
)

var _ = Describe("Looking again", func() {
	It("lets routine looks be overtaken, and spreads them", func() {
		routine, edit := result(time.Minute, true), result(time.Minute, false)
		Expect(*routine.Priority).To(Equal(handler.LowPriority))
		Expect(*edit.Priority).To(BeZero())
		Expect(edit.RequeueAfter).To(Equal(time.Minute))
		Expect(routine.RequeueAfter).To(And(BeNumerically(">=", 48*time.Second), BeNumerically("<=", time.Minute)))
	})

	It("counts many comings and goings once", func(ctx context.Context) {
		q := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
		defer q.ShutDown()
		s := &scene{namespace: "team"}
		for _, name := range []string{"a", "b", "c"} {
			obj := s.draft(name, image)
			obj.Spec.SharerRef.Name = "default"
			needsSoon(time.Second).Create(ctx, event.CreateEvent{Object: obj}, q)
			needsSoon(time.Second).Delete(ctx, event.DeleteEvent{Object: obj}, q)
		}
		Eventually(q.Len).Should(Equal(1))
		Consistently(q.Len).Should(Equal(1))
	})
})
