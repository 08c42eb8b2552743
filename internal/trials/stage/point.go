// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"
	"strings"
)

// The two sides that the operator calls.
const (
	SideCloud   = "cloud"
	SideCluster = "cluster"
)

// Point is a moment in the operator's work at which something can happen to it:
// just before a call is passed on, or just after its effect and before its
// answer.
type Point struct {
	// Side is whom the operator calls.
	Side string
	// Call is the cloud's action, or the verb and the resource of the API server,
	// such as "PATCH imageshares/status".
	Call string
	// Nth counts the calls of this name, from 1.
	Nth int
	// After says that the call has had its effect.
	After bool
}

// String says it in words.
func (p Point) String() string {
	when := "before"
	if p.After {
		when = "after"
	}
	return fmt.Sprintf("%s %s #%d (%s)", when, p.Call, p.Nth, p.Side)
}

// Writes reports whether the call changes something. Of those to the API server
// only writes are points.
func (p Point) Writes() bool {
	if p.Side == SideCluster {
		return true
	}
	for _, reading := range []string{"Describe", "List", "Get", "Check", "AssumeRole"} {
		if strings.HasPrefix(p.Call, reading) {
			return false
		}
	}
	return true
}

// Gate is asked at each point, and may take its time. It answers false to cut
// the connection: the caller is told nothing, and a call that was not passed on
// yet never is.
type Gate func(Point) bool
