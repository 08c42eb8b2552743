// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"slices"
	"time"
)

// Site names, as used in Account.Site: the vendor runs separate sites with separate accounts.
const (
	SiteChina         = "china"
	SiteInternational = "international"
	SiteJapan         = "japan"
)

// Image kinds, as used in Image.Kind.
const (
	KindCustom      = "custom"
	KindSystem      = "system"
	KindMarketplace = "marketplace"
)

// Image states, as the vendor spells them (vendor docs, DescribeImages, parameter Status).
const (
	StatusCreating     = "Creating"
	StatusWaiting      = "Waiting"
	StatusAvailable    = "Available"
	StatusUnAvailable  = "UnAvailable"
	StatusCreateFailed = "CreateFailed"
	StatusDeprecated   = "Deprecated"
)

// Document is a whole world as it stands in a YAML file. A Document in use is never changed in place: see World.
type Document struct {
	Regions   []Region   `json:"regions"`
	Accounts  []Account  `json:"accounts"`
	Images    []Image    `json:"images,omitempty"`
	Snapshots []Snapshot `json:"snapshots,omitempty"`
	Keys      []Key      `json:"keys,omitempty"`
	Roles     []Role     `json:"roles,omitempty"`
	Policies  []Policy   `json:"policies,omitempty"`
	// OIDCProviders are the identity providers of RAM that tokens are believed from.
	OIDCProviders []OIDCProvider `json:"oidcProviders,omitempty"`
	Directories   []Directory    `json:"directories,omitempty"`
	Shares        []Share        `json:"shares,omitempty"`
	Limits        Limits         `json:"limits"`
	Dialects      Dialects       `json:"dialects"`
}

// Region is a region that exists in this world.
type Region struct {
	ID        string `json:"id"`
	LocalName string `json:"localName,omitempty"`
	// Endpoint is what DescribeRegions answers; empty means the vendor's own naming rule.
	Endpoint string `json:"endpoint,omitempty"`
}

// Account is an Alibaba Cloud account (not a RAM user).
type Account struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Site is china (default), international or japan.
	Site string `json:"site,omitempty"`
	// Arrears makes every write answer Account.Arrearage.
	Arrears bool `json:"arrears,omitempty"`
	// ShareesPerImage overrides Limits.ShareesPerImage for the images that this account owns, and ShareesPerImageIn does for those
	// in one region.
	ShareesPerImage   int            `json:"shareesPerImage,omitempty"`
	ShareesPerImageIn map[string]int `json:"shareesPerImageIn,omitempty"`
	AccessKeys        []AccessKey    `json:"accessKeys,omitempty"`
	Users             []User         `json:"users,omitempty"`
}

// User is a RAM user of an account: it may do what its grants allow and nothing else.
type User struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	AccessKeys []AccessKey `json:"accessKeys,omitempty"`
	Allow      []Grant     `json:"allow,omitempty"`
}

// Grant allows actions such as ecs:DescribeImages or ecs:* on resources such as acs:ecs:*:*:image/*.
type Grant struct {
	Actions []string `json:"actions"`
	// Resources are patterns in the vendor's ARN form; none means every resource.
	Resources []string `json:"resources,omitempty"`
}

// AccessKey is a key pair; with a SecurityToken it behaves as a temporary key of STS.
type AccessKey struct {
	ID            string    `json:"id"`
	Secret        string    `json:"secret"`
	SecurityToken string    `json:"securityToken,omitempty"`
	Expires       time.Time `json:"expires,omitzero"`
	Inactive      bool      `json:"inactive,omitempty"`
}

// Image is an image of one region, with the accounts that it is shared with.
type Image struct {
	ID     string `json:"id"`
	Region string `json:"region"`
	// Kind is custom (default), system or marketplace; only a custom image has an Owner that can share it.
	Kind        string `json:"kind,omitempty"`
	Owner       string `json:"owner,omitempty"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Family      string `json:"family,omitempty"`
	// Status is Available when empty.
	Status string `json:"status,omitempty"`
	// Community marks a published image, seen by all with IsPublic=true.
	Community bool `json:"community,omitempty"`
	// ProductCode is set on a custom image derived from a paid marketplace image.
	ProductCode   string    `json:"productCode,omitempty"`
	OSType        string    `json:"osType,omitempty"`
	Platform      string    `json:"platform,omitempty"`
	Architecture  string    `json:"architecture,omitempty"`
	ResourceGroup string    `json:"resourceGroup,omitempty"`
	Created       time.Time `json:"created,omitzero"`
	Disks         []Disk    `json:"disks,omitempty"`
	Tags          []Tag     `json:"tags,omitempty"`
	Sharees       []Sharee  `json:"sharees,omitempty"`
}

// Disk is one device mapping of an image.
type Disk struct {
	Device    string `json:"device,omitempty"`
	Type      string `json:"type,omitempty"`
	SizeGiB   int    `json:"sizeGiB,omitempty"`
	Snapshot  string `json:"snapshot,omitempty"`
	Encrypted bool   `json:"encrypted,omitempty"`
}

// Tag is a tag of an image, a role or a policy.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
}

// Sharee is an account that an image is shared with.
type Sharee struct {
	Account string    `json:"account"`
	Since   time.Time `json:"since,omitzero"`
}

// Snapshot is a disk snapshot, which is where the vendor says which key encrypts an image.
type Snapshot struct {
	ID        string    `json:"id"`
	Region    string    `json:"region"`
	Owner     string    `json:"owner"`
	Name      string    `json:"name,omitempty"`
	DiskType  string    `json:"diskType,omitempty"`
	SizeGiB   int       `json:"sizeGiB,omitempty"`
	Encrypted bool      `json:"encrypted,omitempty"`
	KMSKeyID  string    `json:"kmsKeyID,omitempty"`
	Created   time.Time `json:"created,omitzero"`
	// ServiceKey says that KMSKeyID is the service key of ECS, whose images cannot be shared since 2025-07-01; the key itself may
	// say so instead.
	ServiceKey bool `json:"serviceKey,omitempty"`
}

// Limits are the numbers of this world.
type Limits struct {
	// ShareesPerImage is the vendor's default of 50 when zero.
	ShareesPerImage int `json:"shareesPerImage,omitempty"`
	// SharedImages limits how many images of an account and region are shared at all; zero means no limit.
	SharedImages int `json:"sharedImages,omitempty"`
	// NoEncryptedSharing are the regions in which no encrypted image can be shared.
	NoEncryptedSharing []string `json:"noEncryptedSharing,omitempty"`
	// RAMDelayMilliseconds is how long a change of a role or policy takes until ECS knows of it.
	RAMDelayMilliseconds int `json:"ramDelayMilliseconds,omitempty"`
	// SharingDelayMilliseconds is how long a share takes to associate, to disassociate or to go away.
	SharingDelayMilliseconds int `json:"sharingDelayMilliseconds,omitempty"`
	// ResourceShares and SharedResources limit the shares of an account and region, and the resources in them; the vendor's default
	// of 1000 when zero.
	ResourceShares  int `json:"resourceShares,omitempty"`
	SharedResources int `json:"sharedResources,omitempty"`
	// Throttle holds the request rates; an action without one is not throttled.
	Throttle []Rate `json:"throttle,omitempty"`
}

// Rate is the request rate of one action, counted per account and region.
type Rate struct {
	// Action is an action name, or * for every action that has no rate of its own.
	Action string `json:"action"`
	// Limit is how many calls a period allows.
	Limit int `json:"limit"`
	// PeriodSeconds is 60 when zero.
	PeriodSeconds int `json:"periodSeconds,omitempty"`
}

func (l *Limits) clone() Limits {
	c := *l
	c.NoEncryptedSharing, c.Throttle = slices.Clone(l.NoEncryptedSharing), slices.Clone(l.Throttle)
	return c
}

// clone copies the document deep enough that replacing an element of a slice leaves the original alone.
func (d *Document) clone() *Document {
	c := *d
	c.Regions = slices.Clone(d.Regions)
	c.Accounts = slices.Clone(d.Accounts)
	c.Images = slices.Clone(d.Images)
	c.Snapshots = slices.Clone(d.Snapshots)
	c.Keys = slices.Clone(d.Keys)
	c.Roles = slices.Clone(d.Roles)
	c.Policies = slices.Clone(d.Policies)
	c.OIDCProviders = slices.Clone(d.OIDCProviders)
	c.Directories, c.Shares = slices.Clone(d.Directories), slices.Clone(d.Shares)
	c.Limits = d.Limits.clone()
	return &c
}

// shareeIDs lists the accounts that the image is shared with, in the order in which they were added.
func (i *Image) shareeIDs() []string {
	ids := make([]string, 0, len(i.Sharees))
	for _, s := range i.Sharees {
		ids = append(ids, s.Account)
	}
	return ids
}

// sharedWith says whether the account is on the image.
func (i *Image) sharedWith(account string) bool {
	return slices.ContainsFunc(i.Sharees, func(s Sharee) bool { return s.Account == account })
}
