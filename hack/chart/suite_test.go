// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"helm.sh/helm/v4/pkg/chart/common"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

const (
	chartPath = "../../config/chart"
	// The namespace that config/default makes, and that the chart is installed in.
	operatorNamespace = "imageshare-system"
	group             = "imageshare.alibabacloud.com"
)

var (
	// kube is the administrator of an API server on which config/default is
	// installed, and the kinds of the Prometheus operator.
	kube client.Client
	// ourKubernetes is its version.
	ourKubernetes common.KubeVersion
)

func TestManifests(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "What ships for clusters")
}

var _ = BeforeSuite(func(ctx context.Context) {
	log.SetLogger(GinkgoLogr)
	var control *envtest.Environment
	control, kube = startCluster()
	speaks, err := discovery.NewDiscoveryClientForConfig(control.Config)
	Expect(err).NotTo(HaveOccurred())
	version, err := speaks.ServerVersion()
	Expect(err).NotTo(HaveOccurred())
	ourKubernetes = common.KubeVersion{Version: version.GitVersion, Major: version.Major, Minor: version.Minor}
	install(ctx, append(prometheusKinds(ctx), built("../../config/default")...))
})

// startCluster starts an API server, which stops when the node is done.
func startCluster() (*envtest.Environment, client.Client) {
	GinkgoHelper()
	Expect(os.Getenv("KUBEBUILDER_ASSETS")).NotTo(BeEmpty(), "KUBEBUILDER_ASSETS names no directory with kube-apiserver and etcd; make test-chart does")
	control := &envtest.Environment{
		UseExistingCluster:       new(false),
		ControlPlaneStartTimeout: time.Minute,
		ControlPlaneStopTimeout:  20 * time.Second,
	}
	config, err := control.Start()
	DeferCleanup(control.Stop)
	Expect(err).NotTo(HaveOccurred())
	config.QPS, config.Burst = -1, -1
	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(apiextensionsv1.AddToScheme(scheme)).To(Succeed())
	admin, err := client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
	return control, admin
}

// install applies objects in their order and waits until the kinds among them
// are served.
func install(ctx context.Context, objects []*unstructured.Unstructured) {
	GinkgoHelper()
	for _, obj := range objects {
		Expect(apply(ctx, obj)).To(Succeed(), name(obj))
	}
	for _, obj := range objects {
		if obj.GetKind() == "CustomResourceDefinition" {
			Eventually(established).WithContext(ctx).WithArguments(obj.GetName()).Should(BeTrue(), name(obj))
		}
	}
}

func established(ctx context.Context, crdName string) (bool, error) {
	var crd apiextensionsv1.CustomResourceDefinition
	if err := kube.Get(ctx, client.ObjectKey{Name: crdName}, &crd); err != nil {
		return false, err
	}
	for _, condition := range crd.Status.Conditions {
		if condition.Type == apiextensionsv1.Established {
			return condition.Status == apiextensionsv1.ConditionTrue, nil
		}
	}
	return false, nil
}

// apply is a server-side apply, which accepts no field that the API server does
// not know.
func apply(ctx context.Context, obj *unstructured.Unstructured, more ...client.ApplyOption) error {
	options := append([]client.ApplyOption{client.FieldOwner("test"), client.ForceOwnership}, more...)
	return kube.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj.DeepCopy()), options...)
}

var _ = It("notices a field that the API server does not know", func(ctx context.Context) {
	for _, obj := range built("../../config/default") {
		if obj.GetKind() == "Deployment" {
			Expect(unstructured.SetNestedField(obj.Object, "x", "spec", "template", "spec", "nosuchfield")).To(Succeed())
			Expect(apply(ctx, obj, client.DryRunAll)).To(MatchError(ContainSubstring("nosuchfield")))
		}
	}
})
