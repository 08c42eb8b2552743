// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

const versionSTS = "2015-04-01"

// stsOperations are the STS actions of this cloud.
func stsOperations() []operation {
	return []operation{{product: productSTS, version: versionSTS, action: "GetCallerIdentity", handle: getCallerIdentity}}
}

// getCallerIdentity says who signed the request. It needs no grant.
func getCallerIdentity(c *call) (tree, *apiError) {
	account := c.account()
	if user := c.who.user; user != nil {
		return tree{"AccountId": account, "UserId": user.ID, "RoleId": "", "PrincipalId": user.ID, "IdentityType": "RAMUser",
			"Arn": "acs:ram::" + account + ":user/" + user.Name}, nil
	}
	return tree{"AccountId": account, "UserId": account, "RoleId": "", "PrincipalId": account, "IdentityType": "Account",
		"Arn": "acs:ram::" + account + ":root"}, nil
}
