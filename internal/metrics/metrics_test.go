// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// tellingOf is what is told of some objects.
func tellingOf(t *testing.T, leads bool, objs ...client.Object) *prometheus.Registry {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	reader := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objs...).Build()
	registry.MustRegister(&objects{reader: reader, leads: func() bool { return leads }})
	return registry
}

// page is what a registry holds: a line for each series, in order.
func page(t *testing.T, registry prometheus.Gatherer) []string {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, family := range families {
		for _, one := range family.GetMetric() {
			var labels []string
			for _, label := range one.GetLabel() {
				labels = append(labels, label.GetName()+"="+label.GetValue())
			}
			value := one.GetGauge().GetValue() + one.GetCounter().GetValue() + one.GetHistogram().GetSampleSum()
			out = append(out, fmt.Sprintf("%s{%s} %v", family.GetName(), strings.Join(labels, ","), value))
		}
	}
	return out
}

func mustTell(t *testing.T, registry prometheus.Gatherer, want ...string) {
	t.Helper()
	if got := page(t, registry); !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func condition(kind string, status metav1.ConditionStatus, reason string) metav1.Condition {
	return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: "words", LastTransitionTime: metav1.Unix(1, 0), ObservedGeneration: 1}
}

var long = metav1.Unix(1700000000, 0)

// troubled is an ImageShare with something of everything.
func troubled() *v1alpha1.ImageShare {
	return &v1alpha1.ImageShare{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "golden", DeletionTimestamp: &long, Finalizers: []string{v1alpha1.Finalizer}},
		Spec:       v1alpha1.ImageShareSpec{SharerRef: v1alpha1.SharerReference{Name: "default"}},
		Status: v1alpha1.ImageShareStatus{
			Conditions: []metav1.Condition{
				condition("Ready", "False", "PlanHeld"), condition("Stalled", "True", "PlanHeld"), condition("PlanHeld", "True", "BeforeTakeover"),
				condition("AccountsShared", "False", "PlanHeld"), condition("KeysUnhealthy", "False", "KeysUnhealthy"),
			},
			Shared: "3/5",
			NotShared: []v1alpha1.ShareeStatus{
				{Sharee: "1", State: v1alpha1.ShareeFailed}, {Sharee: "2", State: v1alpha1.ShareeFailed}, {Sharee: "3", State: v1alpha1.ShareeHeld},
			},
			HeldPlan: v1alpha1.HeldPlan{Hash: "h", Since: long, Changes: []v1alpha1.HeldChange{
				{Action: v1alpha1.HeldRevoke, Sharee: "3", Reason: "BeforeTakeover"}, {Action: v1alpha1.HeldRevoke, Sharee: "4", Reason: "BeforeTakeover"},
				{Action: v1alpha1.HeldGrant, Sharee: "5", Reason: "TooManyGrants"},
			}},
		},
	}
}

// burdened is a SharerAccount with something of everything.
func burdened() *v1alpha1.SharerAccount {
	return &v1alpha1.SharerAccount{
		ObjectMeta: metav1.ObjectMeta{Name: "default", DeletionTimestamp: &long, Finalizers: []string{v1alpha1.Finalizer}},
		Status: v1alpha1.SharerAccountStatus{
			Conditions:  []metav1.Condition{condition("Ready", "Unknown", "Suspended"), condition("DeletionsHeld", "True", "DeletionsHeld")},
			ImageShares: new(int32(7)),
			Role: &v1alpha1.RoleStatus{
				Trusted: new(int32(2)), TrustPolicySize: new(int32(172)), TrustPolicyRefused: 4097,
				Keys: map[string]v1alpha1.KeyEntry{
					"r/1": {State: v1alpha1.KeyEnabled}, "r/2": {State: v1alpha1.KeyEnabled}, "r/3": {State: "Disabled"}, "r/4": {State: "a word of the vendor's"}, "r/5": {},
				},
			},
			HeldDeletions: v1alpha1.HeldDeletions{Hash: "h", Since: long, Until: long, Limit: 20, Count: 21},
		},
	}
}

func TestWhatIsToldOfAnImageShare(t *testing.T) {
	mustTell(t, tellingOf(t, true, troubled()),
		"imageshare_condition{name=golden,namespace=team,reason=BeforeTakeover,type=PlanHeld} 1",
		"imageshare_condition{name=golden,namespace=team,reason=PlanHeld,type=Stalled} 1",
		"imageshare_deleted_timestamp_seconds{name=golden,namespace=team} 1.7e+09",
		"imageshare_held_plan_changes{action=Grant,name=golden,namespace=team,reason=TooManyGrants} 1",
		"imageshare_held_plan_changes{action=Revoke,name=golden,namespace=team,reason=BeforeTakeover} 2",
		"imageshare_held_plan_since_timestamp_seconds{name=golden,namespace=team} 1.7e+09",
		"imageshare_ready{name=golden,namespace=team,reason=PlanHeld,sharer=default,status=False} 1",
		"imageshare_sharees{name=golden,namespace=team,state=Failed} 2",
		"imageshare_sharees{name=golden,namespace=team,state=Held} 1",
		"imageshare_sharees{name=golden,namespace=team,state=Shared} 3",
	)
}

func TestWhatIsToldOfASharerAccount(t *testing.T) {
	mustTell(t, tellingOf(t, true, burdened()),
		"imageshare_sharer_condition{reason=DeletionsHeld,sharer=default,type=DeletionsHeld} 1",
		"imageshare_sharer_deleted_timestamp_seconds{sharer=default} 1.7e+09",
		"imageshare_sharer_held_deletions{sharer=default} 21",
		"imageshare_sharer_held_deletions_until_timestamp_seconds{sharer=default} 1.7e+09",
		"imageshare_sharer_image_shares{sharer=default} 7",
		"imageshare_sharer_keys{sharer=default,state=Disabled} 1",
		"imageshare_sharer_keys{sharer=default,state=Enabled} 2",
		"imageshare_sharer_keys{sharer=default,state=Other} 1",
		"imageshare_sharer_ready{reason=Suspended,sharer=default,status=Unknown} 1",
		"imageshare_sharer_trust_policy_characters{sharer=default} 172",
		"imageshare_sharer_trust_policy_limit_characters{basis=Refused,sharer=default} 4097",
		"imageshare_sharer_trusted_sharees{sharer=default} 2",
	)
}

func TestAFreshObjectIsToldOf(t *testing.T) {
	fresh := &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "new"}}
	fresh.Spec.SharerRef.Name = "spare"
	fresh.Status.Conditions = []metav1.Condition{condition("Ready", "Unknown", "Pending")}
	sharer := &v1alpha1.SharerAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	sharer.Status.Role = &v1alpha1.RoleStatus{TrustPolicySize: new(int32(136))}
	mustTell(t, tellingOf(t, true, fresh, sharer),
		"imageshare_ready{name=new,namespace=team,reason=Pending,sharer=spare,status=Unknown} 1",
		"imageshare_sharees{name=new,namespace=team,state=Shared} 0",
		"imageshare_sharer_trust_policy_characters{sharer=default} 136",
		"imageshare_sharer_trust_policy_limit_characters{basis=Assumed,sharer=default} 2048",
	)
}

// The smallest limit that is known of RAM's documents, and that is not disproved.
func TestTheLimitThatIsAssumed(t *testing.T) {
	for size, want := range map[int32]float64{0: 2048, 2048: 2048, 2049: 4096, 4097: 6144, 7000: 6144} {
		if got := assumed(size); got != want {
			t.Errorf("of %d characters the limit is taken for %v, want %v", size, got, want)
		}
	}
}

func TestOnlyTheLeaderTellsOfObjects(t *testing.T) {
	mustTell(t, tellingOf(t, false, troubled(), burdened()))
}

// Every name and help text is as Prometheus wants them.
func TestNamesAreAsPrometheusWantsThem(t *testing.T) {
	registry := tellingOf(t, true, troubled(), burdened())
	calls, looks := newCalls(), newLooks()
	calls.Called("ecs", "DescribeImages", time.Second, &cloud.Error{Code: "Throttling"})
	looks.Expect([]string{"Done"}, []string{"Reverted"})
	followed := newEdits(time.Now, func() bool { return true })
	followed.converged.WithLabelValues(kindShare)
	for _, c := range append(append(calls.collectors(), looks.collectors()...), followed.converged) {
		registry.MustRegister(c)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	if told := len(shareMetrics) + len(sharerMetrics); len(families) != told+7 {
		t.Errorf("%d metrics, of which %d of objects: some are not looked at here", len(families), told)
	}
}
