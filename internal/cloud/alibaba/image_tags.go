// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// imageResource is what an image is called where resources of all kinds are
// tagged (TagResources, ResourceType).
const imageResource = "image"

// TagImage sets tags of an image, and leaves its others alone. Nothing is sent
// when there is nothing to set.
func (s *session) TagImage(ctx context.Context, ref cloud.ImageRef, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	if err := checkImageTags(len(tags)); err != nil {
		return err
	}
	at, err := s.ecsEndpoint(ctx, ref.Region)
	if err != nil {
		return err
	}
	list := make([]ecs.TagResourcesTag, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, ecs.TagResourcesTag{Key: key, Value: tags[key]})
	}
	request, response := ecs.CreateTagResourcesRequest(), ecs.CreateTagResourcesResponse()
	request.ResourceType, request.ResourceId, request.Tag = imageResource, &[]string{ref.ID}, &list
	_, err = s.do(ctx, at, request, response)
	return err
}

// UntagImage takes tags off an image. An empty list is never sent: together
// with All it would stand for every tag (UntagResources, All).
func (s *session) UntagImage(ctx context.Context, ref cloud.ImageRef, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	list := slices.Compact(slices.Sorted(slices.Values(keys)))
	if err := checkImageTags(len(list)); err != nil {
		return err
	}
	at, err := s.ecsEndpoint(ctx, ref.Region)
	if err != nil {
		return err
	}
	request, response := ecs.CreateUntagResourcesRequest(), ecs.CreateUntagResourcesResponse()
	request.ResourceType, request.ResourceId, request.TagKey = imageResource, &[]string{ref.ID}, &list
	_, err = s.do(ctx, at, request, response)
	return err
}

// checkImageTags refuses a change of more tags than a call may name.
func checkImageTags(count int) error {
	if count <= cloud.TagsPerImage {
		return nil
	}
	return &cloud.Error{
		Kind: cloud.Invalid, Subject: cloud.AboutImage,
		Message: fmt.Sprintf("at most %d tags of an image are changed at a time, not %d", cloud.TagsPerImage, count),
	}
}

// imageTags are the tags in an image's row. A row without any may come without
// the field.
func imageTags(row []ecs.Tag) map[string]string {
	tags := make(map[string]string, len(row))
	for _, tag := range row {
		tags[tag.TagKey] = tag.TagValue
	}
	return tags
}
