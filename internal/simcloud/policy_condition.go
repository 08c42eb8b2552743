// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/json"
	"slices"
)

// Condition keys about the directory of the account that a service acts for (vendor docs, share a custom image, trust policies for
// a resource directory and for a folder), and what the principal is then.
const (
	keyDirectory  = "sts:ServiceOwnerRDId"
	keyFolderPath = "sts:ServiceOwnerRDPath"
	everyECS      = "*@ecs.aliyuncs.com"
)

// verdict is what becomes of a statement's condition.
type verdict int

const (
	met verdict = iota
	unmet
	unknown
)

// subject is who asks to assume a role through ECS: an account, and where it stands in its directory. Without a directory it has no
// condition key of one.
type subject struct {
	account   string
	directory string
	path      string
}

func (s subject) service() string { return s.account + "@ecs.aliyuncs.com" }

// subject is an account as it stands now.
func (d *Document) subject(account string) subject {
	dir := d.directoryOf(account)
	if dir == nil {
		return subject{account: account}
	}
	return subject{account: account, directory: dir.ID, path: dir.path(dir.folderOf(account))}
}

// condition is one line of a statement's condition: a key has to agree with one of the values.
type condition struct {
	operator string
	key      string
	values   []string
}

// readConditions reads a condition; what is not in the usual form is one line that nobody knows.
func readConditions(raw json.RawMessage) []condition {
	var operators map[string]fields
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if json.Unmarshal(raw, &operators) != nil {
		return []condition{{}}
	}
	var list []condition
	for operator, keys := range operators {
		for key, value := range keys {
			values, _ := readStrings(value)
			list = append(list, condition{operator: operator, key: key, values: values})
		}
		if len(keys) == 0 {
			list = append(list, condition{operator: operator})
		}
	}
	return list
}

// known says whether this world can judge the line.
func (c condition) known() bool {
	return (c.operator == "StringEquals" || c.operator == "StringLike") && (c.key == keyDirectory || c.key == keyFolderPath)
}

func (c condition) holds(who subject) bool {
	value := who.directory
	if c.key == keyFolderPath {
		value = who.path
	}
	if c.operator == "StringLike" {
		return value != "" && matchesAny(c.values, value, equal)
	}
	return value != "" && slices.Contains(c.values, value)
}

// bound says whether the statement is bound to a directory by a condition that can be judged.
func (s *statement) bound() bool {
	return len(s.conditions) > 0 && !slices.ContainsFunc(s.conditions, func(c condition) bool { return !c.known() })
}

// judge says what becomes of the statement's condition for that subject.
func (s *statement) judge(who subject) verdict {
	switch {
	case len(s.conditions) == 0:
		return met
	case slices.ContainsFunc(s.conditions, func(c condition) bool { return c.known() && !c.holds(who) }):
		return unmet
	case s.bound():
		return met
	}
	return unknown
}

// unjudged is for documents in which no condition can be judged.
func unjudged(s *statement) verdict {
	if len(s.conditions) == 0 {
		return met
	}
	return unknown
}

// names says whether the statement is about the subject. To allow, an exact name is believed, and the name for everybody where the
// statement is bound to a directory; to deny, any pattern.
func (s *statement) names(who subject) bool {
	if s.deny {
		return matchesAny(s.services, who.service(), equal)
	}
	return slices.Contains(s.services, who.service()) || (s.bound() && slices.Contains(s.services, everyECS))
}

// assumes says whether the statements let the subject assume the role.
func assumes(trust []statement, who subject) bool {
	return decide(trust, func(s *statement) verdict { return s.judge(who) },
		func(s *statement) bool { return s.does("sts:AssumeRole") && s.names(who) })
}
