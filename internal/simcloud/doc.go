// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package simcloud is a small simulated Alibaba Cloud behind the vendor's real RPC wire protocol: accounts, sites, regions,
// images and their launch permissions, with the vendor's manners, error codes and misspellings. It exists so that the operator
// can be run, shown and tested without a cloud account.
//
// It is an independent second reading of the vendor's documents. It must therefore never import another package of this
// project nor a vendor SDK, and it must never be taken for proof of what the real cloud does: what the documents leave open is
// a named dialect, and whoever talks to it has to come out right under every setting.
//
// A request takes the road of the real gateway: read (request.go), route by version and action (table.go), authenticate
// (auth.go), authorize (ram.go), throttle (throttle.go), handle (one file for each group of actions), render (render.go). The
// world is an immutable value that each write replaces (world.go), which is what makes stale reads and concurrency simple.
package simcloud
