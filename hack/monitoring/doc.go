// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package monitoring judges what ships for Prometheus and Grafana with
// Prometheus itself: it loads the alerts and evaluates them, reads a page that
// the operator has served, and holds every expression, and the documentation,
// against it.
//
// It is a module of its own, since nothing else here needs Prometheus.
package monitoring
