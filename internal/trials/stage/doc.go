// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package stage is what the trials play on: a real Kubernetes API server, the
// simulated cloud over the wire, and the operator as the program that ships, in
// processes that can be killed. Between them stand a door to the cloud and a
// proxy to the API server, where each call can be seen, counted, cut off, and
// answered with what was true a while ago.
//
// It judges nothing, and it must never make the operator's life easier than it
// is: what it passes on, it passes on unchanged. Package witness judges.
package stage
