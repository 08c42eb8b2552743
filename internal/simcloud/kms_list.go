// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/json"
	"slices"
)

// keyFilter is one filter of ListKeys: a name and the values that pass.
type keyFilter struct {
	Key    string
	Values []string
}

// listKeys lists the caller's keys of the region, in pages (vendor docs, ListKeys).
func listKeys(c *call) (tree, *apiError) {
	p, err := c.kmsPage(1, 100)
	if err != nil {
		return nil, err
	}
	var filters []keyFilter
	if text := c.q.get("Filters"); text != "" && json.Unmarshal([]byte(text), &filters) != nil {
		return nil, errInvalid("Filters")
	}
	rows := []tree{}
	for i := range c.doc.Keys {
		k := &c.doc.Keys[i]
		if k.Owner != c.account() || k.Region != c.region() {
			continue
		}
		passes, err := k.passes(filters)
		if err != nil {
			return nil, err
		}
		if passes {
			rows = append(rows, tree{"KeyId": k.ID, "KeyArn": k.arn()})
		}
	}
	return kmsAnswer(p, "Keys", "Key", rows), nil
}

// passes says whether the key passes every filter. Others than these two are refused in this world.
func (k *Key) passes(filters []keyFilter) (bool, *apiError) {
	maker := "User"
	if k.ServiceKey {
		maker = "Service"
	}
	passes := true
	for _, f := range filters {
		switch f.Key {
		case "CreatorType":
			passes = passes && slices.Contains(f.Values, maker)
		case "KeyState":
			passes = passes && slices.Contains(f.Values, k.State)
		default:
			return false, errInvalid("Filters")
		}
	}
	return passes, nil
}

func listAliases(c *call) (tree, *apiError) {
	p, err := c.kmsPage(0, 100)
	if err != nil {
		return nil, err
	}
	rows := []tree{}
	for i := range c.doc.Keys {
		if k := &c.doc.Keys[i]; k.Owner == c.account() && k.Region == c.region() {
			rows = append(rows, c.aliasRows(k)...)
		}
	}
	return kmsAnswer(p, "Aliases", "Alias", rows), nil
}

func listAliasesByKeyID(c *call) (tree, *apiError) {
	p, err := c.kmsPage(0, 101)
	if err != nil {
		return nil, err
	}
	k, err := c.mustFindKey(false)
	if err != nil {
		return nil, err
	}
	return kmsAnswer(p, "Aliases", "Alias", c.aliasRows(k)), nil
}

func (c *call) aliasRows(k *Key) []tree {
	rows := make([]tree, 0, len(k.Aliases))
	for _, alias := range k.Aliases {
		rows = append(rows, tree{"KeyId": k.ID, "AliasName": alias, "AliasArn": c.kmsARN(alias)})
	}
	return rows
}

// kmsPage reads PageNumber and PageSize, whose bounds are not those of ECS.
func (c *call) kmsPage(low, high int) (page, *apiError) {
	number, err := c.q.intParam("PageNumber", 1, 1<<20, 1)
	if err != nil {
		return page{}, err
	}
	size, err := c.q.intParam("PageSize", low, high, 10)
	return page{number: number, size: size}, err
}

func kmsAnswer(p page, outer, inner string, rows []tree) tree {
	from, to := p.cut(len(rows))
	return tree{"PageNumber": p.number, "PageSize": p.size, "TotalCount": len(rows), outer: tree{inner: rows[from:to]}}
}
