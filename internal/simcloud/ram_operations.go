// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "strings"

const versionRAM = "2015-05-01"

// Kinds of what RAM can tag, as ResourceType names them.
const (
	taggedRole   = "role"
	taggedPolicy = "policy"
)

// ramOperations are the RAM actions of this cloud.
func ramOperations() []operation {
	ops := []operation{
		{action: "CreateRole", write: true, resources: namedRole, handle: createRole},
		{action: "GetRole", resources: namedRole, handle: getRole},
		{action: "UpdateRole", write: true, resources: namedRole, handle: updateRole},
		{action: "DeleteRole", write: true, resources: namedRole, handle: deleteRole},
		{action: "ListRoles", resources: anyRole, handle: listRoles},
		{action: "ListPoliciesForRole", resources: namedRole, handle: listPoliciesForRole},
		{action: "AttachPolicyToRole", write: true, resources: roleAndPolicy, handle: attachPolicyToRole},
		{action: "DetachPolicyFromRole", write: true, resources: roleAndPolicy, handle: detachPolicyFromRole},
		{action: "CreatePolicy", write: true, resources: ownPolicy, handle: createPolicy},
		{action: "GetPolicy", resources: namedPolicy, handle: getPolicy},
		{action: "GetPolicyVersion", resources: namedPolicy, handle: getPolicyVersion},
		{action: "CreatePolicyVersion", write: true, resources: ownPolicy, handle: createPolicyVersion},
		{action: "DeletePolicy", write: true, resources: ownPolicy, handle: deletePolicy},
		{action: "DeletePolicyVersion", write: true, resources: ownPolicy, handle: deletePolicyVersion},
		{action: "ListPolicyVersions", resources: namedPolicy, handle: listPolicyVersions},
		{action: "SetDefaultPolicyVersion", write: true, resources: ownPolicy, handle: setDefaultPolicyVersion},
		{action: "ListEntitiesForPolicy", resources: namedPolicy, handle: listEntitiesForPolicy},
		{action: "TagResources", write: true, resources: taggedInRAM, handle: tagRAMResources},
		{action: "UntagResources", write: true, resources: taggedInRAM, handle: untagRAMResources},
		{action: "ListTagResources", resources: taggedInRAM, handle: listRAMTagResources},
	}
	for i := range ops {
		ops[i].product, ops[i].version = productRAM, versionRAM
	}
	return ops
}

// ramARN names one of the caller's roles or policies. RAM has no regions.
func (c *call) ramARN(kind, name string) string {
	return "acs:ram:*:" + c.account() + ":" + kind + "/" + name
}

func namedRole(c *call) []string { return []string{c.ramARN(taggedRole, c.q.get("RoleName"))} }

func anyRole(c *call) []string { return []string{c.ramARN(taggedRole, "*")} }

// ownPolicy is the policy of an action that works on custom ones alone.
func ownPolicy(c *call) []string { return []string{c.ramARN(taggedPolicy, c.q.get("PolicyName"))} }

func namedPolicy(c *call) []string {
	if c.q.get("PolicyType") == PolicySystem {
		return []string{"acs:ram:*:system:policy/" + c.q.get("PolicyName")}
	}
	return ownPolicy(c)
}

func roleAndPolicy(c *call) []string { return append(namedRole(c), namedPolicy(c)...) }

// taggedInRAM is each resource that the call names, or all of its kind when it names none, or none that can be read.
func taggedInRAM(c *call) []string {
	kind := c.q.get("ResourceType")
	names, err := jsonStrings(c.q.get("ResourceNames"), "ResourceNames")
	if err != nil || len(names) == 0 {
		return []string{c.ramARN(kind, "*")}
	}
	arns := make([]string, 0, len(names))
	for _, name := range names {
		arns = append(arns, c.ramARN(kind, name))
	}
	return arns
}

// subject is the role or policy that a RAM call is about, for the journal.
func (c *call) subject(kind, param string) string {
	if name := c.q.get(param); name != "" || c.op.product != productRAM || c.q.get("ResourceType") != kind {
		return name
	}
	names, _ := jsonStrings(c.q.get("ResourceNames"), "ResourceNames")
	return strings.Join(names, ",")
}
