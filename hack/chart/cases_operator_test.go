// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

const (
	deployment     = "Deployment/imageshare-controller-manager"
	serviceAccount = "ServiceAccount/imageshare-controller-manager"
	network        = "NetworkPolicy/imageshare-controller-manager"
	service        = "Service/imageshare-controller-manager-metrics"
	budget         = "PodDisruptionBudget/imageshare-controller-manager"
	sharer         = "SharerAccount/default"

	pod     = "spec.template.spec"
	manager = pod + ".containers.manager"
)

// The arguments that the operator always gets, around those for metrics.
const (
	firstArgs = "--leader-elect, --health-probe-bind-address=:8081"
	lastArgs  = ", --operator-namespace=$(POD_NAMESPACE)"
	ownArgs   = firstArgs + ", --metrics-bind-address=:8443" + lastArgs
)

// operatorValues are about the program: where it is and what it is told.
var operatorValues = []valueCase{
	{set: "namePrefix: sharing", object: "Deployment/sharing-controller-manager", was: none, is: "there"},
	{set: "namePrefix: sharing", object: "ClusterRole/sharing-editor-role", was: none, is: "there"},
	{set: "namePrefix: sharing", object: "ValidatingAdmissionPolicyBinding/imageshare-rules", was: "there", is: none},
	{
		set: "image: {repository: registry.example.com:5000/team/operator}", object: deployment, path: manager + ".image",
		was: "imageshare-operator:v0.1.0", is: "registry.example.com:5000/team/operator:v0.1.0",
	},
	{set: "image: {tag: v9}", object: deployment, path: manager + ".image", was: "imageshare-operator:v0.1.0", is: "imageshare-operator:v9"},
	{
		set:    "image: {digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}",
		object: deployment, path: manager + ".image", was: "imageshare-operator:v0.1.0",
		is: "imageshare-operator@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	},
	{set: "image: {pullPolicy: Always}", object: deployment, path: manager + ".imagePullPolicy", was: "IfNotPresent", is: "Always"},
	{set: "imagePullSecrets: [{name: pull}]", object: deployment, path: pod + ".imagePullSecrets", was: none, is: "[{name: pull}]"},
	{set: "replicas: 3", object: deployment, path: "spec.replicas", was: "2", is: "3"},
	{set: "replicas: 0", object: deployment, path: "spec.replicas", was: "2", is: "0"},
	argument("operator: {resyncInterval: 1m30s}", "--resync-interval=1m30s"),
	argument("operator: {maxConcurrentReconciles: 4}", "--max-concurrent-reconciles=4"),
	argument("operator: {ownerID: 'clone: \"a\"'}", "'--owner-id=clone: \"a\"'"),
	argument("operator: {logLevel: debug}", "--zap-log-level=debug"),
	argument("operator: {logLevel: 3}", "--zap-log-level=3"),
	argument("operator: {logFormat: console}", "--zap-encoder=console"),
	argument("operator: {extraArgs: [--zap-stacktrace-level=panic, --zap-time-encoding=rfc3339]}", "--zap-stacktrace-level=panic, --zap-time-encoding=rfc3339"),
	{
		set: "env: [{name: HTTPS_PROXY, value: 'http://proxy.example.com:3128'}]", object: deployment, path: manager + ".env.HTTPS_PROXY.value",
		was: none, is: "http://proxy.example.com:3128",
	},
	{
		set:    "env: [{name: ALIBABA_CLOUD_ACCESS_KEY_SECRET, valueFrom: {secretKeyRef: {name: key, key: secret}}}]",
		object: deployment, path: manager + ".env.ALIBABA_CLOUD_ACCESS_KEY_SECRET.valueFrom.secretKeyRef.name", was: none, is: "key",
	},
	{set: "metrics: {enabled: false}", object: deployment, path: manager + ".ports.metrics.containerPort", was: "8443", is: none},
	{set: "metrics: {enabled: false}", object: deployment, path: manager + ".args", was: "[" + ownArgs + "]", is: "[" + firstArgs + lastArgs + "]"},
	{
		set: "metrics: {port: 9090}", object: deployment, path: manager + ".args", was: "[" + ownArgs + "]",
		is: "[" + firstArgs + ", '--metrics-bind-address=:9090'" + lastArgs + "]",
	},
	{set: "metrics: {certificateSecret: cert}", object: deployment, path: pod + ".volumes", was: none, is: "[{name: metrics-certificate, secret: {secretName: cert}}]"},
	{
		set: "metrics: {certificateSecret: cert}", object: deployment, path: manager + ".volumeMounts",
		was: none, is: "[{name: metrics-certificate, mountPath: /tmp/k8s-metrics-server/serving-certs, readOnly: true}]",
	},
	{
		set: "metrics: {secure: false}", object: deployment, path: manager + ".args", was: "[" + ownArgs + "]",
		is: "[" + firstArgs + ", '--metrics-bind-address=:8443', '--metrics-secure=false'" + lastArgs + "]",
	},
}

// argument is a value that becomes arguments.
func argument(set, args string) valueCase {
	return valueCase{set: set, object: deployment, path: manager + ".args", was: "[" + ownArgs + "]", is: "[" + ownArgs + ", " + args + "]"}
}
