// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import "context"

// ShareeQuotaName is what Quota Center calls the quota of accounts that an image
// can be shared with (Share a custom image, limits).
const ShareeQuotaName = "Quota of users that can be shared per custom image"

// Quotas reads what Quota Center says of the account. It says so of every
// region by itself.
type Quotas interface {
	// ShareeQuota is with how many accounts an image of the region can be
	// shared. NotFound means that Quota Center lists no such quota, and Denied
	// that it may not be read: either may be, and then the account has
	// [DefaultShareeQuota] for all that is known.
	ShareeQuota(ctx context.Context, region string) (int, error)
}
