// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"fmt"
	"strconv"
	"strings"
)

// boundary is a point of a scenario that is found again in another play of it:
// just before or after a call, counted by name since its act began.
type boundary struct {
	// act counts from 1.
	act   int
	call  string
	nth   int
	after bool
}

// String is the boundary as POINT has it, such as "2 after UpdateRole 1".
func (b boundary) String() string {
	when := "before"
	if b.after {
		when = "after"
	}
	return fmt.Sprintf("%d %s %s %d", b.act, when, b.call, b.nth)
}

// parseBoundary reads what String has written.
func parseBoundary(text string) (boundary, error) {
	words := strings.Fields(text)
	if len(words) < 4 || words[1] != "before" && words[1] != "after" {
		return boundary{}, fmt.Errorf("a point is written as in \"2 after UpdateRole 1\", not %q", text)
	}
	last := len(words) - 1
	act, err := strconv.Atoi(words[0])
	if err != nil {
		return boundary{}, fmt.Errorf("the act in %q: %w", text, err)
	}
	nth, err := strconv.Atoi(words[last])
	if err != nil {
		return boundary{}, fmt.Errorf("the number of the call in %q: %w", text, err)
	}
	return boundary{act: act, call: strings.Join(words[2:last], " "), nth: nth, after: words[1] == "after"}, nil
}
