// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const tagPageSize = 50

// tagResources puts tags on images; a key that is there gets the new value.
func tagResources(c *call) (tree, *apiError) {
	ids, err := tagTarget(c.q)
	if err != nil {
		return nil, err
	}
	tags, err := c.q.tags("Key", "Value")
	if err := firstError(err, checkTags(tags)); err != nil {
		return nil, err
	}
	return c.retag(ids, func(old []Tag) ([]Tag, *apiError) {
		for _, t := range tags {
			old = append(slices.DeleteFunc(old, func(o Tag) bool { return o.Key == t.Key }), t)
		}
		if len(old) > maxTags {
			return nil, fail(http.StatusBadRequest, "OperationDenied.QuotaExceed", "The quota of tags on resource is beyond permitted range.")
		}
		return old, nil
	})
}

// untagResources takes tags off images: the named keys, or with All every one when none is named.
func untagResources(c *call) (tree, *apiError) {
	ids, err := tagTarget(c.q)
	if err != nil {
		return nil, err
	}
	all, err := c.q.boolParam("All")
	if err != nil {
		return nil, err
	}
	keys := c.q.list("TagKey")
	switch {
	case len(keys) == 0 && !all:
		return nil, errMissingTag("Tags")
	case len(keys) > maxTags:
		return nil, errTooManyTags()
	}
	return c.retag(ids, func(old []Tag) ([]Tag, *apiError) {
		return slices.DeleteFunc(old, func(t Tag) bool { return len(keys) == 0 || slices.Contains(keys, t.Key) }), nil
	})
}

// retag changes the tags of all named images, or of none.
func (c *call) retag(ids []string, edit func(old []Tag) ([]Tag, *apiError)) (tree, *apiError) {
	if len(ids) == 0 {
		return nil, errMissingTag("ResourceIds")
	}
	return tree{}, c.change(func(next *Document) (bool, *apiError) {
		for _, id := range ids {
			img := next.ownImage(c.account(), c.region(), id)
			if img == nil {
				return false, fail(http.StatusNotFound, "InvalidResourceId.NotFound",
					"The specified ResourceIds are not found in our records.")
			}
			tags, err := edit(slices.Clone(img.Tags))
			if err != nil {
				return false, err
			}
			img.Tags = tags
		}
		return true, nil
	})
}

// listTagResources lists tags of own images by image, by tag, or both.
func listTagResources(c *call) (tree, *apiError) {
	ids, err := tagTarget(c.q)
	if err != nil {
		return nil, err
	}
	wanted, err := c.q.tags("Key", "Value")
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 && len(wanted) == 0 {
		return nil, fail(http.StatusForbidden, "BothEmpty.TagsAndResources",
			"The specified Tags and ResourcesIds are not allow to both empty.")
	}
	from, err := tokenOffset(c.q.get("NextToken"))
	if err != nil {
		return nil, err
	}
	rows, err := c.tagTable(ids, wanted)
	if err != nil {
		return nil, err
	}
	from = min(from, len(rows))
	to := min(from+tagPageSize, len(rows))
	return tree{"NextToken": tokenAfter(to, len(rows)), "TagResources": tree{"TagResource": rows[from:to]}}, nil
}

func (c *call) tagTable(ids []string, wanted []Tag) ([]tree, *apiError) {
	rows := []tree{}
	passes, err := c.withTags(wanted)
	if err != nil {
		return nil, err
	}
	for i := range c.doc.Images {
		img := &c.doc.Images[i]
		mine := img.Owner == c.account() && img.Region == c.region()
		if !mine || (len(ids) > 0 && !slices.Contains(ids, img.ID)) || !passes(img) {
			continue
		}
		for _, t := range img.Tags {
			rows = append(rows, tree{"ResourceType": resourceImages, "ResourceId": img.ID, "TagKey": t.Key, "TagValue": t.Value})
		}
	}
	return rows, nil
}

func emptyTags(*call) tree {
	return tree{"NextToken": "", "TagResources": tree{"TagResource": []tree{}}}
}

// offsetToken makes a NextToken; its content is nobody's business.
func offsetToken(offset int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("offset/" + strconv.Itoa(offset)))
}

func tokenOffset(token string) (int, *apiError) {
	if token == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	digits, ok := strings.CutPrefix(string(text), "offset/")
	offset, convErr := strconv.Atoi(digits)
	if err != nil || !ok || convErr != nil || offset < 0 {
		return 0, fail(http.StatusBadRequest, "InvalidParameter.NextToken", "The specified NextToken is not valid.")
	}
	return offset, nil
}
