// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/resourcesharing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

const (
	// sharePages bounds the reading of one list of an account. At a hundred a
	// page that is twenty rows for each of the thousand resource shares that an
	// account can have (Resource Management, limits).
	sharePages = 200
	// nobodysValue is a value that no resource share has for the tag.
	nobodysValue = "imageshare-asks-whether-tags-count"
)

// ResourceShares reads every resource share of the account in a region.
func (s *session) ResourceShares(ctx context.Context, region string, tag cloud.Tag) ([]cloud.ResourceShare, error) {
	rows, err := s.shareRows(ctx, region, cloud.Tag{})
	if err != nil {
		return nil, err
	}
	var list []cloud.ResourceShare
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		if row := rows[id]; !over(row) {
			list = append(list, cloud.ResourceShare{
				ID: id, Name: row.ResourceShareName, Created: instant(row.CreateTime),
				Deleting: strings.EqualFold(row.ResourceShareStatus, "Deleting"),
			})
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	// Only the first list asks for its turn: one is worth nothing without the
	// others, and would have to be read again.
	ctx = cloud.Begun(ctx)
	tagged, err := s.taggedShares(ctx, region, tag, rows)
	if err != nil {
		return nil, err
	}
	images, err := s.associations(ctx, region, "Resource")
	if err != nil {
		return nil, err
	}
	targets, err := s.associations(ctx, region, "Target")
	if err != nil {
		return nil, err
	}
	for i := range list {
		share := &list[i]
		_, share.Tagged = tagged[share.ID]
		share.Images, share.Targets = images.of(share.ID), targets.of(share.ID)
	}
	return list, nil
}

// taggedShares are the resource shares that carry the tag: those that the vendor
// lists when asked for it, since no answer tells the tags. A vendor who heeds no
// tags would have every resource share taken for the operator's own. So where
// the tag has left out none, a value is asked for that none can have.
func (s *session) taggedShares(ctx context.Context, region string, tag cloud.Tag, all shareRows) (shareRows, error) {
	if tag.Key == "" {
		return shareRows{}, nil
	}
	tagged, err := s.shareRows(ctx, region, tag)
	if err != nil {
		return nil, err
	}
	for id := range all {
		if _, found := tagged[id]; !found {
			return tagged, nil
		}
	}
	nobodys, _, err := s.sharePage(ctx, region, cloud.Tag{Key: tag.Key, Value: nobodysValue}, "")
	if err != nil {
		return nil, err
	}
	if len(nobodys) > 0 {
		return nil, &cloud.Error{
			Kind: cloud.Invalid,
			Message: "Resource Sharing does not tell resource shares by their tags in this region, so that the operator's own " +
				"cannot be known: share with accounts instead of folders, and please report it",
		}
	}
	return tagged, nil
}

// shareRows are resource shares by their IDs.
type shareRows map[string]resourcesharing.ResourceShare

// shareRows reads a list of resource shares. One that comes twice is no fault:
// what is made while the list is read moves the others on, and nothing slips
// out, since the deleted stay in the list (ListResourceShares).
func (s *session) shareRows(ctx context.Context, region string, tag cloud.Tag) (shareRows, error) {
	rows := shareRows{}
	err := eachPage(ctx, "ListResourceShares", func(ctx context.Context, token string) (string, error) {
		page, next, err := s.sharePage(ctx, region, tag, token)
		for _, row := range page {
			rows[row.ResourceShareId] = row
		}
		return next, err
	})
	return rows, err
}

// sharePage reads one page of resource shares, and the token of the next one.
func (s *session) sharePage(ctx context.Context, region string, tag cloud.Tag, token string) ([]resourcesharing.ResourceShare, string, error) {
	request, response := resourcesharing.CreateListResourceSharesRequest(), resourcesharing.CreateListResourceSharesResponse()
	request.ResourceOwner, request.MaxResults, request.NextToken = "Self", requests.NewInteger(pageSize), token
	setTag(request.RpcRequest, tag)
	answer, err := s.sharing(ctx, region, request, response)
	if err != nil {
		return nil, "", err
	}
	half := func(row resourcesharing.ResourceShare) bool {
		return row.ResourceShareId == "" || row.ResourceShareStatus == ""
	}
	if !answer.lists("ResourceShares") || slices.ContainsFunc(response.ResourceShares, half) {
		return nil, "", incomplete(request.GetActionName())
	}
	return response.ResourceShares, response.NextToken, nil
}

// eachPage reads a list that is paged by tokens. Only its first page asks for
// its turn, and the others are made up for by the calls after them: a list of
// more pages than the budget allows at once could else never be read.
func eachPage(ctx context.Context, action string, read func(ctx context.Context, token string) (next string, err error)) error {
	token := ""
	for range sharePages {
		next, err := read(ctx, token)
		if err != nil || next == "" {
			return err
		}
		if !leadsOn(token, next) {
			break
		}
		token, ctx = next, cloud.Begun(ctx)
	}
	return incomplete(action)
}

// longestNext is far more than any token that leads to a next page needs. What
// answers with the address that it was asked by would make it grow from page to
// page.
const longestNext = 2048

// leadsOn reports whether a token can lead on from the page that another one has
// led to.
func leadsOn(token, next string) bool { return next != token && len(next) <= longestNext }

// over reports whether a resource share is deleted.
func over(row resourcesharing.ResourceShare) bool {
	return strings.EqualFold(row.ResourceShareStatus, "Deleted")
}

// instant reads one of the vendor's times. One that cannot be read counts as
// long ago.
func instant(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
