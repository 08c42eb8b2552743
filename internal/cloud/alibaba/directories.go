// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"regexp"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcemanager"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// What the vendor's IDs can look like, more laxly than its pages have them: a
// path ends up in a trust policy, so that no other character may come along.
var (
	directoryForm = regexp.MustCompile(`^rd-[A-Za-z0-9]{1,64}$`)
	pathForm      = regexp.MustCompile(`^rd-[A-Za-z0-9]{1,64}/r-[A-Za-z0-9]+(/fd-[A-Za-z0-9]+)*$`)
)

// longestPath is far more than five folders below the root need, which is as
// deep as they can be (Resource Directory, limits).
const longestPath = 512

// directory makes one call about the resource directory.
func (s *session) directory(ctx context.Context, request requests.AcsRequest, response responses.AcsResponse) error {
	at, err := s.directoryEndpoint()
	if err != nil {
		return err
	}
	_, err = s.do(ctx, at, request, response)
	if hasCode(err, "NoPermission") {
		found := cloud.AsError(err)
		found.Message += membersDenied
	}
	return err
}

// Directory reads the ID of the account's resource directory.
func (s *session) Directory(ctx context.Context) (string, error) {
	request, response := resourcemanager.CreateGetResourceDirectoryRequest(), resourcemanager.CreateGetResourceDirectoryResponse()
	if err := s.directory(ctx, request, response); err != nil {
		return "", err
	}
	id := response.ResourceDirectory.ResourceDirectoryId
	if !directoryForm.MatchString(id) {
		return "", incomplete(request.GetActionName())
	}
	return id, nil
}

// Folder reads the path of a folder, which ends in the folder's own ID.
func (s *session) Folder(ctx context.Context, id string) (share.Principal, error) {
	request, response := resourcemanager.CreateGetFolderRequest(), resourcemanager.CreateGetFolderResponse()
	request.FolderId = id
	if err := s.directory(ctx, request, response); err != nil {
		return "", err
	}
	found := response.Folder
	if found.FolderId != id || !isPath(found.ResourceDirectoryPath, id) {
		return "", incomplete(request.GetActionName())
	}
	return share.Principal(found.ResourceDirectoryPath), nil
}

// Member reads the path of the folder that an account is in. The vendor's
// example has the path of an account end in its number (ListAccounts).
func (s *session) Member(ctx context.Context, account share.AccountID) (share.Principal, error) {
	request, response := resourcemanager.CreateGetAccountRequest(), resourcemanager.CreateGetAccountResponse()
	request.AccountId = string(account)
	if err := s.directory(ctx, request, response); err != nil {
		return "", err
	}
	found := response.Account
	path := strings.TrimSuffix(found.ResourceDirectoryPath, "/"+string(account))
	if found.AccountId != string(account) || !isPath(path, found.FolderId) {
		return "", incomplete(request.GetActionName())
	}
	return share.Principal(path), nil
}

// isPath reports whether a path can be that of a folder, by the folder's ID.
func isPath(path, folder string) bool {
	return len(path) <= longestPath && pathForm.MatchString(path) && strings.HasSuffix(path, "/"+folder)
}
