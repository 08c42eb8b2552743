// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// hindsight is a cache that goes on to show what was true when it was made.
type hindsight struct {
	client.Client
	shares  v1alpha1.ImageShareList
	sharers v1alpha1.SharerAccountList
	labels  map[string]string
}

// hindsight is what the API server has now, of the scene's namespace.
func (s *scene) hindsight(next client.Client) *hindsight {
	h := &hindsight{Client: next}
	Expect(kube.List(s.ctx, &h.shares)).To(Succeed())
	Expect(kube.List(s.ctx, &h.sharers)).To(Succeed())
	ns := &corev1.Namespace{}
	Expect(kube.Get(s.ctx, client.ObjectKey{Name: s.namespace}, ns)).To(Succeed())
	h.labels = ns.Labels
	return h
}

func (h *hindsight) List(ctx context.Context, list client.ObjectList, opts ...client.ListOption) error {
	switch into := list.(type) {
	case *v1alpha1.ImageShareList:
		h.shares.DeepCopyInto(into)
		return nil
	case *v1alpha1.SharerAccountList:
		h.sharers.DeepCopyInto(into)
		return nil
	}
	return h.Client.List(ctx, list, opts...)
}

func (h *hindsight) Get(ctx context.Context, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	if ns, ok := obj.(*metav1.PartialObjectMetadata); ok {
		ns.Labels = h.labels
		return nil
	}
	return h.Client.Get(ctx, key, obj, opts...)
}

// lookBehind has the loop look at the image by an old cache, as often as it
// takes to be sure that it does nothing.
func (s *scene) lookBehind(r *ImageShareReconciler, old *hindsight) {
	r.Client = old
	for range 3 {
		_, _ = r.Reconcile(s.ctx, ImageKey{Account: sharerID, Region: region, ID: image})
	}
}

var _ = Describe("An operator whose caches are behind", func() {
	var (
		s *scene
		r *ImageShareReconciler
	)
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		r = s.loop()
	})

	It("writes nothing in an account that was suspended since", func() {
		s.share("golden", image, sharee(1))
		s.look(r)
		old := s.hindsight(r.Client)
		s.editSharer(func(o *v1alpha1.SharerAccount) { o.Spec.Suspend = true })
		s.claimByHand("")
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		before := len(s.written())
		s.lookBehind(r, old)
		Expect(s.written()[before:]).To(BeEmpty())
	})

	It("does not claim an image whose last ImageShare is gone", func() {
		s.share("golden", image, sharee(1))
		s.look(r)
		old := s.hindsight(r.Client)
		s.delete("golden")
		s.look(r)
		Expect(s.get("golden")).To(BeNil())
		Expect(s.claimedBy()).To(BeEmpty())
		s.lookBehind(r, old)
		Expect(s.claimedBy()).To(BeEmpty())
	})

	It("does not take an image from another operator once the approval of that is withdrawn", func() {
		s.claimByHand(stranger)
		s.share("golden", image, sharee(1))
		s.look(r)
		hash := s.get("golden").Status.HeldPlan.Hash
		Expect(hash).NotTo(BeEmpty())
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Annotations = map[string]string{v1alpha1.ApprovedPlan: hash} })
		old := s.hindsight(r.Client)
		s.edit("golden", func(o *v1alpha1.ImageShare) { delete(o.Annotations, v1alpha1.ApprovedPlan) })
		s.lookBehind(r, old)
		Expect(s.claimedBy()).To(Equal(stranger))
		Expect(s.written()).To(BeEmpty())
	})

	It("does not remove a resource share that nobody needed, and somebody does by now", func() {
		s.share("golden", image, sharee(1))
		s.look(r)
		spare := s.addByHand("spare", image, []simcloud.Tag{{Key: converge.TagOwner, Value: owner}})
		s.clock.forward(minute)
		old := s.hindsight(r.Client)
		s.declarePaths("golden", productsPath)
		s.lookBehind(r, old)
		Expect(s.allShares()).To(ContainElement(HaveField("ID", spare)))
		Expect(s.counted("DeleteResourceShare")).To(BeZero())
	})

	It("does not give up the claim for one that is gone when another has come", func() {
		s.share("golden", image, sharee(1))
		s.look(r)
		s.edit("golden", func(o *v1alpha1.ImageShare) { o.Spec.DeletionPolicy = v1alpha1.DeletionPolicyRetain })
		s.delete("golden")
		old := s.hindsight(r.Client)
		s.look(r)
		Expect(s.get("golden")).To(BeNil())
		s.share("silver", image, sharee(1), sharee(2))
		s.look(r)
		Expect(s.claimedBy()).To(Equal(owner))
		s.givenUp(1)
		s.lookBehind(r, old)
		s.givenUp(1)
	})

	It("does not go by a label that the namespace has lost since", func() {
		s.labelNamespace("yes")
		s.editSharer(func(o *v1alpha1.SharerAccount) {
			o.Spec.Rules = []v1alpha1.Rule{{Namespaces: v1alpha1.RuleNamespaces{MatchLabels: map[string]v1alpha1.RuleValue{"trusted": "yes"}}}}
		})
		s.share("golden", image, sharee(1))
		s.look(r)
		Expect(s.onImage(image)()).To(ConsistOf(sharee(1)))
		old := s.hindsight(r.Client)
		s.labelNamespace("no")
		Expect(s.cloud.ShareByHand(region, image, nil, []string{sharee(1)})).To(Succeed())
		s.lookBehind(r, old)
		Expect(s.onImage(image)()).To(BeEmpty())
	})
})

func (s *scene) labelNamespace(trusted string) {
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"trusted":"`+trusted+`"}}}`))
	Expect(kube.Patch(s.ctx, ns, patch)).To(Succeed())
}

// A cache that has missed a deletion tells of a change, from what was deleted to
// what has come under its name; both can be of one generation.
var _ = DescribeTable("What was made anew under its name wakes",
	func(wakes func(event.UpdateEvent) bool, obj client.Object) {
		before, now := obj.DeepCopyObject().(client.Object), obj.DeepCopyObject().(client.Object)
		Expect(wakes(event.UpdateEvent{ObjectOld: before, ObjectNew: now})).To(BeFalse())
		now.SetUID("another")
		Expect(wakes(event.UpdateEvent{ObjectOld: before, ObjectNew: now})).To(BeTrue())
	},
	Entry("the image of an ImageShare", wakes().Update, &v1alpha1.ImageShare{}),
	Entry("the images of a SharerAccount", wakesImages().Update, &v1alpha1.SharerAccount{}),
	Entry("the SharerAccount of an ImageShare", needsOther, &v1alpha1.ImageShare{}),
)
