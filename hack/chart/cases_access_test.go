// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

// networkValues are about who speaks to whom.
var networkValues = []valueCase{
	{set: "networkPolicy: {enabled: false}", object: network, was: "there", is: none},
	{
		set: "networkPolicy: {egressPorts: [8443]}", object: network, path: "spec.egress.1",
		was: "{ports: [{port: 443, protocol: TCP}, {port: 6443, protocol: TCP}]}", is: "{ports: [{port: 8443, protocol: TCP}]}",
	},
	{set: "networkPolicy: {egressPorts: []}", object: network, path: "spec.egress.1.ports.0.port", was: "443", is: none},
	{
		set: "networkPolicy: {instanceMetadata: true}", object: network, path: "spec.egress.2",
		was: none, is: "{to: [{ipBlock: {cidr: 100.100.100.200/32}}], ports: [{port: 80, protocol: TCP}]}",
	},
	{
		set:    "networkPolicy: {extraEgress: [{to: [{ipBlock: {cidr: 192.0.2.1/32}}], ports: [{port: 3128}]}]}",
		object: network, path: "spec.egress.2", was: none, is: "{to: [{ipBlock: {cidr: 192.0.2.1/32}}], ports: [{port: 3128}]}",
	},
	{
		set:    "networkPolicy: {metricsFrom: [{namespaceSelector: {matchLabels: {a: b}}}]}",
		object: network, path: "spec.ingress.0.from", was: none, is: "[{namespaceSelector: {matchLabels: {a: b}}}]",
	},
	{set: "metrics: {enabled: false}", object: network, path: "spec.ingress", was: "[{ports: [{port: 8443, protocol: TCP}]}]", is: none},
	{set: "metrics: {enabled: false}", object: service, was: "there", is: none},
	{set: "metrics: {port: 9090}", object: service, path: "spec.ports.0.port", was: "8443", is: "9090"},
	{set: "metrics: {service: {enabled: false}}", object: service, was: "there", is: none},
	{set: "metrics: {service: {labels: {a: b}}}", object: service, path: "metadata.labels.a", was: none, is: "b"},
	{set: "metrics: {service: {annotations: {a: b}}}", object: service, path: "metadata.annotations", was: none, is: "{a: b}"},
}

// accessValues are about who may what.
var accessValues = []valueCase{
	{set: "serviceAccount: {create: false}", object: serviceAccount, was: "there", is: none},
	{set: "serviceAccount: {name: mine}", object: "ServiceAccount/mine", was: none, is: "there"},
	{set: "serviceAccount: {name: mine}", object: deployment, path: pod + ".serviceAccountName", was: "imageshare-controller-manager", is: "mine"},
	{
		set: "serviceAccount: {name: mine}", object: "ClusterRoleBinding/imageshare-manager-rolebinding", path: "subjects",
		was: "[{kind: ServiceAccount, name: imageshare-controller-manager, namespace: imageshare-system}]",
		is:  "[{kind: ServiceAccount, name: mine, namespace: imageshare-system}]",
	},
	{set: "serviceAccount: {labels: {a: b}}", object: serviceAccount, path: "metadata.labels.a", was: none, is: "b"},
	{set: "serviceAccount: {annotations: {a: b}}", object: serviceAccount, path: "metadata.annotations", was: none, is: "{a: b}"},
	{set: "rbac: {create: false}", object: "ClusterRole/imageshare-manager-role", was: "there", is: none},
	{set: "rbac: {create: false}", object: "RoleBinding/imageshare-leader-election-rolebinding", was: "there", is: none},
	{with: "rbac: {create: false}", set: "rbac: {roles: false}", object: "ClusterRole/imageshare-editor-role", was: "there", is: none},
	{set: "metrics: {enabled: false}", object: "ClusterRole/imageshare-metrics-reader", was: "there", is: none},
	{set: "metrics: {secure: false}", object: "ClusterRoleBinding/imageshare-metrics-auth-rolebinding", was: "there", is: none},
	{set: "rbac: {roles: false}", object: "ClusterRole/imageshare-shareraccount-viewer-role", was: "there", is: none},
	{set: "rbac: {aggregateTo: {viewer: []}}", object: "ClusterRole/imageshare-viewer-role", path: aggregate("view"), was: yes, is: none},
	{set: "rbac: {aggregateTo: {viewer: [admin]}}", object: "ClusterRole/imageshare-viewer-role", path: aggregate("admin"), was: none, is: yes},
	{set: "rbac: {aggregateTo: {editor: [edit]}}", object: "ClusterRole/imageshare-editor-role", path: aggregate("edit"), was: none, is: yes},
	{set: "rbac: {aggregateTo: {approver: [admin]}}", object: "ClusterRole/imageshare-approver-role", path: aggregate("admin"), was: none, is: yes},
	{set: "rbac: {aggregateTo: {admin: [admin]}}", object: "ClusterRole/imageshare-admin-role", path: aggregate("admin"), was: none, is: yes},
	{set: "rbac: {aggregateTo: {admin: [admin]}}", object: "ClusterRole/imageshare-shareraccount-admin-role", path: aggregate("admin"), was: none, is: none},
}

const yes = `"true"`

func aggregate(role string) string {
	return "metadata.labels[rbac.authorization.k8s.io/aggregate-to-" + role + "]"
}

// kindValues are about the kinds, what is refused of them, and the account.
var kindValues = []valueCase{
	{set: "crds: {enabled: false}", object: "CustomResourceDefinition/imageshares." + group, was: "there", is: none},
	{set: "crds: {enabled: false}", object: "CustomResourceDefinition/shareraccounts." + group, was: "there", is: none},
	{set: "admissionPolicies: {rules: false}", object: "ValidatingAdmissionPolicy/imageshare-rules", was: "there", is: none},
	{set: "admissionPolicies: {rules: false}", object: "ValidatingAdmissionPolicy/imageshare-approvals", was: "there", is: "there"},
	{set: "admissionPolicies: {approvals: false}", object: "ValidatingAdmissionPolicy/imageshare-approvals", was: "there", is: none},
	{set: "admissionPolicies: {approvals: false}", object: "ValidatingAdmissionPolicyBinding/imageshare-approvals", was: "there", is: none},
	{with: account, set: "sharerAccount: {create: true}", object: sharer, was: none, is: "there"},
	{with: account, set: "sharerAccount: {create: true}", object: deployment, was: "there", is: "there"},
	{with: account, set: "sharerAccount: {create: true, name: second}", object: "SharerAccount/second", was: none, is: "there"},
	{
		with: accountMade, set: "sharerAccount: {spec: {suspend: true}}", object: sharer, path: "spec", was: "{" + accountSpec + "}",
		is: "{" + accountSpec + ", suspend: true}",
	},
}

// accountSpec is one that the API server accepts.
const accountSpec = "accountID: '1000000000000001', credentials: {secretRef: {name: alibaba-cloud-credentials}}, rules: [{namespaces: {names: [platform]}}]"

const (
	account     = "sharerAccount: {spec: {" + accountSpec + "}}"
	accountMade = "sharerAccount: {create: true, spec: {" + accountSpec + "}}"
)
