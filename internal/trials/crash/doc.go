// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package crash kills the operator at every point of its work.
//
// A scenario is acts: in each, people do something, and something is waited for. It is played once unharmed, to learn its
// boundaries: every call to the cloud, reads too, and every write to the API server, before and after its effect. Then it is played once for
// each boundary, with the operator's process killed there and started anew at once. Each time the scenario must come to its own end, as read
// from the simulated cloud and the API server, rest there, and the witness must have nothing to say.
//
// The tests try a few boundaries of every scenario; make crash tries all of them.
package crash
