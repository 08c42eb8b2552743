// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"strings"
)

// Limits of tagging (vendor docs, TagResources).
const (
	maxTags        = 20
	maxTagged      = 50
	maxTagKey      = 128
	resourceImages = "image"
)

// errMissingTag is how the tag actions, unlike the rest of ECS, say that a parameter is missing (vendor docs, TagResources,
// error codes).
func errMissingTag(name string) *apiError {
	shown := name
	if name == "ResourceIds" {
		shown = "ResourceIds.N"
	}
	return fail(http.StatusNotFound, "MissingParameter."+name, "The parameter - %s should not be null", shown)
}

func errTooManyTags() *apiError {
	return fail(http.StatusBadRequest, "NumberExceed.Tags", "The Tags parameter's number is exceed , Valid : %d", maxTags)
}

func errTagMismatch() *apiError {
	return fail(http.StatusBadRequest, "InvalidTag.Mismatch", "The specified Tag.n.Key and Tag.n.Value are not match.")
}

// tagTarget reads what all three tag actions have in common. Only images can be tagged in this world.
func tagTarget(q *request) ([]string, *apiError) {
	ids := q.list("ResourceId")
	switch kind := q.get("ResourceType"); {
	case kind == "":
		return nil, errMissingTag("ResourceType")
	case kind != resourceImages:
		return nil, fail(http.StatusNotFound, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records.")
	case len(ids) > maxTagged:
		return nil, fail(http.StatusBadRequest, "NumberExceed.ResourceIds", "The ResourceIds parameter's number is exceed , Valid : %d", maxTagged)
	}
	return ids, nil
}

// checkTags holds what is refused about the tags to be put on, whatever they are put on.
func checkTags(tags []Tag) *apiError {
	switch {
	case len(tags) == 0:
		return errMissingTag("Tags")
	case len(tags) > maxTags:
		return errTooManyTags()
	}
	seen := map[string]bool{}
	for _, t := range tags {
		if err := checkTag(t); err != nil {
			return err
		}
		if seen[t.Key] {
			return fail(http.StatusBadRequest, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key.")
		}
		seen[t.Key] = true
	}
	return nil
}

func checkTag(t Tag) *apiError {
	lower := strings.ToLower(t.Key)
	if len([]rune(t.Key)) > maxTagKey || strings.HasPrefix(lower, "acs:") || strings.HasPrefix(lower, "aliyun") || hasURL(lower) {
		return fail(http.StatusBadRequest, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid.")
	}
	if len([]rune(t.Value)) > maxTagKey || hasURL(strings.ToLower(t.Value)) {
		return fail(http.StatusBadRequest, "InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid.")
	}
	return nil
}

func hasURL(s string) bool { return strings.Contains(s, "http://") || strings.Contains(s, "https://") }
