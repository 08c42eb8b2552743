// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// scenarios are all that there are.
func scenarios() []scenario {
	return []scenario{
		firstShare(), change(), encrypted(), directory(), keyChange(), deletion(), massDeletion(), rotation(), takeover(), lateGrant(),
	}
}

// firstShare is an image that is shared for the first time, with more accounts
// than a call takes.
func firstShare() scenario {
	twelve := stage.Sharees(1, 12)
	return scenario{name: "share", acts: []act{{
		name:  "the image is shared with twelve accounts",
		do:    func(p *play) { p.shares("golden", stage.Plain, twelve...) },
		until: all(has(stage.Plain, twelve...), booked("golden", twelve...)),
	}}}
}

// change is a change of sharees, of two ImageShares of one image: some come, some
// go, some stay since the other declares them.
func change() scenario {
	return scenario{name: "change", acts: []act{{
		name: "the image is shared on account of two ImageShares",
		do: func(p *play) {
			p.shares("golden", stage.Plain, stage.Sharees(1, 6)...)
			p.shares("other", stage.Plain, stage.Sharees(5, 8)...)
		},
		until: all(has(stage.Plain, stage.Sharees(1, 8)...),
			booked("golden", stage.Sharees(1, 6)...), booked("other", stage.Sharees(5, 8)...)),
	}, {
		name: "whom nobody declares any more is off the image, and who is new is on it",
		do: func(p *play) {
			p.declare("golden", stage.Sharees(3, 4)...)
			p.declare("other", stage.Sharees(4, 10)...)
		},
		until: all(has(stage.Plain, stage.Sharees(3, 10)...),
			booked("golden", stage.Sharees(3, 4)...), booked("other", stage.Sharees(4, 10)...)),
	}}}
}
