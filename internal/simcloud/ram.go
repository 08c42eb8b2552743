// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"strings"
)

// allowed says whether the principal may do the action on the resource. An account itself may do everything; what a RAM user
// may do is listed, and what a role may do is what its policies say.
func (p principal) allowed(action, resource string) bool {
	if p.role != nil {
		return decide(p.grants, unjudged, func(s *statement) bool { return s.does(action) && matchesAny(s.resources, resource, equal) })
	}
	if p.user == nil {
		return true
	}
	for _, g := range p.user.Allow {
		if matchesAny(g.Actions, action, strings.EqualFold) && (len(g.Resources) == 0 || matchesAny(g.Resources, resource, equal)) {
			return true
		}
	}
	return false
}

func equal(a, b string) bool { return a == b }

// matchesAny tries each pattern; actions are compared regardless of case, as RAM does, resources are not.
func matchesAny(patterns []string, s string, same func(a, b string) bool) bool {
	for _, p := range patterns {
		if wildcard(p, s, same) {
			return true
		}
	}
	return false
}

// wildcard matches a pattern in which * stands for any run of characters.
func wildcard(pattern, s string, same func(a, b string) bool) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return same(pattern, s)
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(s) < len(first)+len(last) || !same(s[:len(first)], first) || !same(s[len(s)-len(last):], last) {
		return false
	}
	rest := s[len(first) : len(s)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		at := indexFunc(rest, part, same)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

func indexFunc(s, part string, same func(a, b string) bool) int {
	for i := 0; i+len(part) <= len(s); i++ {
		if same(s[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// errDenied is the product's own way of saying that RAM does not allow the call.
func (p principal) errDenied(product, action string) *apiError {
	e := fail(http.StatusForbidden, "Forbidden.RAM",
		"User not authorized to operate on the specified resource, or this API doesn't support RAM.")
	switch product {
	case productECS:
	case productKMS:
		e = fail(http.StatusForbidden, "Forbidden.NoPermission", "This operation is forbidden by permission system.")
	default:
		e = fail(http.StatusForbidden, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
	}
	name, kind := "", "SubUser"
	if p.role != nil {
		name, kind = p.role.Name+":"+p.session, "AssumedRoleUser"
	} else {
		name = p.user.ID
	}
	e.detail = tree{
		"AuthAction":               action,
		"AuthPrincipalDisplayName": name,
		"AuthPrincipalOwnerId":     p.account.ID,
		"AuthPrincipalType":        kind,
		"NoPermissionType":         "ImplicitDeny",
		"PolicyType":               "AccountLevelIdentityBasedPolicy",
	}
	return e
}
