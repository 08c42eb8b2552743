// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// tagRequest makes a request for one of RAM's calls about the tags of a role.
// The SDK knows none of them, but its RpcRequest is a whole request without a
// type of its own. ResourceNames is one parameter that holds a JSON array
// (aliyun-openapi-meta, en-US/ram/TagResources.json).
func tagRequest(action, role string) (*requests.RpcRequest, error) {
	names, err := jsonList([]string{role})
	if err != nil {
		return nil, err
	}
	request := &requests.RpcRequest{}
	request.InitWithApiInfo("Ram", "2015-05-01", action, "Ram", "openAPI")
	request.QueryParams["ResourceType"] = "role"
	request.QueryParams["ResourceNames"] = names
	return request, nil
}

// roleTag is one row of the answer to ListTagResources. RAM's array is flat,
// unlike those of its other answers.
type roleTag struct {
	ResourceName string `json:"ResourceName"`
	TagKey       string `json:"TagKey"`
	TagValue     string `json:"TagValue"`
}

// listTagsResponse is the answer to ListTagResources.
type listTagsResponse struct {
	*responses.BaseResponse

	NextToken    string    `json:"NextToken"`
	TagResources []roleTag `json:"TagResources"`
}

// RoleTags reads the tags of a role.
func (s *session) RoleTags(ctx context.Context, name string) (map[string]string, error) {
	tags, token := map[string]string{}, ""
	for range maxPages {
		request, err := tagRequest("ListTagResources", name)
		if err != nil {
			return nil, err
		}
		response := &listTagsResponse{BaseResponse: &responses.BaseResponse{}}
		request.QueryParams["PageSize"] = strconv.Itoa(pageSize)
		if token != "" {
			request.QueryParams["NextToken"] = token
		}
		answer, err := s.ram(ctx, request, response)
		if err != nil {
			return nil, err
		}
		// A role without tags may come without the field. Taking a cut answer for
		// none is safe: a role is never deleted but for a tag that was read.
		if !answer.has("RequestId") || !addTags(tags, name, response.TagResources) {
			return nil, incomplete(request.GetActionName())
		}
		if response.NextToken == "" {
			return tags, nil
		}
		if !leadsOn(token, response.NextToken) {
			break
		}
		token = response.NextToken
	}
	return nil, incomplete("ListTagResources")
}

// addTags takes one page in. It reports false for a page that cannot be part
// of the list: one that speaks of something else, or says a tag again.
func addTags(tags map[string]string, role string, page []roleTag) bool {
	for _, row := range page {
		_, again := tags[row.TagKey]
		if again || row.TagKey == "" || !strings.EqualFold(row.ResourceName, role) {
			return false
		}
		tags[row.TagKey] = row.TagValue
	}
	return true
}

// TagRole sets tags of a role, and leaves its others alone.
func (s *session) TagRole(ctx context.Context, name string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	list, err := tagList(tags)
	if err != nil {
		return err
	}
	return s.changeTags(ctx, "TagResources", name, "Tag", list)
}

// UntagRole takes tags off a role. The vendor has no code for one that is not
// there. An empty list is never sent.
func (s *session) UntagRole(ctx context.Context, name string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	list, err := jsonList(slices.Compact(slices.Sorted(slices.Values(keys))))
	if err != nil {
		return err
	}
	return s.changeTags(ctx, "UntagResources", name, "TagKeys", list)
}

// changeTags makes one change to the tags of a role.
func (s *session) changeTags(ctx context.Context, action, role, parameter, list string) error {
	request, err := tagRequest(action, role)
	if err != nil {
		return err
	}
	request.QueryParams[parameter] = list
	_, err = s.ram(ctx, request, &listTagsResponse{BaseResponse: &responses.BaseResponse{}})
	return err
}

// maxTags is how many tags one request may name. The vendor does not say what
// becomes of one that names more, so none is sent (RAM, TagResources).
const maxTags = 20

// roleTagPair is a tag as RAM takes it.
type roleTagPair struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// tagList writes tags as RAM takes them.
func tagList(tags map[string]string) (string, error) {
	var list []roleTagPair
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, roleTagPair{key, tags[key]})
	}
	return jsonList(list)
}

// jsonList writes what RAM takes as one parameter that holds a JSON array.
func jsonList[Item any](list []Item) (string, error) {
	if len(list) > maxTags {
		return "", &cloud.Error{
			Kind:    cloud.Invalid,
			Subject: cloud.AboutRole,
			Message: fmt.Sprintf("at most %d tags of a role are changed at a time, not %d", maxTags, len(list)),
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("write the tags: %w", err)
	}
	return string(text), nil
}
