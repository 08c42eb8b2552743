// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

const (
	// pageSize is the most that a page may hold (DescribeImages and
	// DescribeImageSharePermission, PageSize). Default is 10. Pages may come
	// smaller: older documents said 50.
	pageSize = 100
	// maxPages bounds the reading of one image's accounts. At ten a page that
	// is twenty times the default quota.
	maxPages = 100
)

// Permissions reads every account that the image is shared with.
func (s *session) Permissions(ctx context.Context, ref cloud.ImageRef) (share.Accounts, error) {
	at, err := s.ecsEndpoint(ctx, ref.Region)
	if err != nil {
		return share.Accounts{}, err
	}
	var list sharees
	for page := 1; page <= maxPages; page++ {
		request, response := ecs.CreateDescribeImageSharePermissionRequest(), ecs.CreateDescribeImageSharePermissionResponse()
		request.ImageId = ref.ID
		request.PageNumber = requests.NewInteger(page)
		request.PageSize = requests.NewInteger(pageSize)
		answer, err := s.do(ctx, at, request, response)
		if err != nil {
			return share.Accounts{}, err
		}
		if !answer.counts("TotalCount") || !list.add(response) {
			return share.Accounts{}, incomplete(request.GetActionName())
		}
		if len(list.seen) == list.total {
			return share.NewAccounts(list.seen...), nil
		}
		// What has begun is read to its end: a budget may be smaller than a list.
		ctx = cloud.Begun(ctx)
	}
	return share.Accounts{}, incomplete("DescribeImageSharePermission")
}

// sharees gathers the pages of one list.
type sharees struct {
	seen  []share.AccountID
	total int
}

// add takes one page in. It reports false for a page that cannot be part of
// the list: one that repeats an account, adds none while some are missing,
// exceeds the total, or counts differently than the page before. In the last
// case the list has changed while it was read, and rows may have slipped from
// one page to another unseen.
func (l *sharees) add(page *ecs.DescribeImageSharePermissionResponse) bool {
	rows := page.Accounts.Account
	first := len(l.seen) == 0
	if !first && page.TotalCount != l.total {
		return false
	}
	l.total = page.TotalCount
	if len(l.seen)+len(rows) > l.total || (len(rows) == 0 && l.total > 0) {
		return false
	}
	for _, row := range rows {
		if !plausibleAccount(row.AliyunId) {
			return false
		}
		l.seen = append(l.seen, share.AccountID(row.AliyunId))
	}
	return share.NewAccounts(l.seen...).Len() == len(l.seen)
}

// plausibleAccount reports whether the vendor's word can be an account ID. It
// is laxer than [share.AccountID.Valid]: what is on an image must be seen even
// if its ID is of a length that we would not accept from a user.
func plausibleAccount(id string) bool {
	return id != "" && len(id) <= 32 && strings.Trim(id, "0123456789") == ""
}

// incomplete is the error for an answer that does not hold what it must. It is
// never taken for a shorter list.
func incomplete(action string) *cloud.Error {
	return &cloud.Error{
		Kind:    cloud.Unavailable,
		Message: "the answer to " + action + " is incomplete; it is asked again",
	}
}
