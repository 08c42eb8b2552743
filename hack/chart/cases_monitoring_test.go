// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

const (
	watch     = "ServiceMonitor/imageshare-operator"
	alerts    = "PrometheusRule/imageshare-operator"
	dashboard = "ConfigMap/imageshare-dashboard"
	reader    = "ClusterRoleBinding/imageshare-metrics-reader"
	finder    = "RoleBinding/imageshare-metrics-discovery"

	endpoint = "spec.endpoints.0"
	runbook  = "spec.groups.0.rules.0.annotations.runbook_url"
)

// watched is the chart with all that is for Prometheus and Grafana, as
// config/monitoring has it.
const watched = `
metrics:
  serviceMonitor: {enabled: true}
  prometheusRule: {enabled: true}
  dashboard: {enabled: true}
  readers: [{kind: ServiceAccount, name: prometheus-k8s, namespace: monitoring}]
`

// monitoringValues are about who watches the operator.
var monitoringValues = []valueCase{
	{set: "metrics: {serviceMonitor: {enabled: true}}", object: watch, was: none, is: "there"},
	{with: watched, set: "metrics: {serviceMonitor: {labels: {release: prometheus}}}", object: watch, path: "metadata.labels.release", was: none, is: "prometheus"},
	{with: watched, set: "metrics: {serviceMonitor: {interval: 1m30s}}", object: watch, path: endpoint + ".interval", was: none, is: "1m30s"},
	{with: watched, set: "metrics: {serviceMonitor: {scrapeTimeout: 5s}}", object: watch, path: endpoint + ".scrapeTimeout", was: none, is: "5s"},
	{
		with: watched, set: "metrics: {certificateSecret: cert, serviceMonitor: {tlsConfig: {serverName: metrics.example.com, ca: {secret: {name: cert, key: ca.crt}}}}}",
		object: watch, path: endpoint + ".tlsConfig", was: "{insecureSkipVerify: true}", is: "{serverName: metrics.example.com, ca: {secret: {name: cert, key: ca.crt}}}",
	},
	{
		with: watched, set: "metrics: {secure: false}", object: watch, path: endpoint,
		was: "{port: metrics, scheme: https, honorLabels: true, tlsConfig: {insecureSkipVerify: true}, bearerTokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}",
		is:  "{port: metrics, scheme: http, honorLabels: true}",
	},
	{set: "metrics: {prometheusRule: {enabled: true}}", object: alerts, was: none, is: "there"},
	{with: watched, set: "metrics: {prometheusRule: {labels: {role: alerts}}}", object: alerts, path: "metadata.labels.role", was: none, is: "alerts"},
	{
		with: watched, set: "metrics: {prometheusRule: {runbookBaseURL: 'https://git.example.com/imageshare-operator/'}}", object: alerts, path: runbook,
		was: `"docs/runbooks.md#imagesharestalled"`, is: `"https://git.example.com/imageshare-operator/docs/runbooks.md#imagesharestalled"`,
	},
	{set: "metrics: {dashboard: {enabled: true}}", object: dashboard, was: none, is: "there"},
	{with: watched, set: "metrics: {dashboard: {labels: {team: infra}}}", object: dashboard, path: "metadata.labels.team", was: none, is: "infra"},
	{with: watched, set: "metrics: {dashboard: {labels: {grafana_dashboard: 'yes'}}}", object: dashboard, path: "metadata.labels.grafana_dashboard", was: `"1"`, is: `"yes"`},
	{with: watched, set: "metrics: {dashboard: {annotations: {grafana_folder: Sharing}}}", object: dashboard, path: "metadata.annotations", was: none, is: "{grafana_folder: Sharing}"},
	{set: "metrics: {readers: [{kind: Group, name: people}]}", object: reader, path: "", was: none, is: "there"},
	{
		with: watched, set: "metrics: {readers: [{kind: User, name: prometheus}]}", object: reader, path: "subjects",
		was: "[{kind: ServiceAccount, name: prometheus-k8s, namespace: monitoring}]", is: "[{kind: User, name: prometheus}]",
	},
	{with: watched, set: "rbac: {create: false}", object: reader, was: "there", is: none},
	{with: "metrics: {readers: [{kind: User, name: prometheus}]}", set: "metrics: {serviceMonitor: {enabled: true}}", object: finder, was: none, is: "there"},
	{
		with: watched, set: "metrics: {readers: [{kind: User, name: prometheus}]}", object: finder, path: "subjects",
		was: "[{kind: ServiceAccount, name: prometheus-k8s, namespace: monitoring}]", is: "[{kind: User, name: prometheus}]",
	},
	{with: watched, set: "rbac: {create: false}", object: finder, was: "there", is: none},
}
