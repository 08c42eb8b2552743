// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"helm.sh/helm/v4/pkg/action"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	helmkube "helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

var _ = Describe("A release", Ordered, func() {
	var (
		admin client.Client
		helm  *action.Configuration
	)
	BeforeAll(func() {
		var control *envtest.Environment
		control, admin = startCluster()
		helm = helmFor(control)
	})
	there := func(ctx context.Context, kind, name string) *unstructured.Unstructured {
		GinkgoHelper()
		return found(ctx, admin, kind, name)
	}

	It("comes with one command, but for the SharerAccount, which its notes tell of", func(ctx context.Context) {
		made := helmInstall(helm, accountMade, func(*action.Install) {})
		Expect(made.Info.Notes).To(ContainSubstring(`The SharerAccount "default" is not there yet`))
		Expect(made.Manifest).NotTo(ContainSubstring("kind: SharerAccount\nmetadata"))
		Expect(there(ctx, "Deployment", "imageshare-controller-manager")).NotTo(BeNil())
		Expect(there(ctx, "CustomResourceDefinition", "imageshares."+group)).NotTo(BeNil())
	})

	It("brings the SharerAccount when it is upgraded", func(ctx context.Context) {
		made := helmUpgrade(helm, ourChart(), accountMade)
		Expect(made.Info.Notes).NotTo(ContainSubstring("is not there yet"))
		Expect(there(ctx, "SharerAccount", "default").Object).To(HaveKeyWithValue("spec", HaveKeyWithValue("accountID", "1000000000000001")))
	})

	It("upgrades the kinds, too", func(ctx context.Context) {
		newer := ourChart()
		for _, file := range newer.Files {
			if strings.HasPrefix(file.Name, "files/crd/") {
				file.Data = bytes.ReplaceAll(file.Data, []byte("    - alibabacloud\n"), []byte("    - alibabacloud\n    - images\n"))
			}
		}
		helmUpgrade(helm, newer, accountMade)
		for _, kind := range []string{"imageshares.", "shareraccounts."} {
			Expect(field(there(ctx, "CustomResourceDefinition", kind+group), "spec.names.categories")).To(ContainElement("images"), kind)
		}
		helmUpgrade(helm, ourChart(), accountMade)
		Expect(field(there(ctx, "CustomResourceDefinition", "imageshares."+group), "spec.names.categories")).NotTo(ContainElement("images"))
	})

	It("leaves the kinds and all objects of them when it is uninstalled", func(ctx context.Context) {
		share := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": group + "/v1alpha1", "kind": "ImageShare",
			"metadata": map[string]any{"namespace": operatorNamespace, "name": "golden"},
			"spec":     map[string]any{"image": map[string]any{"region": "cn-hangzhou", "id": "m-bp1golden"}},
		}}
		// The rules of the SharerAccount admit nothing, so the policy has to go.
		helmUpgrade(helm, ourChart(), accountMade, "admissionPolicies: {rules: false}")
		Eventually(func() error { return client.IgnoreAlreadyExists(admin.Create(ctx, share.DeepCopy())) }).Should(Succeed())

		out, err := uninstall(helm)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(ContainSubstring("[SharerAccount] default"))
		for _, kept := range [][2]string{
			{"CustomResourceDefinition", "imageshares." + group}, {"CustomResourceDefinition", "shareraccounts." + group},
			{"SharerAccount", "default"}, {"ImageShare", "golden"},
		} {
			left := there(ctx, kept[0], kept[1])
			Expect(left).NotTo(BeNil(), "%v", kept)
			Expect(left.GetDeletionTimestamp()).To(BeNil(), "%v", kept)
		}
		for _, gone := range [][2]string{
			{"Deployment", "imageshare-controller-manager"}, {"ClusterRole", "imageshare-manager-role"},
			{"ValidatingAdmissionPolicy", "imageshare-approvals"}, {"NetworkPolicy", "imageshare-controller-manager"},
		} {
			Expect(there(ctx, gone[0], gone[1])).To(BeNil(), "%v", gone)
		}
	})

	It("takes up what the last one left", func(ctx context.Context) {
		made := helmInstall(helm, accountMade, func(*action.Install) {})
		Expect(made.Info.Notes).NotTo(ContainSubstring("is not there yet"))
		Expect(there(ctx, "Deployment", "imageshare-controller-manager")).NotTo(BeNil())
		_, err := uninstall(helm)
		Expect(err).NotTo(HaveOccurred())
	})

	It("takes over what was installed by kustomize, when it is told to", func(ctx context.Context) {
		for _, obj := range built("../../config/default") {
			Expect(admin.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("kubectl"), client.ForceOwnership)).To(Succeed(), name(obj))
		}
		uid := there(ctx, "Deployment", "imageshare-controller-manager").GetUID()
		helmInstall(helm, accountMade, func(i *action.Install) { i.TakeOwnership, i.ForceConflicts = true, true })
		taken := there(ctx, "Deployment", "imageshare-controller-manager")
		Expect(taken.GetUID()).To(Equal(uid))
		Expect(taken.GetLabels()).To(HaveKeyWithValue("app.kubernetes.io/managed-by", "Helm"))
	})
})

// helmFor is Helm with the API server's administrator.
func helmFor(control *envtest.Environment) *action.Configuration {
	GinkgoHelper()
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig, flags.CacheDir, flags.Namespace = new(kubeconfigOf(control)), new(GinkgoT().TempDir()), new(operatorNamespace)
	flags.WithDiscoveryQPS(-1)
	helm := action.NewConfiguration()
	Expect(helm.Init(flags, operatorNamespace, "secret")).To(Succeed())
	return helm
}

// kubeconfigOf is that of the API server's administrator.
func kubeconfigOf(control *envtest.Environment) string {
	GinkgoHelper()
	user, err := control.AddUser(envtest.User{Name: "administrator", Groups: []string{"system:masters"}}, nil)
	Expect(err).NotTo(HaveOccurred())
	config, err := user.KubeConfig()
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(os.WriteFile(path, config, 0o600)).To(Succeed())
	return path
}

func ourChart() *chart.Chart {
	GinkgoHelper()
	ours, err := loader.Load(chartPath)
	Expect(err).NotTo(HaveOccurred())
	return ours
}

func helmInstall(helm *action.Configuration, values string, more func(*action.Install)) *release.Release {
	GinkgoHelper()
	// Each command of Helm looks anew at what the cluster has.
	helm.Capabilities = nil
	install := action.NewInstall(helm)
	install.ReleaseName, install.Namespace, install.CreateNamespace = "imageshare", operatorNamespace, true
	install.WaitStrategy, install.Timeout, install.ServerSideApply = helmkube.HookOnlyStrategy, time.Minute, true
	more(install)
	made, err := install.Run(ourChart(), merged(values))
	Expect(err).NotTo(HaveOccurred())
	return made.(*release.Release)
}

func helmUpgrade(helm *action.Configuration, with *chart.Chart, values ...string) *release.Release {
	GinkgoHelper()
	helm.Capabilities = nil
	upgrade := action.NewUpgrade(helm)
	upgrade.Namespace, upgrade.WaitStrategy, upgrade.Timeout = operatorNamespace, helmkube.HookOnlyStrategy, time.Minute
	made, err := upgrade.Run("imageshare", with, merged(values...))
	Expect(err).NotTo(HaveOccurred())
	return made.(*release.Release)
}

func uninstall(helm *action.Configuration) (string, error) {
	command := action.NewUninstall(helm)
	command.WaitStrategy, command.Timeout = helmkube.HookOnlyStrategy, time.Minute
	done, err := command.Run("imageshare")
	if err != nil {
		return "", err
	}
	return done.Info, nil
}

// found is an object, or nil if there is none.
func found(ctx context.Context, admin client.Client, kind, name string) *unstructured.Unstructured {
	GinkgoHelper()
	for _, version := range []schema.GroupVersion{
		{Group: group, Version: "v1alpha1"}, {Group: "apps", Version: "v1"}, {Group: "networking.k8s.io", Version: "v1"},
		{Group: "rbac.authorization.k8s.io", Version: "v1"}, {Group: "apiextensions.k8s.io", Version: "v1"}, {Group: "admissionregistration.k8s.io", Version: "v1"},
	} {
		mapping, err := admin.RESTMapper().RESTMapping(schema.GroupKind{Group: version.Group, Kind: kind}, version.Version)
		if err != nil {
			continue
		}
		obj := &unstructured.Unstructured{}
		obj.SetGroupVersionKind(mapping.GroupVersionKind)
		key := client.ObjectKey{Name: name}
		if mapping.Scope.Name() == "namespace" {
			key.Namespace = operatorNamespace
		}
		err = admin.Get(ctx, key, obj)
		if apierrors.IsNotFound(err) {
			return nil
		}
		Expect(err).NotTo(HaveOccurred())
		return obj
	}
	return nil
}
