// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

const someLabels = "{app.kubernetes.io/name: imageshare-operator, control-plane: controller-manager}"

// podValues are about the Pods: where they run, with how much, beside whom.
var podValues = []valueCase{
	{
		set: "resources: {limits: {memory: 2Gi}}", object: deployment, path: manager + ".resources",
		was: "{requests: {cpu: 10m, memory: 64Mi}, limits: {memory: 1Gi}}", is: "{requests: {cpu: 10m, memory: 64Mi}, limits: {memory: 2Gi}}",
	},
	{set: "nodeSelector: {kubernetes.io/arch: arm64}", object: deployment, path: pod + ".nodeSelector", was: none, is: "{kubernetes.io/arch: arm64}"},
	{
		set: "tolerations: [{key: infra, operator: Exists, effect: NoSchedule}]", object: deployment, path: pod + ".tolerations",
		was: none, is: "[{key: infra, operator: Exists, effect: NoSchedule}]",
	},
	{
		set:    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Exists}]}]}}}",
		object: deployment, path: pod + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
		was: none, is: "[{matchExpressions: [{key: a, operator: Exists}]}]",
	},
	{set: "priorityClassName: system-cluster-critical", object: deployment, path: pod + ".priorityClassName", was: none, is: "system-cluster-critical"},
	{
		set:    "topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]",
		object: deployment, path: pod + ".topologySpreadConstraints",
		was: "[{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: " + someLabels + "}}," +
			" {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: " + someLabels + "}}]",
		is: "[{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: " + someLabels + "}}]",
	},
	{
		set:    "topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {a: b}}}]",
		object: deployment, path: pod + ".topologySpreadConstraints.0.labelSelector.matchLabels.a", was: none, is: "b",
	},
	{
		set: "podLabels: {team: infra}", object: deployment, path: "spec.template.metadata.labels",
		was: someLabels, is: "{app.kubernetes.io/name: imageshare-operator, control-plane: controller-manager, team: infra}",
	},
	// The Pods are found by these labels, so they stay as they are.
	{
		set: "podLabels: {team: infra, control-plane: mine}", object: deployment, path: "spec.template.metadata.labels",
		was: someLabels, is: "{app.kubernetes.io/name: imageshare-operator, control-plane: controller-manager, team: infra}",
	},
	{
		set: "podAnnotations: {example.com/a: b}", object: deployment, path: "spec.template.metadata.annotations",
		was: "{kubectl.kubernetes.io/default-container: manager}", is: "{kubectl.kubernetes.io/default-container: manager, example.com/a: b}",
	},
	{set: "commonLabels: {team: infra}", object: deployment, path: "spec.template.metadata.labels.team", was: none, is: "infra"},
	{set: "commonLabels: {team: infra}", object: "ClusterRole/imageshare-manager-role", path: "metadata.labels.team", was: none, is: "infra"},
	{set: "commonLabels: {team: infra}", object: "CustomResourceDefinition/imageshares." + group, path: "metadata.labels.team", was: none, is: "infra"},
	{set: "commonAnnotations: {a.b/c: d}", object: deployment, path: "spec.template.metadata.annotations[a.b/c]", was: none, is: "d"},
	{set: "commonAnnotations: {a.b/c: d}", object: network, path: "metadata.annotations[a.b/c]", was: none, is: "d"},
	{set: "podDisruptionBudget: {enabled: false}", object: budget, was: "there", is: none},
	{set: "podDisruptionBudget: {maxUnavailable: 50%}", object: budget, path: "spec.maxUnavailable", was: "1", is: "50%"},
	{set: "podIdentity: {roleName: imageshare}", object: serviceAccount, path: "metadata.annotations[pod-identity.alibabacloud.com/role-name]", was: none, is: "imageshare"},
	{
		set: "podIdentity: {roleName: imageshare}", object: deployment, path: "spec.template.metadata.labels[pod-identity.alibabacloud.com/injection]",
		was: none, is: `"on"`,
	},
}
