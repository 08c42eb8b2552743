// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// What of a Pod, and of its container, is played here, and what only says where
// and how it runs, and has specs of its own.
var (
	playedOfPod = []string{
		"containers", "serviceAccountName", "automountServiceAccountToken", "terminationGracePeriodSeconds",
		"dnsPolicy", "enableServiceLinks", "preemptionPolicy", "priority", "restartPolicy", "schedulerName", "securityContext", "serviceAccount",
		"tolerations", "topologySpreadConstraints",
	}
	playedOfContainer = []string{
		"args", "env", "livenessProbe", "readinessProbe", "ports",
		"image", "imagePullPolicy", "name", "resources", "securityContext", "terminationMessagePath", "terminationMessagePolicy",
	}
)

// mustBePlayable fails the spec if there is anything to a Pod that the kubelet
// here does not know how to play.
func mustBePlayable(pod *corev1.Pod) {
	GinkgoHelper()
	Expect(pod.Spec.Containers).To(HaveLen(1))
	Expect(without(&pod.Spec, playedOfPod)).To(BeEmpty(), "nobody plays that of a Pod")
	Expect(without(&pod.Spec.Containers[0], playedOfContainer)).To(BeEmpty(), "nobody plays that of a container")
}

// without is what is left of an object without some of its fields.
func without(object any, fields []string) map[string]any {
	GinkgoHelper()
	left, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	Expect(err).NotTo(HaveOccurred())
	for _, known := range fields {
		delete(left, known)
	}
	return left
}

// probed waits until the probes of the Pod succeed, in no more time than a user
// would look on.
func (r *running) probed(ctx context.Context) {
	GinkgoHelper()
	container := r.pod.Spec.Containers[0]
	for _, probe := range []*corev1.Probe{container.LivenessProbe, container.ReadinessProbe} {
		Expect(probe.HTTPGet).NotTo(BeNil(), "nobody plays another probe")
		Expect(r.ports).To(HaveKey(probe.HTTPGet.Port.StrVal))
		Expect(probe.HTTPGet.Scheme).To(Equal(corev1.URISchemeHTTP))
		url := "http://" + r.ports[probe.HTTPGet.Port.StrVal] + probe.HTTPGet.Path
		Eventually(answer, 30*time.Second, 50*time.Millisecond).WithContext(ctx).WithArguments(url).Should(Equal(http.StatusOK), url)
	}
}

// answer is the status that an address answers with.
func answer(ctx context.Context, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	return got.StatusCode, got.Body.Close()
}
