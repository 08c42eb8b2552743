// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// everyState asks DescribeImages for images in whatever state: it looks only
// at Available ones unless told otherwise (DescribeImages, Status).
var everyState = strings.Join([]string{
	string(cloud.ImageCreating), string(cloud.ImageWaiting), string(cloud.ImageAvailable),
	string(cloud.ImageUnavailable), string(cloud.ImageCreateFailed), string(cloud.ImageDeprecated),
}, ",")

// session speaks for one target.
type session struct {
	cloud  *Cloud
	target cloud.Target
}

var _ cloud.Session = (*session)(nil)

// Format keeps the credentials out of whatever a session is printed into.
func (*session) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte("(session)")) }

// account is the key that the account's budget and regions are kept under.
// The vendor counts calls per account, and access keys come and go, so the
// SharerAccount's name is the better one.
func (s *session) account() string {
	if s.target.Name != "" {
		return "name " + s.target.Name
	}
	return "key " + s.target.Credentials.AccessKeyID + s.target.Pod.RoleARN + s.target.Instance.Name + s.target.Assume.RoleARN
}

// Identity tells whom the credentials belong to.
func (s *session) Identity(ctx context.Context) (cloud.Identity, error) {
	at, err := s.stsEndpoint()
	if err != nil {
		return cloud.Identity{}, err
	}
	request, response := sts.CreateGetCallerIdentityRequest(), sts.CreateGetCallerIdentityResponse()
	if _, err := s.do(ctx, at, request, response); err != nil {
		return cloud.Identity{}, err
	}
	if !plausibleAccount(response.AccountId) {
		return cloud.Identity{}, incomplete(request.GetActionName())
	}
	return cloud.Identity{AccountID: share.AccountID(response.AccountId), ARN: response.Arn}, nil
}

// Image looks at one image, in whatever state it is.
func (s *session) Image(ctx context.Context, ref cloud.ImageRef) (cloud.Image, error) {
	at, err := s.ecsEndpoint(ctx, ref.Region)
	if err != nil {
		return cloud.Image{}, err
	}
	request, response := ecs.CreateDescribeImagesRequest(), ecs.CreateDescribeImagesResponse()
	request.ImageId = ref.ID
	request.Status = everyState
	request.PageSize = requests.NewInteger(pageSize)
	answer, err := s.do(ctx, at, request, response)
	if err != nil {
		return cloud.Image{}, err
	}
	for i, image := range response.Images.Image {
		if image.ImageId != ref.ID {
			continue
		}
		if out := describe(image); tellsOfDisks(answer.rows("Images", "Image"), i, out.Encrypted) {
			return out, nil
		}
		return cloud.Image{}, incomplete(request.GetActionName())
	}
	if response.TotalCount != 0 || len(response.Images.Image) != 0 || !answer.counts("TotalCount") || !answer.lists("Images", "Image") {
		return cloud.Image{}, incomplete(request.GetActionName())
	}
	return cloud.Image{}, &cloud.Error{
		Kind:    cloud.NotFound,
		Subject: cloud.AboutImage,
		Message: "these credentials see no such image in this region: check the image ID, the region and whose image it is",
	}
}

// describe is the vendor's image in our words.
func describe(image ecs.Image) cloud.Image {
	out := cloud.Image{
		Name:        image.ImageName,
		State:       cloud.ImageState(image.Status),
		OwnerAlias:  image.ImageOwnerAlias,
		Community:   image.IsPublic,
		ProductCode: image.ProductCode,
		Tags:        imageTags(image.Tags.Tag),
		Family:      image.ImageFamily,
	}
	if image.ImageOwnerId > 0 {
		out.Owner = share.AccountID(fmt.Sprintf("%016d", image.ImageOwnerId))
	}
	for _, disk := range image.DiskDeviceMappings.DiskDeviceMapping {
		out.Encrypted = out.Encrypted || disk.Encrypted
		if id := disk.SnapshotId; id != "" && !slices.Contains(out.Snapshots, id) {
			out.Snapshots = append(out.Snapshots, id)
		}
	}
	return out
}

// Grant adds accounts to the image's launch permissions.
func (s *session) Grant(ctx context.Context, ref cloud.ImageRef, accounts share.Accounts) error {
	return s.modify(ctx, ref, accounts, func(request *ecs.ModifyImageSharePermissionRequest, ids *[]string) {
		request.AddAccount = ids
	})
}

// Revoke removes accounts from the image's launch permissions.
func (s *session) Revoke(ctx context.Context, ref cloud.ImageRef, accounts share.Accounts) error {
	return s.modify(ctx, ref, accounts, func(request *ecs.ModifyImageSharePermissionRequest, ids *[]string) {
		request.RemoveAccount = ids
	})
}

// modify sends one change of launch permissions. The batch is checked here
// since the vendor ignores, in silence, what exceeds ten.
func (s *session) modify(ctx context.Context, ref cloud.ImageRef, accounts share.Accounts,
	fill func(*ecs.ModifyImageSharePermissionRequest, *[]string),
) error {
	if accounts.Empty() || accounts.Len() > cloud.BatchSize {
		return &cloud.Error{
			Kind:    cloud.Invalid,
			Message: fmt.Sprintf("a change of launch permissions names 1 to %d accounts, not %d", cloud.BatchSize, accounts.Len()),
		}
	}
	at, err := s.ecsEndpoint(ctx, ref.Region)
	if err != nil {
		return err
	}
	ids := accounts.Strings()
	request, response := ecs.CreateModifyImageSharePermissionRequest(), ecs.CreateModifyImageSharePermissionResponse()
	request.ImageId = ref.ID
	fill(request, &ids)
	_, err = s.do(ctx, at, request, response)
	return err
}
