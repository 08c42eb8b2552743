// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "testing"

func TestWildcards(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"ecs:DescribeImages", "ecs:DescribeImages", true},
		{"ecs:DescribeImages", "ecs:DescribeImage", false},
		{"*", "", true},
		{"*", "anything", true},
		{"ecs:*", "ecs:X", true},
		{"ecs:*", "ec", false},
		{"*:image/*", "acs:ecs:r:a:image/m-1", true},
		{"acs:ecs:*:1:image/*", "acs:ecs:cn:2:image/m", false},
		{"acs:ecs:*:*:image/m-1", "acs:ecs:cn:2:image/m-1", true},
		{"acs:ecs:*:*:image/m-1", "acs:ecs:cn:2:image/m-12", false},
		{"a*b*a", "aba", true},
		{"a*a", "a", false},
		{"a*bb*c", "abc", false},
	} {
		if got := wildcard(c.pattern, c.text, equal); got != c.want {
			t.Errorf("%q on %q: got %v", c.pattern, c.text, got)
		}
	}
}
