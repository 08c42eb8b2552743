// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// createRole makes a role (vendor docs, CreateRole).
func createRole(c *call) (tree, *apiError) {
	tags, err := c.newTags()
	if err != nil {
		return nil, err
	}
	session, err := c.q.intParam("MaxSessionDuration", minSession, maxSession, minSession)
	if err != nil {
		return nil, err
	}
	role := Role{Account: c.account(), Name: c.q.get("RoleName"), Trust: c.q.get(paramTrust), Description: c.q.get("Description"),
		MaxSessionSeconds: session, Created: c.now, Updated: c.now, Tags: tags}
	role.ID = roleID(role.Account, role.Name, role.Created)
	err = firstError(checkName("RoleName", role.Name, roleChars, 64), c.checkDescription("Description"),
		checkDocument(paramTrust, role.Trust, trustDocument, c.trustLimit()))
	if err != nil {
		return nil, err
	}
	err = c.change(func(next *Document) (bool, *apiError) {
		own := 0
		for _, r := range next.Roles {
			if r.Account == role.Account {
				own++
			}
		}
		switch {
		case next.ram().role(role.Account, role.Name) != nil:
			return false, errExists("Role", role.Name)
		case own >= maxRoles:
			return false, errLimit("Role", maxRoles)
		}
		next.Roles = append(next.Roles, role)
		return true, nil
	})
	return tree{"Role": c.roleRow(&role)}, err
}

// namedRole finds the role that the call names.
func (c *call) namedRole(s ramState) (*Role, *apiError) {
	name := c.q.get("RoleName")
	if name == "" {
		return nil, errMissing("RoleName")
	}
	r := s.role(c.account(), name)
	if r == nil {
		return nil, errNotExist("Role", name)
	}
	return r, nil
}

func getRole(c *call) (tree, *apiError) {
	r, err := c.namedRole(c.doc.ram())
	if err != nil {
		return nil, err
	}
	return tree{"Role": c.roleRow(r)}, nil
}

// changeRole edits a copy of the role that the call names.
func (c *call) changeRole(edit func(next *Document, r *Role) *apiError) (Role, *apiError) {
	var after Role
	return after, c.change(func(next *Document) (bool, *apiError) {
		r, err := c.namedRole(next.ram())
		if err != nil {
			return false, err
		}
		*r = r.clone()
		if err := edit(next, r); err != nil {
			return false, err
		}
		after = *r
		return true, nil
	})
}

// updateRole replaces the trust policy as a whole, and what else is given. There is no version to compare with.
func updateRole(c *call) (tree, *apiError) {
	session, err := c.q.intParam("NewMaxSessionDuration", minSession, maxSession, 0)
	if err != nil {
		return nil, err
	}
	trust := c.q.get(paramNewTrust)
	if trust != "" {
		if err := checkDocument(paramNewTrust, trust, trustDocument, c.trustLimit()); err != nil {
			return nil, err
		}
	}
	if err := c.checkDescription("NewDescription"); err != nil {
		return nil, err
	}
	after, err := c.changeRole(func(_ *Document, r *Role) *apiError {
		if trust != "" {
			r.Trust = trust
		}
		if c.q.has("NewDescription") {
			r.Description = c.q.get("NewDescription")
		}
		if session != 0 {
			r.MaxSessionSeconds = session
		}
		r.Updated = c.now
		return nil
	})
	return tree{"Role": c.roleRow(&after)}, err
}

// deleteRole wants every policy detached first.
func deleteRole(c *call) (tree, *apiError) {
	return tree{}, c.change(func(next *Document) (bool, *apiError) {
		r, err := c.namedRole(next.ram())
		if err != nil {
			return false, err
		}
		if len(r.Policies) > 0 {
			return false, errConflict("Role.Policy")
		}
		next.dropRole(r.Account, r.Name)
		return true, nil
	})
}

func listRoles(c *call) (tree, *apiError) {
	size, err := c.q.intParam("MaxItems", 1, 1000, 100)
	if err != nil {
		return nil, err
	}
	from, err := markerOffset(c.q.get("Marker"))
	if err != nil {
		return nil, err
	}
	rows := []tree{}
	for i := range c.doc.Roles {
		if r := &c.doc.Roles[i]; r.Account == c.account() {
			rows = append(rows, c.roleRow(r))
		}
	}
	from = min(from, len(rows))
	to := min(from+size, len(rows))
	answer := tree{"Roles": tree{"Role": rows[from:to]}, "IsTruncated": to < len(rows)}
	if to < len(rows) {
		answer["Marker"] = base64.RawURLEncoding.EncodeToString([]byte("marker/" + strconv.Itoa(to)))
	}
	return answer, nil
}

func markerOffset(marker string) (int, *apiError) {
	if marker == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(marker)
	digits, ok := strings.CutPrefix(string(text), "marker/")
	offset, convErr := strconv.Atoi(digits)
	if err != nil || !ok || convErr != nil || offset < 0 {
		return 0, fail(http.StatusBadRequest, "InvalidParameter.Marker", "The specified Marker is not valid.")
	}
	return offset, nil
}

// roleRow is a role as RAM answers it. How the name comes back in the ARN, and in what form the document does, are dialects.
func (c *call) roleRow(r *Role) tree {
	trust := r.Trust
	if c.doc.Dialects.TrustForm == "reformatted" {
		trust = reformat(trust)
	}
	return tree{
		"RoleId": r.ID, "RoleName": r.Name, "Arn": c.roleARN(r), "Description": r.Description, "AssumeRolePolicyDocument": trust,
		"MaxSessionDuration": r.MaxSessionSeconds, "CreateDate": r.Created.UTC().Format(timeFormat),
		"UpdateDate": r.Updated.UTC().Format(timeFormat),
	}
}

func (c *call) roleARN(r *Role) string {
	name := r.Name
	if c.doc.Dialects.RoleName == "lowerCase" {
		name = strings.ToLower(name)
	}
	return "acs:ram::" + r.Account + ":role/" + name
}
