// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/converge"
)

// holderOf is who holds an image, as the tag on it says and as far as a status
// can hold it: a name that were longer in here than there would be another one at
// every look.
func holderOf(image cloud.Image) string { return clipTo(image.Tags[converge.TagOwner], maxHolder) }
