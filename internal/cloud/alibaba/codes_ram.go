// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import "github.com/imageshare-operator/imageshare-operator/internal/cloud"

// The sentences about roles and policies.
const (
	activateRAM = "RAM is not activated for the Alibaba Cloud account: activate it in the RAM console"

	noSuchRole   = "the account of these credentials has no such RAM role"
	roleThere    = "the account of these credentials has a RAM role of this name already"
	roleInUse    = "policies are still attached to the RAM role: detach them first"
	roleName     = "this cannot be the name of a RAM role: it has 1 to 64 letters, digits, periods and hyphens"
	roleQuota    = "the account has as many RAM roles as its quota allows: delete one that is not needed, or raise the quota in Quota Center"
	attachQuota  = "as many policies are attached to the RAM role as its quota allows: detach one, or raise the quota in Quota Center"
	trustTooLong = "the trust policy of the RAM role is longer than RAM takes: share encrypted images with fewer accounts, or with folders of accounts"

	noTags = "RAM does not take the tags of the RAM role: check in the RAM console whether roles of the account can have tags"

	noSuchPolicy  = "the account of these credentials has no such RAM policy"
	notAttached   = "the policy is not attached to the RAM role"
	isAttached    = "the policy is attached to the RAM role already"
	policyThere   = "the account of these credentials has a RAM policy of this name already"
	policyInUse   = "the RAM policy is still attached to somebody: detach it first"
	policyName    = "this cannot be the name of a RAM policy: it has 1 to 128 letters, digits and hyphens"
	policyQuota   = "the account has as many RAM policies as its quota allows: delete one that is not needed, or raise the quota in Quota Center"
	policyTooLong = "the RAM policy is longer than RAM takes: share images that are encrypted with fewer different keys"
	versionQuota  = "the RAM policy has as many versions as it may have: delete one that is not the default"
	noSuchVersion = "the RAM policy has no such version"
	versionsLeft  = "the RAM policy still has versions that are not the default: delete them first"
	badDocument   = "RAM does not take the policy document: an account that it names may not exist; " +
		"if all do, this is a fault of the operator, please report it"

	thereAlready = "what was to be made in RAM is there already"
	stillInUse   = "what is to be deleted in RAM is still in use"
	someQuota    = "a quota of RAM is used up: delete what is not needed, or raise the quota in Quota Center"
)

// ramCodes are the codes of RAM. Sources: RAM, error messages; the pages of
// CreateRole, UpdateRole and DeletePolicy. For a policy that is attached to a
// role the vendor's Terraform provider expects DeleteConflict.Role.Policy from
// DeletePolicy as well, which elsewhere speaks of the role.
var ramCodes = map[string]meaning{
	"inactive": {cloud.Denied, cloud.AboutCall, activateRAM},

	"entitynotexist.role":                                 {cloud.NotFound, cloud.AboutRole, noSuchRole},
	"entitynotexist.role.policy":                          {cloud.NotFound, cloud.AboutRole, notAttached},
	"entityalreadyexists.role":                            {cloud.Exists, cloud.AboutRole, roleThere},
	"entityalreadyexists.role.policy":                     {cloud.Exists, cloud.AboutRole, isAttached},
	"deleteconflict.role.*":                               {cloud.Conflict, cloud.AboutRole, roleInUse},
	"limitexceeded.role":                                  {cloud.Quota, cloud.AboutRole, roleQuota},
	"limitexceeded.role.*":                                {cloud.Quota, cloud.AboutRole, attachQuota},
	"invalidparameter.tag.*":                              {cloud.Invalid, cloud.AboutRole, noTags},
	"invalidparameter.tagkeys.*":                          {cloud.Invalid, cloud.AboutRole, noTags},
	"invalidparameter.resourcetype.*":                     {cloud.Invalid, cloud.AboutRole, noTags},
	"invalidparameter.rolename.*":                         {cloud.Invalid, cloud.AboutRole, roleName},
	"invalidparameter.assumerolepolicydocument.*":         {cloud.Invalid, cloud.AboutRole, badDocument},
	"invalidparameter.newassumerolepolicydocument.*":      {cloud.Invalid, cloud.AboutRole, badDocument},
	"invalidparameter.assumerolepolicydocument.length":    {cloud.TooLong, cloud.AboutRole, trustTooLong},
	"invalidparameter.newassumerolepolicydocument.length": {cloud.TooLong, cloud.AboutRole, trustTooLong},

	"entitynotexist.policy":                  {cloud.NotFound, cloud.AboutPolicy, noSuchPolicy},
	"entitynotexist.policy.version":          {cloud.NotFound, cloud.AboutPolicy, noSuchVersion},
	"entityalreadyexists.policy":             {cloud.Exists, cloud.AboutPolicy, policyThere},
	"deleteconflict.policy.*":                {cloud.Conflict, cloud.AboutPolicy, policyInUse},
	"deleteconflict.policy.version":          {cloud.Conflict, cloud.AboutPolicy, versionsLeft},
	"limitexceeded.policy":                   {cloud.Quota, cloud.AboutPolicy, policyQuota},
	"limitexceeded.policy.version":           {cloud.Quota, cloud.AboutPolicy, versionQuota},
	"limitexceeded.policy.*":                 {cloud.Quota, cloud.AboutPolicy, policyQuota},
	"invalidparameter.policyname.*":          {cloud.Invalid, cloud.AboutPolicy, policyName},
	"invalidparameter.policytype.*":          {cloud.Invalid, cloud.AboutPolicy, ourFault},
	"invalidparameter.versionid.*":           {cloud.Invalid, cloud.AboutPolicy, ourFault},
	"invalidparameter.policydocument.*":      {cloud.Invalid, cloud.AboutPolicy, badDocument},
	"invalidparameter.policydocument.length": {cloud.TooLong, cloud.AboutPolicy, policyTooLong},

	"malformedpolicydocument.*":      {cloud.Invalid, cloud.AboutCall, badDocument},
	"invalidparameter.description.*": {cloud.Invalid, cloud.AboutCall, ourFault},
	"entityalreadyexists.*":          {cloud.Exists, cloud.AboutCall, thereAlready},
	"deleteconflict.*":               {cloud.Conflict, cloud.AboutCall, stillInUse},
	"limitexceeded.*":                {cloud.Quota, cloud.AboutCall, someQuota},
}
