// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// Directories reads the resource directory that the account is in. Members may
// not be allowed to: then the answer is Denied, or NotFound as if there were no
// directory. Directories belong to no region.
type Directories interface {
	// Directory reads the ID of the account's resource directory (rd-…).
	Directory(ctx context.Context) (string, error)
	// Folder reads the path of a folder, rd-…/r-…/fd-….
	Folder(ctx context.Context, id string) (share.Principal, error)
	// Member reads the path of the folder that an account of the directory is
	// in. An account that is not in it is NotFound.
	Member(ctx context.Context, account share.AccountID) (share.Principal, error)
}
