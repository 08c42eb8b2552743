// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Observe reads the image for a group of ImageShares. An empty list where
// somebody is expected is looked at a second time, and doubted if it is still
// empty, unless the cloud is candid. Expected is whom an Active ImageShare declares and has in its ledger:
// granting them once more settles the doubt. What others hold may have been
// removed by hand, and nobody would put it back.
//
// Nobody is expected who has spoiled a batch: they may never have been on the
// image.
func Observe(ctx context.Context, cloud Cloud, group []share.Declaration, apart share.Apart) (share.Observed, error) {
	seen, err := cloud.Permissions(ctx)
	if err != nil {
		return share.Observed{}, err
	}
	if cloud.Candid() || !seen.Empty() || !ExpectsAnybody(group, apart) {
		return share.Observed{Known: true, Candid: cloud.Candid(), Sharees: seen}, nil
	}
	seen, err = cloud.Permissions(ctx)
	if err != nil {
		return share.Observed{}, err
	}
	return share.Observed{Known: true, Sharees: seen, Doubtful: seen.Empty()}, nil
}

// ExpectsAnybody reports whether somebody is expected on the image.
func ExpectsAnybody(group []share.Declaration, apart share.Apart) bool {
	unsure := apart.Suspects.With(apart.Culprits)
	for _, d := range group {
		if !d.Ledger.Sharees().Filter(d.Grants).Without(unsure).Empty() {
			return true
		}
	}
	return false
}
