// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"fmt"
	"slices"
)

// Dialects settle what the vendor's documents leave open. The zero value of each is its first documented value.
type Dialects struct {
	// AddExisting says what adding an account that is already there does: ok or error.
	AddExisting string `json:"addExisting,omitempty"`
	// RemoveMissing says what removing an account that is not there does: ok or error (InvalidAccount.NotFound).
	RemoveMissing string `json:"removeMissing,omitempty"`
	// BadAccount says what one bad account does to its batch: atomic applies nothing, partial applies what came before it,
	// partialAll applies every good account; each answers the bad account's error.
	BadAccount string `json:"badAccount,omitempty"`
	// DeniedRead is error403, or empty200 for the older habit of answering a denied ECS query with an empty list.
	DeniedRead string `json:"deniedRead,omitempty"`
	// OverTen is firstTen, or ignored for the older habit of ignoring the whole parameter.
	OverTen string `json:"overTen,omitempty"`
	// QuotaOverflow says what a batch that does not fit does: atomic applies nothing, fill applies what fits; both answer an error.
	QuotaOverflow string `json:"quotaOverflow,omitempty"`
	// ThrottleStatus is the HTTP status of Throttling.User: 400, 429 or 200.
	ThrottleStatus string `json:"throttleStatus,omitempty"`
	// MultiID says whether DescribeImages reads ImageId as a commaList or as a single ID.
	MultiID string `json:"multiID,omitempty"`
	// RemoveDeprecated says whether an account can be taken off a deprecated image: ok or error.
	RemoveDeprecated string `json:"removeDeprecated,omitempty"`
	// CreatingImage says what sharing an image that is still being made does: denied (OperationDenied.InvalidImageStatus),
	// incorrect (the older IncorrectImageStatus), notFound or ok.
	CreatingImage string `json:"creatingImage,omitempty"`
	// OtherSite says which images cannot be shared with accounts of another site: error (all) or marketplaceOnly.
	OtherSite string `json:"otherSite,omitempty"`
	// OwnAccount is the spelling of the code for sharing with oneself: forbbiden, as served, or forbidden.
	OwnAccount string `json:"ownAccount,omitempty"`
	// TrustLimit is how many characters a trust policy may have, which no document says: 2048, 4096 or 6144.
	TrustLimit string `json:"trustLimit,omitempty"`
	// ServiceKeyID says whether DescribeSnapshots names the key where it is a service key: known, or empty.
	ServiceKeyID string `json:"serviceKeyID,omitempty"`
	// RoleName is how a role's name comes back in its ARN: asWritten or lowerCase.
	RoleName string `json:"roleName,omitempty"`
	// RoleTags says what becomes of tags in RAM: ok, refused for an account that cannot use them yet, or ignored where something is
	// made with them.
	RoleTags string `json:"roleTags,omitempty"`
	// TrustForm says whether a trust policy comes back asWritten, or reformatted with the same meaning.
	TrustForm string `json:"trustForm,omitempty"`
	// NoKeyAccess is the code for a role that trusts the sharee but may not use the key: assumeRoleError or cmkUnauthorized.
	NoKeyAccess string `json:"noKeyAccess,omitempty"`
	// EncryptedMark says whether DescribeImages marks an encrypted disk: set, or missing as on very old images.
	EncryptedMark string `json:"encryptedMark,omitempty"`
	// DirectoryReads says who reads a resource directory besides its master: members, or nobody, who is then denied (NoPermission)
	// or finds it hidden (EntityNotExists.ResourceDirectory).
	DirectoryReads string `json:"directoryReads,omitempty"`
	// AssociateTwice says what associating something that is there does: ok or error (InvalidParameter.Targets.Duplicate, or
	// InvalidParameter.Resources.Duplicate).
	AssociateTwice string `json:"associateTwice,omitempty"`
	// StuckAssociating says whether associations stay Associating until World.FinishSharing: no or yes.
	StuckAssociating string `json:"stuckAssociating,omitempty"`
	// SharedServiceKey says how a share refuses an image of a service key: error (OperationNotPermitted) or a failed association.
	SharedServiceKey string `json:"sharedServiceKey,omitempty"`
	// SharedWithoutTrust says what a share does with an encrypted image that the role does not let its targets decrypt: ok, or a
	// failed association.
	SharedWithoutTrust string `json:"sharedWithoutTrust,omitempty"`
	// DirectoryTrustForAccounts says whether trust in an account's directory or folder is enough to add the account to an encrypted
	// image: no or yes.
	DirectoryTrustForAccounts string `json:"directoryTrustForAccounts,omitempty"`
	// ReachedListed says whether DescribeImageSharePermission lists the accounts that a share reaches: no or yes. ReachedCounted says
	// the same of the quota of accounts.
	ReachedListed  string `json:"reachedListed,omitempty"`
	ReachedCounted string `json:"reachedCounted,omitempty"`
	// ShareeQuota is how Quota Center lists the quota of accounts per image: documented, under otherName (as in another language),
	// under otherCode, or missing.
	ShareeQuota string `json:"shareeQuota,omitempty"`
}

// dialect is one switch: its name, its values with the default first, and where it lives.
type dialect struct {
	name   string
	values []string
	field  func(*Dialects) *string
}

func dialectTable() []dialect {
	return []dialect{
		{"addExisting", []string{"ok", "error"}, func(d *Dialects) *string { return &d.AddExisting }},
		{"removeMissing", []string{"ok", "error"}, func(d *Dialects) *string { return &d.RemoveMissing }},
		{"badAccount", []string{"atomic", "partial", "partialAll"}, func(d *Dialects) *string { return &d.BadAccount }},
		{"deniedRead", []string{"error403", "empty200"}, func(d *Dialects) *string { return &d.DeniedRead }},
		{"overTen", []string{"firstTen", "ignored"}, func(d *Dialects) *string { return &d.OverTen }},
		{"quotaOverflow", []string{"atomic", "fill"}, func(d *Dialects) *string { return &d.QuotaOverflow }},
		{"throttleStatus", []string{"400", "429", "200"}, func(d *Dialects) *string { return &d.ThrottleStatus }},
		{"multiID", []string{"commaList", "single"}, func(d *Dialects) *string { return &d.MultiID }},
		{"removeDeprecated", []string{"ok", "error"}, func(d *Dialects) *string { return &d.RemoveDeprecated }},
		{"creatingImage", []string{"denied", "incorrect", "notFound", "ok"}, func(d *Dialects) *string { return &d.CreatingImage }},
		{"otherSite", []string{"error", "marketplaceOnly"}, func(d *Dialects) *string { return &d.OtherSite }},
		{"ownAccount", []string{"forbbiden", "forbidden"}, func(d *Dialects) *string { return &d.OwnAccount }},
		{"trustLimit", []string{"2048", "4096", "6144"}, func(d *Dialects) *string { return &d.TrustLimit }},
		{"serviceKeyID", []string{"known", "empty"}, func(d *Dialects) *string { return &d.ServiceKeyID }},
		{"roleName", []string{"asWritten", "lowerCase"}, func(d *Dialects) *string { return &d.RoleName }},
		{"roleTags", []string{"ok", "refused", "ignored"}, func(d *Dialects) *string { return &d.RoleTags }},
		{"trustForm", []string{"asWritten", "reformatted"}, func(d *Dialects) *string { return &d.TrustForm }},
		{"noKeyAccess", []string{"assumeRoleError", "cmkUnauthorized"}, func(d *Dialects) *string { return &d.NoKeyAccess }},
		{"encryptedMark", []string{"set", "missing"}, func(d *Dialects) *string { return &d.EncryptedMark }},
		{"directoryReads", []string{"members", "denied", "hidden"}, func(d *Dialects) *string { return &d.DirectoryReads }},
		{"associateTwice", []string{"ok", "error"}, func(d *Dialects) *string { return &d.AssociateTwice }},
		{"stuckAssociating", []string{"no", "yes"}, func(d *Dialects) *string { return &d.StuckAssociating }},
		{"sharedServiceKey", []string{"error", "failed"}, func(d *Dialects) *string { return &d.SharedServiceKey }},
		{"sharedWithoutTrust", []string{"ok", "failed"}, func(d *Dialects) *string { return &d.SharedWithoutTrust }},
		{"directoryTrustForAccounts", []string{"no", "yes"}, func(d *Dialects) *string { return &d.DirectoryTrustForAccounts }},
		{"reachedListed", []string{"no", "yes"}, func(d *Dialects) *string { return &d.ReachedListed }},
		{"reachedCounted", []string{"no", "yes"}, func(d *Dialects) *string { return &d.ReachedCounted }},
		{"shareeQuota", []string{"documented", "otherName", "otherCode", "missing"}, func(d *Dialects) *string { return &d.ShareeQuota }},
	}
}

// DialectValues names every dialect with its values, the default first, so that a test can walk through all of them.
func DialectValues() map[string][]string {
	all := map[string][]string{}
	for _, sw := range dialectTable() {
		all[sw.name] = sw.values
	}
	return all
}

// complete fills in the defaults and refuses values that are not documented.
func (d *Dialects) complete() error {
	for _, sw := range dialectTable() {
		value := sw.field(d)
		if *value == "" {
			*value = sw.values[0]
		}
		if !slices.Contains(sw.values, *value) {
			return fmt.Errorf("dialects.%s: %q is none of %q", sw.name, *value, sw.values)
		}
	}
	return nil
}

// set changes one dialect by name.
func (d *Dialects) set(name, value string) error {
	for _, sw := range dialectTable() {
		if sw.name == name {
			*sw.field(d) = value
			return d.complete()
		}
	}
	return fmt.Errorf("dialects.%s: no such dialect", name)
}
