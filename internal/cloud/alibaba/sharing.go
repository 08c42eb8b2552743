// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"fmt"
	"slices"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcesharing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// imageType is how Resource Sharing calls a custom image (permissions for
// resource sharing).
const imageType = "Image"

// sharing makes one call to Resource Sharing.
func (s *session) sharing(ctx context.Context, region string, request requests.AcsRequest, response responses.AcsResponse) (answer, error) {
	at, err := s.sharingEndpoint(region)
	if err != nil {
		return answer{}, err
	}
	got, err := s.do(ctx, at, request, response)
	return got, ofSharing(err)
}

// setTag names a tag, which the SDK's requests do not know (CreateResourceShare
// and ListResourceShares, Tag.N). The SDK signs and sends what is put there.
func setTag(request *requests.RpcRequest, tag cloud.Tag) {
	if tag.Key == "" {
		return
	}
	request.QueryParams["Tag.1.Key"] = tag.Key
	if tag.Value != "" {
		request.QueryParams["Tag.1.Value"] = tag.Value
	}
}

// CreateResourceShare makes a resource share. No permission is named: then the
// vendor binds the one that is made for images.
func (s *session) CreateResourceShare(ctx context.Context, share cloud.NewResourceShare) (string, error) {
	targets, err := targetBatch(share.Targets, 0)
	if err != nil {
		return "", err
	}
	request, response := resourcesharing.CreateCreateResourceShareRequest(), resourcesharing.CreateCreateResourceShareResponse()
	request.ResourceShareName = share.Name
	request.AllowExternalTargets = requests.NewBoolean(false)
	request.Resources = &[]resourcesharing.CreateResourceShareResources{{ResourceId: share.Image.ID, ResourceType: imageType}}
	request.Targets = &targets
	setTag(request.RpcRequest, share.Tag)
	if _, err := s.sharing(ctx, share.Image.Region, request, response); err != nil {
		return "", err
	}
	if response.ResourceShare.ResourceShareId == "" {
		return "", incomplete(request.GetActionName())
	}
	return response.ResourceShare.ResourceShareId, nil
}

// Associate adds targets to a resource share.
func (s *session) Associate(ctx context.Context, region, share string, targets []string) error {
	batch, err := targetBatch(targets, 1)
	if err != nil {
		return err
	}
	request, response := resourcesharing.CreateAssociateResourceShareRequest(), resourcesharing.CreateAssociateResourceShareResponse()
	request.ResourceShareId, request.Targets = share, &batch
	_, err = s.sharing(ctx, region, request, response)
	return err
}

// Disassociate takes targets from a resource share. Where one of several is not
// there the vendor's page does not say what becomes of the others, so they are
// then asked for one by one.
func (s *session) Disassociate(ctx context.Context, region, share string, targets []string) error {
	batch, err := targetBatch(targets, 1)
	if err != nil {
		return err
	}
	err = s.disassociate(ctx, region, share, batch)
	if !hasCode(err, notOnShare) {
		return err
	}
	if len(batch) == 1 {
		return nil
	}
	for _, target := range batch {
		err := s.disassociate(ctx, region, share, []string{target})
		if err != nil && !hasCode(err, notOnShare) {
			return err
		}
	}
	return nil
}

// notOnShare is the code for taking away what is not there
// (DisassociateResourceShare).
const notOnShare = "DisassociateInvalid"

// disassociate takes targets from a resource share, as the vendor does it.
func (s *session) disassociate(ctx context.Context, region, share string, targets []string) error {
	request, response := resourcesharing.CreateDisassociateResourceShareRequest(), resourcesharing.CreateDisassociateResourceShareResponse()
	request.ResourceShareId, request.Targets = share, &targets
	_, err := s.sharing(ctx, region, request, response)
	return err
}

// DeleteResourceShare deletes a resource share.
func (s *session) DeleteResourceShare(ctx context.Context, region, share string) error {
	request, response := resourcesharing.CreateDeleteResourceShareRequest(), resourcesharing.CreateDeleteResourceShareResponse()
	request.ResourceShareId = share
	_, err := s.sharing(ctx, region, request, response)
	if hasCode(err, deletedBefore) {
		return &cloud.Error{Kind: cloud.NotFound, Subject: cloud.AboutCall, Code: cloud.AsError(err).Code, Message: noSuchShare}
	}
	return err
}

// deletedBefore is the code for deleting what is being deleted, or was in the
// last days (DeleteResourceShare). A list tells whether it is still there.
const deletedBefore = "ResourceShareStatusMismatchAction"

// targetBatch is what a call may name of the targets, each once. It is checked
// here: the SDK leaves an empty one out, and the vendor refuses one given twice
// by the code that it may also have for one that is there already.
func targetBatch(targets []string, least int) ([]string, error) {
	batch := slices.Compact(slices.Sorted(slices.Values(targets)))
	if len(batch) < least || len(batch) > cloud.AssociationBatch || slices.Contains(batch, "") {
		return nil, &cloud.Error{
			Kind: cloud.Invalid,
			Message: fmt.Sprintf("a change of a resource share names %d to %d targets, none of them empty, not %q",
				least, cloud.AssociationBatch, batch),
		}
	}
	return batch, nil
}
