// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

const versionSTS = "2015-04-01"

// stsOperations are the STS actions of this cloud.
func stsOperations() []operation {
	return []operation{
		{product: productSTS, version: versionSTS, action: "GetCallerIdentity", handle: getCallerIdentity},
		{product: productSTS, version: versionSTS, action: "AssumeRole", handle: assumeRole, resources: func(c *call) []string {
			return []string{c.q.get("RoleArn")}
		}},
		{product: productSTS, version: versionSTS, action: "AssumeRoleWithOIDC", handle: assumeRoleWithOIDC, unsigned: true},
	}
}

// getCallerIdentity says who signed the request. It needs no grant.
func getCallerIdentity(c *call) (tree, *apiError) {
	account := c.account()
	if r := c.who.role; r != nil {
		return tree{"AccountId": account, "RoleId": r.ID, "PrincipalId": r.ID + ":" + c.who.session, "IdentityType": "AssumedRoleUser",
			"Arn": "acs:ram::" + account + ":assumed-role/" + r.Name + "/" + c.who.session}, nil
	}
	if user := c.who.user; user != nil {
		return tree{"AccountId": account, "UserId": user.ID, "RoleId": "", "PrincipalId": user.ID, "IdentityType": "RAMUser",
			"Arn": "acs:ram::" + account + ":user/" + user.Name}, nil
	}
	return tree{"AccountId": account, "UserId": account, "RoleId": "", "PrincipalId": account, "IdentityType": "Account",
		"Arn": "acs:ram::" + account + ":root"}, nil
}
