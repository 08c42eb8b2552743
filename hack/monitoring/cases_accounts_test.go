// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package monitoring

import "time"

// accountCases are those of alerts on SharerAccounts.
var accountCases = []alertCase{
	{"SharerAccountNotReady", "one of ten, which cannot reach STS, with two images", leads + sharerReady + `reason="CloudUnavailable"} 1x190` + "\n" + answers("sts", 9) +
		notReady("golden", "SharerAccountNotReady") + notReady("silver", "SharerAccountNotReady"), 90 * time.Minute, true, ""},
	{"SharerAccountNotReady", "deleted, while two images are not", leads + sharerReady + `reason="InUse"} 1x190` + "\n" + notReady("golden", "SharerAccountNotReady") + notReady("silver", "SharerAccountNotReady") +
		golden + `type="Stalled",reason="SharerAccountNotReady"} 1x190`, 90 * time.Minute, true, ""},
	{"SharerAccountNotReady", "by turns for this and that", leads + byTurns(sharerReady+`reason="CloudUnavailable"}`, sharerReady+`reason="CredentialsRejected"}`), 29 * time.Minute, true, ""},
	{"SharerAccountNotReady", "for a moment", leads + sharerReady + `reason="Waiting"} 1x10`, 40 * time.Minute, false, ""},
	{"SharerAccountNotReady", "since it is suspended", leads + sharerReady + `reason="Suspended"} 1x60`, 60 * time.Minute, false, ""},
	{"SharerAccountNotReady", "and its credentials fail, which has an alert of its own", leads + sharerReady + `reason="CredentialsRejected"} 1x60`, 60 * time.Minute, false, "SharerAccountCredentialsFailing"},
	{"SharerAccountNotReady", "and stalled, which has an alert of its own", leads + sharerReady + `reason="RoleClaimed"} 1x60` + "\n" +
		`imageshare_sharer_condition{sharer="default",type="Stalled",reason="RoleClaimed"} 1x60`, 60 * time.Minute, false, "SharerAccountStalled"},

	{"SharerAccountCredentialsFailing", "rejected", leads + `imageshare_sharer_ready{sharer="default",status="Unknown",reason="CredentialsRejected"} 1x30` + "\n" +
		`imageshare_sharer_condition{sharer="default",type="Stalled",reason="CredentialsRejected"} 1x30`, 25 * time.Minute, true, ""},
	{"SharerAccountCredentialsFailing", "by turns for this and that", leads +
		byTurns(sharerReady+`reason="SecretNotFound"}`, sharerReady+`reason="SecretInvalid"}`), 18 * time.Minute, true, ""},
	{"SharerAccountCredentialsFailing", "another reason", leads + sharerReady + `reason="RoleClaimed"} 1x15`, 15 * time.Minute, false, ""},

	{"SharerAccountCredentialsNotRenewed", "again and again", leads + `imageshare_cloud_credentials_not_renewed_total 0+1x30`, 20 * time.Minute, true, ""},
	{"SharerAccountCredentialsNotRenewed", "once", leads + `imageshare_cloud_credentials_not_renewed_total 0x5 1x60`, 40 * time.Minute, false, ""},
	{"SharerAccountCredentialsNotRenewed", "for two minutes", leads + `imageshare_cloud_credentials_not_renewed_total 0x5 2+2x2 6x60`, 40 * time.Minute, false, ""},
	{"SharerAccountCredentialsNotRenewed", "for twelve minutes, in which they expire", leads + `imageshare_cloud_credentials_not_renewed_total 0x5 2+2x7`, 14 * time.Minute, true, ""},
	{"SharerAccountCredentialsNotRenewed", "never", leads + `imageshare_cloud_credentials_not_renewed_total 3x30`, 20 * time.Minute, false, ""},

	{"SharerAccountStalled", "over the role", leads + `imageshare_sharer_condition{sharer="default",type="Stalled",reason="RoleClaimed"} 1x30`, 20 * time.Minute, true, ""},
	{"SharerAccountStalled", "by turns over this and that", leads + byTurns(`imageshare_sharer_condition{sharer="default",type="Stalled",reason="RoleClaimed"}`,
		`imageshare_sharer_condition{sharer="default",type="Stalled",reason="Denied"}`), 20 * time.Minute, true, ""},
	{"SharerAccountStalled", "not at all", leads + `imageshare_sharer_condition{sharer="default",type="Reconciling",reason="Waiting"} 1x30`, 20 * time.Minute, false, ""},

	{"SharerAccountDeletionsHeld", "21", leads + `imageshare_sharer_held_deletions{sharer="default"} 21x10`, 5 * time.Minute, true, ""},
	{"SharerAccountDeletionsHeld", "none", leads, 5 * time.Minute, false, ""},

	{"SharerAccountKeysUnhealthy", "about to be deleted", leads + `imageshare_sharer_keys{sharer="default",state="PendingDeletion"} 1x30`, 10 * time.Minute, true, ""},
	{"SharerAccountKeysUnhealthy", "of another account", leads + `imageshare_sharer_keys{sharer="default",state="OtherAccount"} 1x30`, 10 * time.Minute, true, ""},
	{"SharerAccountKeysUnhealthy", "all is well", leads + `imageshare_sharer_keys{sharer="default",state="Enabled"} 4x30` + "\n" +
		`imageshare_sharer_keys{sharer="default",state="Unknown"} 1x30`, 10 * time.Minute, false, ""},

	{"SharerAccountTrustPolicyNearLimit", "nearly full", leads + `imageshare_sharer_trust_policy_characters{sharer="default"} 1900x60` + "\n" +
		`imageshare_sharer_trust_policy_limit_characters{sharer="default",basis="Assumed"} 2048x60`, 45 * time.Minute, true, ""},
	{"SharerAccountTrustPolicyNearLimit", "room enough", leads + `imageshare_sharer_trust_policy_characters{sharer="default"} 1900x60` + "\n" +
		`imageshare_sharer_trust_policy_limit_characters{sharer="default",basis="Refused"} 4099x60`, 45 * time.Minute, false, ""},
}
