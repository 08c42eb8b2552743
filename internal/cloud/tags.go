// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import "context"

// TagsPerImage is how many tags an image may have, and one call may name
// (TagResources, Tag.N; ECS, tag limits).
const TagsPerImage = 20

// ImageTags changes the tags of images. They are read with the image, see
// [Image.Tags]. The vendor has no write on condition: who sets a tag that
// somebody else may set too reads again to know whose it is.
type ImageTags interface {
	// TagImage sets tags of an image, and leaves its others alone. One that
	// would have more than [TagsPerImage] is Quota.
	TagImage(ctx context.Context, ref ImageRef, tags map[string]string) error
	// UntagImage takes tags off an image, whatever their values. One that is
	// not there is no error.
	UntagImage(ctx context.Context, ref ImageRef, keys []string) error
}
