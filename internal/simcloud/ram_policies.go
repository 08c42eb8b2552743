// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "slices"

// createPolicy makes a custom policy with its first version (vendor docs, CreatePolicy).
func createPolicy(c *call) (tree, *apiError) {
	tags, err := c.newTags()
	if err != nil {
		return nil, err
	}
	name, document := c.q.get("PolicyName"), c.q.get("PolicyDocument")
	err = firstError(checkName("PolicyName", name, policyChars, 128), c.checkDescription("Description"),
		checkDocument("PolicyDocument", document, policyDocument, maxDocument))
	if err != nil {
		return nil, err
	}
	p := Policy{Account: c.account(), Name: name, Description: c.q.get("Description"), Created: c.now, Updated: c.now, Tags: tags,
		LastVersion: 1, Versions: []PolicyVersion{{ID: "v1", Document: document, Default: true, Created: c.now}}}
	err = c.change(func(next *Document) (bool, *apiError) {
		own := 0
		for _, other := range next.Policies {
			if other.Account == p.Account {
				own++
			}
		}
		switch {
		case systemPolicy(name) != nil || next.ram().policy(p.Account, PolicyCustom, name) != nil:
			return false, errExists("Policy", name)
		case own >= maxPolicies:
			return false, errLimit("Policy", maxPolicies)
		}
		next.Policies = append(next.Policies, p)
		return true, nil
	})
	return tree{"Policy": policyRow(&p, PolicyCustom)}, err
}

func getPolicy(c *call) (tree, *apiError) {
	p, kind, err := c.findPolicy(c.doc.ram())
	if err != nil {
		return nil, err
	}
	row := policyRow(p, kind)
	row["AttachmentCount"] = len(c.doc.ram().holders(c.account(), kind, p.Name))
	return tree{"Policy": row, "DefaultPolicyVersion": versionRow(p.current())}, nil
}

// changePolicy edits a copy of the custom policy that the call names.
func (c *call) changePolicy(edit func(next *Document, p *Policy) *apiError) *apiError {
	return c.change(func(next *Document) (bool, *apiError) {
		name := c.q.get("PolicyName")
		if name == "" {
			return false, errMissing("PolicyName")
		}
		p := next.ram().policy(c.account(), PolicyCustom, name)
		if p == nil {
			return false, errNotExist("Policy", name)
		}
		*p = p.clone()
		p.Updated = c.now
		if err := edit(next, p); err != nil {
			return false, err
		}
		return true, nil
	})
}

// deletePolicy refuses a policy that is attached, and without CascadingDelete one that has further versions. The code of the
// first refusal is a guess: the documents name those of users and groups alone.
func deletePolicy(c *call) (tree, *apiError) {
	cascading, err := c.q.boolParam("CascadingDelete")
	if err != nil {
		return nil, err
	}
	return tree{}, c.changePolicy(func(next *Document, p *Policy) *apiError {
		switch {
		case len(next.ram().holders(p.Account, PolicyCustom, p.Name)) > 0:
			return errConflict("Policy.Role")
		case len(p.Versions) > 1 && !cascading:
			return errConflict("Policy.Version")
		}
		account, name := p.Account, p.Name
		next.Policies = slices.DeleteFunc(next.Policies, func(x Policy) bool { return x.Account == account && x.Name == name })
		return nil
	})
}

// listEntitiesForPolicy lists the roles that a policy is attached to; users and groups get no policies in this world.
func listEntitiesForPolicy(c *call) (tree, *apiError) {
	p, kind, err := c.findPolicy(c.doc.ram())
	if err != nil {
		return nil, err
	}
	rows := []tree{}
	for _, r := range c.doc.ram().holders(c.account(), kind, p.Name) {
		since := r.Policies[r.attachment(kind, p.Name)].Since
		rows = append(rows, tree{"RoleName": r.Name, "RoleId": r.ID, "Arn": c.roleARN(r), "Description": r.Description,
			"AttachDate": since.UTC().Format(timeFormat)})
	}
	return tree{"Users": tree{"User": []tree{}}, "Groups": tree{"Group": []tree{}}, "Roles": tree{"Role": rows}}, nil
}

func policyRow(p *Policy, kind string) tree {
	return tree{
		"PolicyName": p.Name, "PolicyType": kind, "Description": p.Description, "DefaultVersion": p.current().ID,
		"CreateDate": p.Created.UTC().Format(timeFormat), "UpdateDate": p.Updated.UTC().Format(timeFormat),
	}
}
