// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestAShareByHandThatMakesNoSenseLeavesNoTrace(t *testing.T) {
	for _, c := range []struct {
		name, image string
		add         []string
	}{
		{"an unknown account", image, []string{"1999999999999999"}},
		{"no account at all", image, []string{"nonsense"}},
		{"a good account before an unknown one", image, []string{sharee(1), "1999999999999999"}},
		{"the owner", image, []string{owner}},
		{"an image without an owner", "ubuntu.vhd", []string{sharee(1)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := rawWorld(t)
			saved := 0
			var state []byte
			must(t, w.Persist(func(b []byte) error { state = b; saved++; return nil }))
			if err := w.ShareByHand(region, c.image, c.add, nil); err == nil {
				t.Error("no error")
			}
			equal(t, "sharees", w.Sharees(region, c.image), nil)
			if saved != 1 {
				t.Errorf("saved %d times", saved)
			}
			if _, err := simcloud.Load(state, atNoon); err != nil {
				t.Errorf("the world does not start again: %v", err)
			}
		})
	}
}
