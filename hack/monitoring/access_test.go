// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import (
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// The API server lets the Prometheus of kube-prometheus find the Pods in the
// operator's namespace, and read the metrics. It lets it do so for no other
// reason than what ships here.
func TestPrometheusIsLetIn(t *testing.T) {
	cluster := stage.StartCluster(t)
	var wants []authorizationv1.SubjectAccessReviewSpec
	for group, resources := range map[string][]string{"": {"services", "endpoints", "pods"}, "discovery.k8s.io": {"endpointslices"}} {
		for _, resource := range resources {
			for _, verb := range []string{"get", "list", "watch"} {
				wants = append(wants, authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
					Namespace: stage.OperatorNamespace, Group: group, Resource: resource, Verb: verb,
				}})
			}
		}
	}
	wants = append(wants, authorizationv1.SubjectAccessReviewSpec{NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: "/metrics", Verb: "get"}})
	may := func(what authorizationv1.SubjectAccessReviewSpec) bool {
		what.User, what.Groups = "system:serviceaccount:monitoring:prometheus-k8s", []string{"system:serviceaccounts", "system:serviceaccounts:monitoring", "system:authenticated"}
		review := &authorizationv1.SubjectAccessReview{Spec: what}
		if err := cluster.Kube.Create(t.Context(), review); err != nil {
			t.Fatal(err)
		}
		return review.Status.Allowed
	}
	for _, want := range wants {
		if may(want) {
			t.Errorf("it may %v %v before", want.ResourceAttributes, want.NonResourceAttributes)
		}
	}
	monitoring, operator := rendered(t, "monitoring"), rendered(t, "default")
	role := read[rbacv1.Role](t, monitoring, "Role imageshare-metrics-discovery")
	binding := read[rbacv1.RoleBinding](t, monitoring, "RoleBinding imageshare-metrics-discovery")
	reader := read[rbacv1.ClusterRole](t, operator, "ClusterRole imageshare-metrics-reader")
	bound := read[rbacv1.ClusterRoleBinding](t, monitoring, "ClusterRoleBinding imageshare-metrics-reader")
	for _, err := range []error{
		cluster.Kube.Create(t.Context(), &role), cluster.Kube.Create(t.Context(), &binding),
		cluster.Kube.Create(t.Context(), &reader), cluster.Kube.Create(t.Context(), &bound),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range wants {
		if !may(want) {
			t.Errorf("it may not %v %v", want.ResourceAttributes, want.NonResourceAttributes)
		}
	}
}
