// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"slices"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// ramRows are RAM's part of the table, as a reader of a condition meets it.
var ramRows = []codeRow{
	{403, "NoPermission", cloud.Denied, cloud.AboutCall, "allow ram:DeleteRole in its RAM policy"},
	{403, "Inactive", cloud.Denied, cloud.AboutCall, "activate it in the RAM console"},
	{404, "EntityNotExist.Role", cloud.NotFound, cloud.AboutRole, "has no such RAM role"},
	{404, "EntityNotExist.Role.Policy", cloud.NotFound, cloud.AboutRole, "not attached to the RAM role"},
	{404, "EntityNotExist.Policy", cloud.NotFound, cloud.AboutPolicy, "has no such RAM policy"},
	{404, "EntityNotExist.Policy.Version", cloud.NotFound, cloud.AboutPolicy, "has no such version"},
	{409, "EntityAlreadyExists.Role", cloud.Exists, cloud.AboutRole, "has a RAM role of this name already"},
	{409, "EntityAlreadyExists.Role.Policy", cloud.Exists, cloud.AboutRole, "attached to the RAM role already"},
	{409, "EntityAlreadyExists.Policy", cloud.Exists, cloud.AboutPolicy, "has a RAM policy of this name already"},
	{409, "EntityAlreadyExists.Brandnew", cloud.Exists, cloud.AboutCall, "there already"},
	{409, "DeleteConflict.Role.Policy", cloud.Conflict, cloud.AboutRole, "still attached to the RAM role: detach them"},
	{409, "DeleteConflict.Policy.User", cloud.Conflict, cloud.AboutPolicy, "still attached to somebody: detach it"},
	{409, "DeleteConflict.Policy.Group", cloud.Conflict, cloud.AboutPolicy, "still attached to somebody"},
	{409, "DeleteConflict.Policy.Role", cloud.Conflict, cloud.AboutPolicy, "still attached to somebody"},
	{409, "DeleteConflict.Policy", cloud.Conflict, cloud.AboutPolicy, "still attached to somebody"},
	{409, "DeleteConflict.Policy.Version", cloud.Conflict, cloud.AboutPolicy, "still has versions"},
	{409, "DeleteConflict.Policy.Version.Default", cloud.Conflict, cloud.AboutPolicy, "still attached"},
	{409, "DeleteConflict.Brandnew", cloud.Conflict, cloud.AboutCall, "still in use"},
	{409, "LimitExceeded.Role", cloud.Quota, cloud.AboutRole, "as many RAM roles as its quota allows"},
	{409, "LimitExceeded.Role.Policy", cloud.Quota, cloud.AboutRole, "as many policies are attached"},
	{409, "LimitExceeded.Policy", cloud.Quota, cloud.AboutPolicy, "as many RAM policies as its quota allows"},
	{409, "LimitExceeded.Policy.Version", cloud.Quota, cloud.AboutPolicy, "as many versions as it may have"},
	{409, "LimitExceeded.Policy.Brandnew", cloud.Quota, cloud.AboutPolicy, "as many RAM policies as its quota allows"},
	{409, "LimitExceeded.Brandnew", cloud.Quota, cloud.AboutCall, "raise the quota"},
	{400, "InvalidParameter.AssumeRolePolicyDocument.Length", cloud.TooLong, cloud.AboutRole, "longer than RAM takes"},
	{400, "InvalidParameter.NewAssumeRolePolicyDocument.Length", cloud.TooLong, cloud.AboutRole, "longer than RAM takes"},
	{400, "InvalidParameter.AssumeRolePolicyDocument", cloud.Invalid, cloud.AboutRole, "may not exist"},
	{400, "InvalidParameter.NewAssumeRolePolicyDocument.Format", cloud.Invalid, cloud.AboutRole, "may not exist"},
	{400, "InvalidParameter.PolicyDocument.Length", cloud.TooLong, cloud.AboutPolicy, "longer than RAM takes"},
	{400, "InvalidParameter.PolicyDocument", cloud.Invalid, cloud.AboutPolicy, "does not take the policy document"},
	{400, "MalformedPolicyDocument", cloud.Invalid, cloud.AboutCall, "an account that it names may not exist"},
	{409, "MalformedPolicyDocument", cloud.Invalid, cloud.AboutCall, "does not take the policy document"},
	{400, "InvalidParameter.Tag", cloud.Invalid, cloud.AboutRole, "does not take the tags"},
	{400, "InvalidParameter.TagKeys", cloud.Invalid, cloud.AboutRole, "does not take the tags"},
	{400, "InvalidParameter.ResourceType", cloud.Invalid, cloud.AboutRole, "does not take the tags"},
	{400, "InvalidParameter.RoleName.InvalidChars", cloud.Invalid, cloud.AboutRole, "name of a RAM role"},
	{400, "InvalidParameter.RoleName.Length", cloud.Invalid, cloud.AboutRole, "1 to 64"},
	{400, "InvalidParameter.PolicyName.Length", cloud.Invalid, cloud.AboutPolicy, "1 to 128"},
	{400, "InvalidParameter.PolicyType", cloud.Invalid, cloud.AboutPolicy, "please report it"},
	{400, "InvalidParameter.VersionId.Format", cloud.Invalid, cloud.AboutPolicy, "please report it"},
	{400, "InvalidParameter.Description.Length", cloud.Invalid, cloud.AboutCall, "please report it"},
	{500, "InternalError", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{400, "Throttling.User", cloud.Throttled, cloud.AboutCall, "goes on by itself"},
	{404, "EntityNotExist.Brandnew", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
	{400, "InvalidParameter", cloud.Unknown, cloud.AboutCall, "The vendor says so"},
}

// kmsRows are the part of KMS.
var kmsRows = []codeRow{
	{404, "Forbidden.KeyNotFound", cloud.NotFound, cloud.AboutKey, "no such key in this region"},
	{404, "Forbidden.AliasNotFound", cloud.NotFound, cloud.AboutKey, "no key of this alias"},
	{404, "Forbidden.ResourceNotFound", cloud.NotFound, cloud.AboutKey, "no such key in this region"},
	{403, "Forbidden.NoPermission", cloud.Denied, cloud.AboutCall, "allow kms:DescribeKey in its RAM policy"},
	{403, "Forbidden.AccessKey", cloud.Unauthenticated, cloud.AboutCall, "is disabled"},
	{403, "Forbidden.KmsServiceNotEnabled", cloud.Denied, cloud.AboutCall, "activate it in the KMS console"},
	{403, "Forbidden.UbsmsInvalidUserid", cloud.Denied, cloud.AboutCall, "activate it in the KMS console"},
	{403, "Forbidden.UbsmsInvalidBid", cloud.Denied, cloud.AboutCall, "activate it in the KMS console"},
	{403, "Forbidden.ProhibitedByRiskControl", cloud.Denied, cloud.AboutCall, "barred the account"},
	{403, "Forbidden.InDebt", cloud.Denied, cloud.AboutCall, "account is overdue: pay"},
	{403, "Forbidden.InDebtOverdue", cloud.Denied, cloud.AboutCall, "account is overdue: pay"},
	{409, "Rejected.Disabled", cloud.Invalid, cloud.AboutKey, "enable it in KMS"},
	{409, "Rejected.PendingDeletion", cloud.Invalid, cloud.AboutKey, "scheduled for deletion"},
	{409, "Rejetced.PendingDeletion", cloud.Invalid, cloud.AboutKey, "scheduled for deletion"},
	{409, "Rejected.PendingImport", cloud.Invalid, cloud.AboutKey, "no key material"},
	{409, "Rejected.Enabled", cloud.Invalid, cloud.AboutKey, "not in a state that allows kms:DescribeKey"},
	{409, "Rejected.StateModifiedFailed", cloud.Invalid, cloud.AboutKey, "not in a state that allows"},
	{400, "Rejected.UnsupportedOperation", cloud.Invalid, cloud.AboutKey, "no kms:DescribeKey for keys of this kind"},
	{400, "UnsupportedOperation", cloud.Invalid, cloud.AboutKey, "for keys of this kind"},
	{400, "Unsupported.Alias", cloud.Invalid, cloud.AboutKey, "for the ID of a key"},
	{400, "Unsupported.Origin", cloud.Invalid, cloud.AboutKey, "for keys of this kind"},
	{400, "InvalidParameter", cloud.Invalid, cloud.AboutKey, "for the ID of a key"},
	{400, "IllegalTimestamp", cloud.Unavailable, cloud.AboutCall, "clock of the machine"},
	{500, "InternalFailure", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{503, "ServiceUnavailableTemporary", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{503, "SerivceUnavailableTemporary", cloud.Unavailable, cloud.AboutCall, "tried again"},
	{400, "Rejected.Throttling", cloud.Throttled, cloud.AboutCall, "goes on by itself"},
	{409, "Rejected.Brandnew", cloud.Conflict, cloud.AboutCall, "The vendor says so"},
}

func TestCodesOfRAM(t *testing.T) { checkCodes(t, "DeleteRole", ramRows) }

func TestCodesOfKMS(t *testing.T) { checkCodes(t, "Key", kmsRows) }

// Each code stands in one place, is spelt as it is looked up, and is tested.
func TestTableOfCodes(t *testing.T) {
	var tested strings.Builder
	for _, row := range slices.Concat(codeRows, ramRows, kmsRows, sharingRows, directoryRows, imageTagCodeRows) {
		tested.WriteString(" " + normal(row.code))
	}
	count := 0
	for _, product := range []map[string]meaning{commonCodes, ecsCodes, ramCodes, kmsCodes, sharingCodes} {
		count += len(product)
		for code := range product {
			if normal(code) != code {
				t.Errorf("%s is never found", code)
			}
			if head := strings.TrimSuffix(code, ".*"); !strings.Contains(tested.String(), " "+head) {
				t.Errorf("%s is not tested", code)
			}
		}
	}
	if count != len(codes) {
		t.Errorf("%d codes in the tables, %d in all", count, len(codes))
	}
}
