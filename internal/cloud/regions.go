// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	_ "embed"
	"slices"
	"strings"
)

// encryptedRegions are the regions, one a line, that the vendor's pages have
// named as those where encrypted images can be shared (Share a custom image,
// 2024, and a later snapshot of it). The newest page names none.
//
//go:embed encrypted-regions.txt
var encryptedRegions string

// NamedForEncryptedImages reports whether the vendor's pages name a region as
// one where encrypted images can be shared. It is advice for people: the cloud
// has the last word.
func NamedForEncryptedImages(region string) bool {
	return slices.Contains(strings.Fields(encryptedRegions), region)
}
