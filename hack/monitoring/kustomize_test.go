// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// rendered are the objects of a kustomization, by kind and name.
func rendered(t *testing.T, path string) map[string][]byte {
	t.Helper()
	kubectl := filepath.Join(os.Getenv("KUBEBUILDER_ASSETS"), "kubectl")
	text, err := exec.CommandContext(t.Context(), kubectl, "kustomize", stage.Path("config", path)).Output()
	if err != nil {
		t.Fatalf("render %s: %v", path, err)
	}
	file := written(t, text)
	objs, err := stage.Manifests(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, obj := range objs {
		if out[obj.GetKind()+" "+obj.GetName()], err = yaml.Marshal(obj); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// read reads an object strictly.
func read[T any](t *testing.T, objs map[string][]byte, name string) (out T) {
	t.Helper()
	if objs[name] == nil {
		t.Fatalf("there is no %s", name)
	}
	if err := yaml.UnmarshalStrict(objs[name], &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// monitor is what matters here of a ServiceMonitor.
type monitor struct {
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     struct {
		Selector  metav1.LabelSelector `json:"selector"`
		Endpoints []struct {
			Port        string `json:"port"`
			Scheme      string `json:"scheme"`
			HonorLabels bool   `json:"honorLabels"`
		} `json:"endpoints"`
	} `json:"spec"`
}

// The ServiceMonitor selects the Service, which selects the Pods.
func TestPrometheusFindsThePods(t *testing.T) {
	all := rendered(t, "default")
	watch := monitorOf(t)
	service := read[corev1.Service](t, all, "Service imageshare-controller-manager-metrics")
	pods := read[appsv1.Deployment](t, all, "Deployment imageshare-controller-manager").Spec.Template
	selector, err := metav1.LabelSelectorAsSelector(&watch.Spec.Selector)
	if err != nil || selector.Empty() || !selector.Matches(labels.Set(service.Labels)) || watch.Metadata.Namespace != service.Namespace {
		t.Errorf("the ServiceMonitor %+v does not select the Service: %+v, %v", watch, service.ObjectMeta, err)
	}
	if !labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pods.Labels)) {
		t.Errorf("the Service selects %v, and the Pods are %v", service.Spec.Selector, pods.Labels)
	}
}

// What it reads is the port that the operator is told to serve on.
func TestPrometheusFindsThePort(t *testing.T) {
	all := rendered(t, "default")
	endpoint := monitorOf(t).Spec.Endpoints[0]
	port := read[corev1.Service](t, all, "Service imageshare-controller-manager-metrics").Spec.Ports[0]
	container := read[appsv1.Deployment](t, all, "Deployment imageshare-controller-manager").Spec.Template.Spec.Containers[0]
	serves := slices.ContainsFunc(container.Ports, func(p corev1.ContainerPort) bool {
		return p.Name == port.TargetPort.StrVal && p.ContainerPort == 8443
	})
	if port.Name != endpoint.Port || !serves || !slices.Contains(container.Args, "--metrics-bind-address=:8443") {
		t.Errorf("the ServiceMonitor reads %q, the Service has %+v, the container %+v", endpoint.Port, port, container)
	}
	if endpoint.Scheme != "https" || !endpoint.HonorLabels {
		t.Errorf("it is read so: %+v", endpoint)
	}
}

// The role that Prometheus is given is there, and lets it read metrics alone.
func TestPrometheusMayRead(t *testing.T) {
	binding := read[rbacv1.ClusterRoleBinding](t, rendered(t, "monitoring"), "ClusterRoleBinding imageshare-metrics-reader")
	role := read[rbacv1.ClusterRole](t, rendered(t, "default"), "ClusterRole "+binding.RoleRef.Name)
	if len(role.Rules) != 1 || !slices.Equal(role.Rules[0].NonResourceURLs, []string{"/metrics"}) {
		t.Errorf("Prometheus may %+v", role.Rules)
	}
}

// monitorOf is the ServiceMonitor.
func monitorOf(t *testing.T) (watch monitor) {
	t.Helper()
	if err := yaml.Unmarshal(rendered(t, "monitoring")["ServiceMonitor imageshare-operator"], &watch); err != nil || len(watch.Spec.Endpoints) != 1 {
		t.Fatalf("%v: %+v", err, watch)
	}
	return watch
}

// The dashboard gets into the cluster as it is.
func TestTheDashboardIsShipped(t *testing.T) {
	config := read[corev1.ConfigMap](t, rendered(t, "monitoring"), "ConfigMap imageshare-dashboard")
	if config.Data["imageshare.json"] != string(shipped(t, "config", "monitoring", "dashboard.json")) || config.Labels["grafana_dashboard"] == "" {
		t.Errorf("the ConfigMap has %d bytes, labels %v", len(config.Data["imageshare.json"]), config.Labels)
	}
}
