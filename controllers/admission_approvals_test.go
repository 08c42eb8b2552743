// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// as is a client of somebody who has some of the ClusterRoles that ship, and no
// other rights.
func as(ctx context.Context, user string, files ...string) client.Client {
	for _, file := range files {
		roles, err := stage.Manifests(stage.Path("config", "rbac", file))
		Expect(err).NotTo(HaveOccurred())
		Expect(roles).NotTo(BeEmpty())
		Expect(roles[0].GetKind()).To(Equal("ClusterRole"))
		roles[0].SetName(user + "-" + strings.TrimSuffix(file, ".yaml"))
		bind(ctx, user, roles[0])
	}
	own := rest.CopyConfig(config)
	own.Impersonate = rest.ImpersonationConfig{UserName: user}
	c, err := client.New(own, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
	return c
}

// bind makes a ClusterRole and gives it to somebody, for one spec.
func bind(ctx context.Context, user string, role client.Object) {
	bound := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role.GetName()},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.GetName()},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
	for _, obj := range []client.Object{role, bound} {
		Expect(kube.Create(ctx, obj)).To(Succeed())
		DeferCleanup(func(ctx context.Context) { Expect(kube.Delete(ctx, obj)).To(Succeed()) })
	}
}

// approval is a patch of the annotation that approves a plan; an empty one takes
// it off.
func approval(hash string) client.Patch {
	value := "null"
	if hash != "" {
		value = `"` + hash + `"`
	}
	return client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"`+v1alpha1.ApprovedPlan+`":`+value+`}}}`))
}

var _ = Describe("Approving a held plan", func() {
	var s *scene
	var editor, approver client.Client
	BeforeEach(func(ctx context.Context) {
		s = newScene(ctx)
		editor = as(ctx, "editor", "imageshare_editor_role.yaml")
		approver = as(ctx, "approver", "imageshare_approver_role.yaml")
		s.share("golden", image, sharee(1))
		// The API server hears of the policy, and of roles, a moment late.
		Eventually(func() error { return editor.Patch(ctx, s.get("golden"), approval("probe"), client.DryRunAll) }, time.Minute).
			Should(MatchError(ContainSubstring("may not approve")))
		Eventually(func() error { return approver.Patch(ctx, s.get("golden"), approval("probe"), client.DryRunAll) }).Should(Succeed())
	})

	refused := func(what string) OmegaMatcher {
		return MatchError(ContainSubstring("the annotation imageshare.alibabacloud.com/approved-plan approves a held plan, and editor may not approve " + what))
	}

	It("takes the verb approve: an editor cannot approve himself", func(ctx context.Context) {
		Expect(editor.Patch(ctx, s.get("golden"), approval("abc"))).To(refused("imageshares in namespace " + s.namespace + ": that takes the verb approve"))
		approved := s.draft("silver", image, sharee(1))
		approved.Annotations = map[string]string{v1alpha1.ApprovedPlan: "abc"}
		Expect(editor.Create(ctx, approved)).To(refused("imageshares"))
		Expect(approver.Patch(ctx, s.get("golden"), approval("abc"))).To(Succeed())
		Expect(editor.Patch(ctx, s.get("golden"), approval("def"))).To(refused("imageshares"))

		By("but he may edit what is approved, and take the approval off")
		s.editAs(editor, func(o *v1alpha1.ImageShare) { o.Spec.Suspend = true })
		Expect(s.get("golden").Annotations).To(HaveKeyWithValue(v1alpha1.ApprovedPlan, "abc"))
		Expect(editor.Patch(ctx, s.get("golden"), approval(""))).To(Succeed())
		Expect(editor.Patch(ctx, s.get("golden"), approval("abc"))).To(refused("imageshares"))
	})

	It("has no back door by the status", func(ctx context.Context) {
		sneaked := s.get("golden")
		sneaked.Annotations = map[string]string{v1alpha1.ApprovedPlan: "abc"}
		Expect(kube.Status().Update(ctx, sneaked)).To(Succeed())
		Expect(s.get("golden").Annotations).NotTo(HaveKey(v1alpha1.ApprovedPlan))
	})

	It("leaves the operator's own writes alone", func(ctx context.Context) {
		operator := as(ctx, "operator", "role.yaml")
		Expect(approver.Patch(ctx, s.get("golden"), approval("abc"))).To(Succeed())
		held := s.get("golden").DeepCopy()
		held.Finalizers = []string{v1alpha1.Finalizer}
		Eventually(func() error { return operator.Patch(ctx, held.DeepCopy(), client.MergeFrom(s.get("golden"))) }).Should(Succeed())
		told := s.get("golden")
		told.Status.Shared = "0/1"
		Expect(operator.Status().Patch(ctx, told, client.MergeFrom(s.get("golden")))).To(Succeed())
		Expect(operator.Patch(ctx, s.get("golden"), approval("def"))).To(MatchError(ContainSubstring("operator may not approve")))
	})

	It("takes the same of a SharerAccount", func(ctx context.Context) {
		sharer := func() client.Object { return s.sharer() }
		plain := as(ctx, "editor-of-sharers", "shareraccount_viewer_role.yaml", "imageshare_admin_role.yaml")
		admin := as(ctx, "admin-of-sharers", "shareraccount_admin_role.yaml")
		bind(ctx, "editor-of-sharers", &rbacv1.ClusterRole{
			ObjectMeta: metav1.ObjectMeta{Name: "patch-sharers"},
			Rules:      []rbacv1.PolicyRule{{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"shareraccounts"}, Verbs: []string{"patch"}}},
		})
		Eventually(func() error { return plain.Patch(ctx, sharer(), approval("abc")) }).
			Should(MatchError(ContainSubstring("editor-of-sharers may not approve shareraccounts: that takes the verb approve")))
		Eventually(func() error { return admin.Patch(ctx, sharer(), approval("abc")) }).Should(Succeed())
		Expect(plain.Patch(ctx, sharer(), approval(""))).To(Succeed())
	})
})

// editAs changes the ImageShare golden as somebody would.
func (s *scene) editAs(who client.Client, change func(*v1alpha1.ImageShare)) {
	Eventually(func() error {
		obj := s.get("golden")
		change(obj)
		return who.Update(s.ctx, obj)
	}).Should(Succeed())
}
