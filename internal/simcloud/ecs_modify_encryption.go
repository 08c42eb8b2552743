// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"net/http"
	"slices"
)

// checkEncryption holds what is refused of an encrypted image, whoever it is to be shared with (codes: vendor docs,
// ModifyImageSharePermission; their order is a guess). What is left depends on the role, and is looked at for each account.
func (s *sharing) checkEncryption() *apiError {
	e := s.doc.encryptionOf(s.img)
	switch {
	case len(e.keys) == 0:
		return nil
	case slices.Contains(s.doc.Limits.NoEncryptedSharing, s.img.Region):
		return fail(http.StatusForbidden, "OperationDeined.EncryptedSnapshot", "The image contains encrypted snapshots, which do not support share.")
	case e.service:
		return fail(http.StatusForbidden, "InvalidOperation.ServiceKeyEncryptedImageUnsupported",
			"The specified service key encrypted image is not supported for this operation. "+
				"Please switch to a CMK (Customer Master Key) encrypted image and retry.")
	case len(e.keys) > 1:
		return fail(http.StatusForbidden, "OperationDeined.FullImage", "The encrypted image contains multiple snapshots, which do not support share.")
	}
	s.reader, s.encryption = s.ram.reader(s.img.Owner), e
	return s.checkKey(e.keys[0])
}

// checkKey looks at the key itself. Where this world does not know which key it is, it has nothing to look at.
func (s *sharing) checkKey(id string) *apiError {
	k := s.doc.key(s.img.Region, id)
	switch {
	case id == "":
		return nil
	case k == nil || k.State != KeyEnabled:
		return fail(http.StatusForbidden, "InvalidParameter.KMSKeyId.CMKNotEnabled", "The CMK needs to be enabled.")
	case !s.reader.admitted(k):
		return errKeyUnauthorized()
	}
	return nil
}

func errKeyUnauthorized() *apiError {
	return fail(http.StatusForbidden, "InvalidParameter.KMSKeyId.CMKUnauthorized", "The CMK lacks authorization to add tags to the ECS service.")
}

// checkRole holds what is refused of an encrypted image for one account's sake: the role must be there, trust the account, and be
// allowed to use the key, all of that in what has taken effect. Which code tells of the last is a dialect.
func (s *sharing) checkRole(account string) *apiError {
	if s.reader == nil {
		return nil
	}
	// Whether trust in the account's directory is looked at here is a dialect.
	who := subject{account: account}
	if s.doc.Dialects.DirectoryTrustForAccounts == "yes" {
		who = s.doc.subject(account)
	}
	switch {
	case s.reader.trusts(who) && s.reader.reads(s.doc, s.img, s.encryption):
		return nil
	case s.reader.trusts(who) && s.doc.Dialects.NoKeyAccess == "cmkUnauthorized":
		return errKeyUnauthorized()
	}
	return fail(http.StatusForbidden, "AssumeRoleError", "Requires a RAM role of "+shareRole+" before sharing encrypted image.")
}
