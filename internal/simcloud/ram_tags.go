// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/json"
	"net/http"
	"slices"
)

const maxRAMTagValue = 256

// jsonStrings reads a parameter of RAM that is a list written as JSON.
func jsonStrings(text, param string) ([]string, *apiError) {
	if text == "" {
		return nil, nil
	}
	var list []string
	if json.Unmarshal([]byte(text), &list) != nil || len(list) > maxTagged || slices.Contains(list, "") {
		return nil, errInvalidRAM(param)
	}
	return list, nil
}

// tagParam reads Tag, a list of keys and values written as JSON.
func (c *call) tagParam() ([]Tag, *apiError) {
	text := c.q.get("Tag")
	if text == "" {
		return nil, nil
	}
	// encoding/json does not mind how the names are capitalised; the vendor's own are Key and Value.
	var tags []Tag
	if json.Unmarshal([]byte(text), &tags) != nil || len(tags) == 0 || len(tags) > maxTags {
		return nil, errInvalidRAM("Tag")
	}
	for i, t := range tags {
		same := slices.IndexFunc(tags, func(o Tag) bool { return o.Key == t.Key })
		if t.Key == "" || same != i || len([]rune(t.Value)) > maxRAMTagValue || checkTag(Tag{Key: t.Key}) != nil {
			return nil, errInvalidRAM("Tag")
		}
	}
	return tags, nil
}

// newTags are the tags of something new, as far as the dialect lets them be given.
func (c *call) newTags() ([]Tag, *apiError) {
	tags, err := c.tagParam()
	if err != nil || len(tags) == 0 {
		return nil, err
	}
	switch c.doc.Dialects.RoleTags {
	case "refused":
		return nil, errInvalidRAM("Tag")
	case "ignored":
		return nil, nil
	}
	return tags, nil
}

// ramTarget reads what all three tag actions of RAM have in common.
func (c *call) ramTarget() ([]string, *apiError) {
	if c.doc.Dialects.RoleTags == "refused" && c.op.write {
		return nil, errInvalidRAM("ResourceType")
	}
	if c.doc.Dialects.RoleTags == "refused" {
		return nil, fail(http.StatusForbidden, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
	}
	switch c.q.get("ResourceType") {
	case taggedRole, taggedPolicy:
		return jsonStrings(c.q.get("ResourceNames"), "ResourceNames")
	case "":
		return nil, errMissing("ResourceType")
	}
	return nil, errInvalidRAM("ResourceType")
}

// tagRAMResources puts tags on roles or policies; a key that is there gets the new value.
func tagRAMResources(c *call) (tree, *apiError) {
	names, err := c.ramTarget()
	if err != nil {
		return nil, err
	}
	tags, err := c.tagParam()
	switch {
	case err != nil:
		return nil, err
	case len(tags) == 0:
		return nil, errMissing("Tag")
	}
	return c.retagRAM(names, func(old []Tag) ([]Tag, *apiError) {
		for _, t := range tags {
			old = append(slices.DeleteFunc(old, func(o Tag) bool { return o.Key == t.Key }), t)
		}
		if len(old) > maxTags {
			return nil, errLimit("Tag", maxTags)
		}
		return old, nil
	})
}

// untagRAMResources takes tags off roles or policies: the named keys, or with All every one when none is named.
func untagRAMResources(c *call) (tree, *apiError) {
	names, err := c.ramTarget()
	if err != nil {
		return nil, err
	}
	all, err := c.q.boolParam("All")
	if err != nil {
		return nil, err
	}
	keys, err := jsonStrings(c.q.get("TagKeys"), "TagKeys")
	switch {
	case err != nil:
		return nil, err
	case len(keys) == 0 && !all:
		return nil, errMissing("TagKeys")
	}
	return c.retagRAM(names, func(old []Tag) ([]Tag, *apiError) {
		return slices.DeleteFunc(old, func(t Tag) bool { return len(keys) == 0 || slices.Contains(keys, t.Key) }), nil
	})
}

// retagRAM changes the tags of all that is named, or of nothing.
func (c *call) retagRAM(names []string, edit func(old []Tag) ([]Tag, *apiError)) (tree, *apiError) {
	if len(names) == 0 {
		return nil, errMissing("ResourceNames")
	}
	return tree{}, c.change(func(next *Document) (bool, *apiError) {
		for _, name := range names {
			tags, err := c.tagsOf(next, name)
			if err != nil {
				return false, err
			}
			if *tags, err = edit(slices.Clone(*tags)); err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

// tagsOf is where the tags of a role or a policy are.
func (c *call) tagsOf(next *Document, name string) (*[]Tag, *apiError) {
	if c.q.get("ResourceType") == taggedRole {
		if r := next.ram().role(c.account(), name); r != nil {
			return &r.Tags, nil
		}
		return nil, errNotExist("Role", name)
	}
	if p := next.ram().policy(c.account(), PolicyCustom, name); p != nil {
		return &p.Tags, nil
	}
	return nil, errNotExist("Policy", name)
}

// listRAMTagResources answers a flat list, unlike the action of the same name in ECS.
func listRAMTagResources(c *call) (tree, *apiError) {
	names, err := c.ramTarget()
	if err != nil {
		return nil, err
	}
	wanted, err := c.tagParam()
	if err != nil {
		return nil, err
	}
	size, err := c.q.intParam("PageSize", 1, 100, 100)
	if err != nil {
		return nil, err
	}
	from, err := tokenOffset(c.q.get("NextToken"))
	if err != nil {
		return nil, err
	}
	rows := c.ramTagTable(names, wanted)
	from = min(from, len(rows))
	to := min(from+size, len(rows))
	return tree{"NextToken": tokenAfter(to, len(rows)), "TagResources": rows[from:to]}, nil
}

func (c *call) ramTagTable(names []string, wanted []Tag) []tree {
	rows, kind := []tree{}, c.q.get("ResourceType")
	add := func(account, name string, tags []Tag) {
		missing := func(w Tag) bool { return !slices.Contains(tags, w) }
		if account != c.account() || (len(names) > 0 && !slices.Contains(names, name)) || slices.ContainsFunc(wanted, missing) {
			return
		}
		for _, t := range tags {
			rows = append(rows, tree{"ResourceType": kind, "ResourceName": name, "TagKey": t.Key, "TagValue": t.Value})
		}
	}
	if kind == taggedRole {
		for _, r := range c.doc.Roles {
			add(r.Account, r.Name, r.Tags)
		}
		return rows
	}
	for _, p := range c.doc.Policies {
		add(p.Account, p.Name, p.Tags)
	}
	return rows
}
