// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// The names that objects carry.
const (
	// Finalizer holds a deleted object until what was granted on account of it
	// is gone from the cloud.
	Finalizer = "imageshare.alibabacloud.com/cleanup"
	// ReconcileRequestedAt is an annotation: whenever its value changes, the
	// operator looks at once.
	ReconcileRequestedAt = "imageshare.alibabacloud.com/reconcile-requested-at"
	// SecurityConfirmed is an annotation: with the ID of its image it says, of an
	// ImageShare, that the image holds nothing that its sharees must not see.
	SecurityConfirmed = "imageshare.alibabacloud.com/security-confirmed"
	// ApprovedPlan is an annotation: with the hash of a held plan, or several with
	// commas between them, it says that the plan may go on. Setting it takes the
	// verb approve.
	ApprovedPlan = "imageshare.alibabacloud.com/approved-plan"
	// Revision is an annotation: what an ImageShare was written from, such as a
	// commit. The operator's log quotes it with everything that is done in the
	// cloud for the ImageShare.
	Revision = "imageshare.alibabacloud.com/revision"
)

// Condition types. Ready, Reconciling and Stalled mean what kstatus, Flux and
// Argo CD take them to mean.
const (
	// ConditionReady is always there. True: everything is as declared. False:
	// it is not, and the reason says why. Unknown: the operator could not look.
	ConditionReady = "Ready"
	// ConditionReconciling is there, and True, while the operator expects to
	// get further by itself. Never together with Stalled.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is there, and True, while somebody has to change
	// something first. The operator goes on looking all the same.
	ConditionStalled = "Stalled"

	// ConditionImageShareable tells whether the image can be shared at all.
	// Unknown: the operator could not look.
	ConditionImageShareable = "ImageShareable"
	// ConditionRoleReady tells, of an ImageShare, whether the encryption role
	// lets every declared sharee decrypt the image; of a SharerAccount, whether
	// the role is as its ImageShares need it. It is there only where the role is
	// needed.
	ConditionRoleReady = "RoleReady"
	// ConditionAccountsShared tells whether every declared account is on the
	// image. Unknown: the operator could not look.
	ConditionAccountsShared = "AccountsShared"

	// ConditionOrganizationShared tells whether every declared directory and
	// folder has the image. It is there only where any is declared, or was.
	// Unknown: the operator could not look.
	ConditionOrganizationShared = "OrganizationShared"

	// ConditionRedundantSharees is there, and True, while something is declared
	// that is reached by something else that is.
	ConditionRedundantSharees = "RedundantSharees"
	// ConditionUndeclaredSharees is there, and True, while the image is
	// shared with somebody whom no ImageShare declares.
	ConditionUndeclaredSharees = "UndeclaredSharees"
	// ConditionPlanHeld is there, and True, while changes of the image wait for
	// somebody's approval, see status.heldPlan.
	ConditionPlanHeld = "PlanHeld"
	// ConditionDeletionsHeld is there, and True, while deleted ImageShares of a
	// SharerAccount wait, since they were too many at a time, see
	// status.heldDeletions.
	ConditionDeletionsHeld = "DeletionsHeld"
	// ConditionSettingsDiffer is there, and True, while ImageShares of the image
	// disagree on undeclaredSharees, so that the least destructive wins.
	ConditionSettingsDiffer = "SettingsDiffer"
	// ConditionKeysUnhealthy is there, and True, while an image that is shared
	// is encrypted with a key that cannot be used: sharees cannot launch it.
	ConditionKeysUnhealthy = "KeysUnhealthy"
	// ConditionRootCredentials is there, and True, while a SharerAccount is spoken
	// for with the credentials of the account itself, which may do anything.
	ConditionRootCredentials = "RootCredentials"
	// ConditionUnclaimed is there, and True, while the image cannot be given the
	// tag by which operators know whose it is to share.
	ConditionUnclaimed = "Unclaimed"
	// ConditionExpired is there, and True, once the time in expiresAt has come.
	ConditionExpired = "Expired"
	// ConditionChargesSharees is there, and True, while the image derives from
	// a paid image: whoever launches it is charged.
	ConditionChargesSharees = "ChargesSharees"
)

// Reasons. Each names what to do something about; the message says what.
const (
	// ReasonSucceeded: everything is as declared.
	ReasonSucceeded = "Succeeded"
	// ReasonPending: the operator has not looked yet.
	ReasonPending = "Pending"
	// ReasonProgressing: on the way, nothing is wrong.
	ReasonProgressing = "Progressing"
	// ReasonExpired: the time in expiresAt has come, and nobody has the image on
	// account of the object any more.
	ReasonExpired = "Expired"
	// ReasonObserving: the mode is Observe.
	ReasonObserving = "Observing"
	// ReasonSuspended: the object or its SharerAccount is suspended.
	ReasonSuspended = "Suspended"
	// ReasonRevoking: access is being taken away.
	ReasonRevoking = "Revoking"

	// ReasonSharerAccountNotFound: no SharerAccount has the name in sharerRef.
	ReasonSharerAccountNotFound = "SharerAccountNotFound"
	// ReasonSharerAccountNotReady: the SharerAccount has a problem of its own.
	ReasonSharerAccountNotReady = "SharerAccountNotReady"
	// ReasonSharerAccountChanged: the ledger tells of grants in another account
	// than the one that sharerRef leads to now.
	ReasonSharerAccountChanged = "SharerAccountChanged"
	// ReasonNotAllowed: no rule of the SharerAccount admits the ImageShare.
	ReasonNotAllowed = "NotAllowed"
	// ReasonUndecided: nobody knows yet whether a rule of the SharerAccount admits
	// the ImageShare.
	ReasonUndecided = "Undecided"
	// ReasonDuplicateAccount: an older SharerAccount has the same account ID.
	ReasonDuplicateAccount = "DuplicateAccount"
	// ReasonSecretNotFound: the Secret with the credentials is not there.
	ReasonSecretNotFound = "SecretNotFound"
	// ReasonSecretInvalid: the Secret lacks a key.
	ReasonSecretInvalid = "SecretInvalid"
	// ReasonCredentialsMissing: the environment holds no credentials.
	ReasonCredentialsMissing = "CredentialsMissing"
	// ReasonCredentialsRejected: the cloud does not accept the credentials.
	ReasonCredentialsRejected = "CredentialsRejected"
	// ReasonWrongAccount: the credentials belong to another account.
	ReasonWrongAccount = "WrongAccount"
	// ReasonRootCredentials: the credentials are those of the account itself.
	ReasonRootCredentials = "RootCredentials"
	// ReasonInUse: a deleted SharerAccount still has ImageShares with access
	// to take away.
	ReasonInUse = "InUse"

	// ReasonShareable: the image can be shared.
	ReasonShareable = "Shareable"
	// ReasonImageNotFound: the account has no such image in the region.
	ReasonImageNotFound = "ImageNotFound"
	// ReasonImageNotOwned: the image belongs to somebody else.
	ReasonImageNotOwned = "ImageNotOwned"
	// ReasonImageNotAvailable: the image is being made, or cannot be used.
	ReasonImageNotAvailable = "ImageNotAvailable"
	// ReasonImageDeprecated: the image is deprecated.
	ReasonImageDeprecated = "ImageDeprecated"
	// ReasonImageCommunity: the image is published to everyone.
	ReasonImageCommunity = "ImageCommunity"
	// ReasonRegionNotFound: there is no such region for the account.
	ReasonRegionNotFound = "RegionNotFound"
	// ReasonImageClaimed: another operator shares the image.
	ReasonImageClaimed = "ImageClaimed"
	// ReasonTooManyTags: the image can have no further tag.
	ReasonTooManyTags = "TooManyTags"
	// ReasonPaidImage: the image derives from a paid image.
	ReasonPaidImage = "PaidImage"

	// ReasonEncryptionUnknown: nobody could find out whether the image is
	// encrypted, or with which key.
	ReasonEncryptionUnknown = "EncryptionUnknown"
	// ReasonServiceKey: the image is encrypted with the service key of ECS, and
	// such images cannot be shared since 2025-07-01.
	ReasonServiceKey = "ServiceKey"
	// ReasonManyEncryptedDisks: the image has several encrypted snapshots.
	ReasonManyEncryptedDisks = "ManyEncryptedDisks"

	// ReasonWaiting: the encryption role is being made ready.
	ReasonWaiting = "Waiting"
	// ReasonPropagating: the role was changed, and the cloud does not act on it
	// yet.
	ReasonPropagating = "Propagating"
	// ReasonRoleRefused: the cloud says that the role does not do, though it is
	// as it should be.
	ReasonRoleRefused = "RoleRefused"
	// ReasonRoleNotAllowed: the ImageShare names another role than its
	// SharerAccount.
	ReasonRoleNotAllowed = "RoleNotAllowed"
	// ReasonRoleNotReady: the SharerAccount has trouble with the role.
	ReasonRoleNotReady = "RoleNotReady"
	// ReasonRoleClaimed: another operator writes to the role.
	ReasonRoleClaimed = "RoleClaimed"
	// ReasonRoleContended: somebody else writes the trust policy again and
	// again.
	ReasonRoleContended = "RoleContended"
	// ReasonTrustPolicyFull: the trust policy has no room for everyone.
	ReasonTrustPolicyFull = "TrustPolicyFull"
	// ReasonKeyPoliciesFull: no further policy can be attached to the role.
	ReasonKeyPoliciesFull = "KeyPoliciesFull"
	// ReasonPolicyNameTaken: a policy that somebody else made has the name of
	// one of ours.
	ReasonPolicyNameTaken = "PolicyNameTaken"
	// ReasonKeysUnhealthy: keys of shared images cannot be used.
	ReasonKeysUnhealthy = "KeysUnhealthy"

	// ReasonShareesFailed: some sharees need somebody to change something.
	ReasonShareesFailed = "ShareesFailed"
	// ReasonShareesPending: some sharees are not shared with yet.
	ReasonShareesPending = "ShareesPending"
	// ReasonUndeclared: somebody else put accounts on the image.
	ReasonUndeclared = "Undeclared"
	// ReasonPlanHeld: some changes wait for somebody's approval.
	ReasonPlanHeld = "PlanHeld"
	// ReasonDeletionHeld: the ImageShare was deleted with too many others.
	ReasonDeletionHeld = "DeletionHeld"
	// ReasonDeletionsHeld: too many ImageShares were deleted at a time.
	ReasonDeletionsHeld = "DeletionsHeld"
	// ReasonKeepWins: another ImageShare of the image wants undeclared sharees
	// kept.
	ReasonKeepWins = "KeepWins"
	// ReasonOwnAccount: an image cannot be shared with its own account.
	ReasonOwnAccount = "OwnAccount"
	// ReasonUnknownAccount: no account has this ID.
	ReasonUnknownAccount = "UnknownAccount"
	// ReasonNotVisible: the cloud said yes and shows nothing.
	ReasonNotVisible = "NotVisible"

	// ReasonStillListed: the cloud said that it took a sharee away, and still
	// shows it.
	ReasonStillListed = "StillListed"

	// ReasonAssociating: the cloud is about to share the image with a directory
	// or folder.
	ReasonAssociating = "Associating"
	// ReasonAssociationFailed: the cloud could not share the image with a
	// directory or folder.
	ReasonAssociationFailed = "AssociationFailed"
	// ReasonInvalidPath: this is no path of a directory or folder.
	ReasonInvalidPath = "InvalidPath"
	// ReasonUnknownPath: the cloud knows no such directory or folder, or cannot
	// share with it.
	ReasonUnknownPath = "UnknownPath"
	// ReasonPathMismatch: the directory has the folder elsewhere.
	ReasonPathMismatch = "PathMismatch"
	// ReasonPathUnresolved: only the ID of a folder is given, and nobody can find
	// out where it is.
	ReasonPathUnresolved = "PathUnresolved"
	// ReasonOtherDirectory: the account is in another directory.
	ReasonOtherDirectory = "OtherDirectory"
	// ReasonSharingUnavailable: the account cannot share with directories.
	ReasonSharingUnavailable = "ResourceSharingUnavailable"
	// ReasonRedundant: something that is declared is reached all the same.
	ReasonRedundant = "Redundant"

	// ReasonDenied: the credentials may not do it.
	ReasonDenied = "Denied"
	// ReasonQuotaExceeded: a limit of the account is reached.
	ReasonQuotaExceeded = "QuotaExceeded"
	// ReasonRefused: the cloud says that it cannot be.
	ReasonRefused = "Refused"
	// ReasonThrottled: too many calls; slowed down.
	ReasonThrottled = "Throttled"
	// ReasonBusy: something else is being done to the image.
	ReasonBusy = "Busy"
	// ReasonCloudUnavailable: the cloud could not be reached, or failed.
	ReasonCloudUnavailable = "CloudUnavailable"
)
