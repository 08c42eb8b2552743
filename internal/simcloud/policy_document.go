// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/json"
	"slices"
	"strings"
)

// documentKind says which parts a policy document must have.
type documentKind struct {
	principal bool
	resource  bool
}

// trustDocument says who may assume a role, policyDocument what its holder may do, keyDocument both about one key.
var (
	trustDocument  = documentKind{principal: true}
	policyDocument = documentKind{resource: true}
	keyDocument    = documentKind{principal: true, resource: true}
)

// statement is one statement of a policy document, as far as this world understands it.
type statement struct {
	deny       bool
	actions    []string
	resources  []string
	services   []string
	principals []string
	federated  []string
	conditions []condition
}

type fields map[string]json.RawMessage

// readDocument reads a policy document (vendor docs, policy structure and grammar); false means that it is malformed. Fields that
// this world does not know are let pass.
func readDocument(text string, kind documentKind) ([]statement, bool) {
	var doc fields
	var version string
	var parts []fields
	if json.Unmarshal([]byte(text), &doc) != nil || json.Unmarshal(doc["Version"], &version) != nil || version != "1" ||
		json.Unmarshal(doc["Statement"], &parts) != nil || len(parts) == 0 {
		return nil, false
	}
	list := make([]statement, 0, len(parts))
	for _, part := range parts {
		s, ok := readStatement(part, kind)
		if !ok {
			return nil, false
		}
		list = append(list, s)
	}
	return list, true
}

func readStatement(part fields, kind documentKind) (s statement, ok bool) {
	var effect string
	if json.Unmarshal(part["Effect"], &effect) != nil || (effect != "Allow" && effect != "Deny") {
		return s, false
	}
	s.deny = effect == "Deny"
	if s.actions, ok = readStrings(part["Action"]); !ok {
		return s, false
	}
	if s.resources, ok = readStrings(part["Resource"]); !ok && kind.resource {
		return s, false
	}
	if ok = s.readPrincipal(part["Principal"]); !ok && kind.principal {
		return s, false
	}
	s.conditions = readConditions(part["Condition"])
	return s, true
}

func (s *statement) readPrincipal(raw json.RawMessage) bool {
	var groups fields
	if json.Unmarshal(raw, &groups) != nil || len(groups) == 0 {
		return false
	}
	for kind, value := range groups {
		names, ok := readStrings(value)
		if !ok {
			return false
		}
		switch kind {
		case "Service":
			s.services = names
		case "RAM":
			s.principals = names
		case "Federated":
			s.federated = names
		}
	}
	return true
}

// readStrings reads what may be one text or a list of them, but not nothing.
func readStrings(raw json.RawMessage) ([]string, bool) {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, one != ""
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return nil, false
	}
	return list, !slices.Contains(list, "")
}

// decide says whether the statements that concern a matter allow it: one allows, and none denies. A condition that cannot be judged
// is never taken for met: it spoils an Allow, and it does not soften a Deny.
func decide(list []statement, judge func(s *statement) verdict, concerns func(s *statement) bool) bool {
	allowed := false
	for i := range list {
		s := &list[i]
		if !concerns(s) {
			continue
		}
		v := judge(s)
		if s.deny && v != unmet {
			return false
		}
		allowed = allowed || (!s.deny && v == met)
	}
	return allowed
}

// does says whether the statement is about the action, which is compared regardless of case.
func (s *statement) does(action string) bool { return matchesAny(s.actions, action, strings.EqualFold) }
