// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// The real API server, one for the suite.
var (
	scheme = runtime.NewScheme()
	config *rest.Config
	kube   client.Client
)

func TestControllers(t *testing.T) {
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(20 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	SetDefaultConsistentlyDuration(time.Second)
	RunSpecs(t, "The loops")
}

var _ = BeforeSuite(func() {
	DeferCleanup(noneLeft())
	DeferCleanup(statuses.Close)
	ctrl.SetLogger(zap.New(zap.WriteTo(GinkgoWriter), zap.UseDevMode(true)))
	control, err := startControlPlane()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(control.Stop)
	Expect(kube.Create(context.Background(), namespace(operatorNamespace))).To(Succeed())
	Expect(stage.ApplyPolicies(context.Background(), kube)).To(Succeed())
})

// startControlPlane starts a real API server with our kinds.
func startControlPlane() (*envtest.Environment, error) {
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return nil, err
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	control := &envtest.Environment{
		CRDDirectoryPaths:     []string{"../config/crd/bases"},
		ErrorIfCRDPathMissing: true,
		BinaryAssetsDirectory: os.Getenv("KUBEBUILDER_ASSETS"),
	}
	var err error
	if config, err = control.Start(); err != nil {
		return nil, err
	}
	config.QPS, config.Burst = -1, -1
	kube, err = client.New(config, client.Options{Scheme: scheme})
	return control, err
}
