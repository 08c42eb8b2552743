// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package cloud says what the operator needs of a cloud, in the words of the
// noun table: accounts, images, launch permissions. It is a port: the loops
// speak to it, an adapter behind it speaks to the vendor.
//
// It knows no vendor SDK and no Kubernetes, and it decides nothing: every
// method does the one thing that its name says, or answers an [Error] that
// says what kind of trouble there was.
package cloud

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// BatchSize is the number of accounts that one change of launch permissions
// may name. The vendor silently ignores what exceeds it
// (ModifyImageSharePermission, AddAccount.N and RemoveAccount.N).
const BatchSize = 10

// DefaultShareeQuota is how many accounts an image can be shared with unless
// the account's quota was raised (ModifyImageSharePermission, "50 accounts").
const DefaultShareeQuota = 50

// Endpoints are addresses, host or host:port, to use instead of the vendor's
// own. An empty one means the vendor's own.
type Endpoints struct {
	ECS string
	RAM string
	STS string
	KMS string
	// ResourceSharing and ResourceManager are those of what reaches
	// directories.
	ResourceSharing string
	ResourceManager string
	// Quotas is that of Quota Center.
	Quotas string
	// Insecure allows plain HTTP, to the endpoints named here only.
	Insecure bool
}

// Target is whom to speak for and where. Two that are equal are spoken for with
// the same credentials.
type Target struct {
	// Name tells the SharerAccount, for budgets that are shared by everything
	// done in it.
	Name string
	// Credentials, Pod and Instance are where credentials come from: one of
	// them is set. Those that the cloud gives out are renewed before they
	// expire.
	Credentials Credentials
	Pod         PodIdentity
	Instance    InstanceRole
	// Assume is a role to assume with them.
	Assume    RoleToAssume
	Endpoints Endpoints
}

// Opener opens sessions. It makes no call.
type Opener interface {
	Open(Target) Session
}

// Session speaks to the cloud for one target. All methods are safe
// for concurrent use, return when their context ends, make no retry of their
// own, and answer errors that hold an [Error].
//
// No method waits for its turn: a call that the budget does not allow now
// fails at once, Throttled, with the time after which to come back.
type Session interface {
	// Identity tells whom the credentials belong to.
	Identity(ctx context.Context) (Identity, error)

	// Image looks at one image, in whatever state it is. An image that the
	// caller cannot see is NotFound, which is not proof that it is gone.
	Image(ctx context.Context, ref ImageRef) (Image, error)

	// Permissions reads every account that the image is shared with, all
	// pages of it. Only the image's owner may ask: NotFound means that the
	// owner of the credentials has no such image there.
	Permissions(ctx context.Context, ref ImageRef) (share.Accounts, error)

	// Grant adds at most [BatchSize] accounts. Success does not tell that
	// they were added: read to know.
	Grant(ctx context.Context, ref ImageRef, accounts share.Accounts) error

	// Revoke removes at most [BatchSize] accounts. Success does not tell that
	// they were removed: read to know.
	Revoke(ctx context.Context, ref ImageRef, accounts share.Accounts) error

	// Snapshots looks at the snapshots of an image, by their IDs: all of them,
	// in any order. An answer that lacks one is an error: NotFound when the
	// caller does not see it.
	Snapshots(ctx context.Context, region string, ids []string) ([]Snapshot, error)

	ImageTags
	Roles
	Keys
	Sharing
	Directories
	Quotas
}

// Identity is who a session speaks as.
type Identity struct {
	// AccountID is the account that pays and owns.
	AccountID share.AccountID
	// ARN names the user or role, for people.
	ARN string
}

// ImageRef names an image.
type ImageRef struct {
	Region string
	ID     string
}

// String is the image as people write it.
func (r ImageRef) String() string { return r.ID + " in " + r.Region }

// ImageState is the vendor's Status of an image.
type ImageState string

// The states that the vendor documents for DescribeImages.
const (
	ImageAvailable    ImageState = "Available"
	ImageCreating     ImageState = "Creating"
	ImageWaiting      ImageState = "Waiting"
	ImageUnavailable  ImageState = "UnAvailable"
	ImageCreateFailed ImageState = "CreateFailed"
	ImageDeprecated   ImageState = "Deprecated"
)

// Image is what is known of an image.
type Image struct {
	Name  string
	State ImageState
	// OwnerAlias is the vendor's word for whose it is as the caller sees it:
	// self, system, others or marketplace.
	OwnerAlias string
	// Owner is the account that owns it; empty where the vendor does not say.
	Owner share.AccountID
	// Community is true for an image published to everyone.
	Community bool
	// ProductCode is set for images derived from a paid marketplace image:
	// whoever launches it is charged.
	ProductCode string
	// Encrypted is true when the vendor marks any of its disks so. False is
	// not proof: very old images lack the mark.
	Encrypted bool
	// Snapshots are the IDs of the snapshots that its disks are made from.
	Snapshots []string
	// Tags are its tags, by their keys, as the owner sees them.
	Tags map[string]string
	// Family is the image family that it belongs to; empty if to none.
	Family string
}

// Snapshot is what is known of a disk snapshot.
type Snapshot struct {
	ID        string
	Encrypted bool
	// Key is the vendor's word for the key that it is encrypted with: an ID,
	// or an ARN. It may be empty although the snapshot is encrypted.
	Key string
}

// Urgency says how a call stands to its account's budget.
type Urgency int

const (
	// Prompt is a call that somebody may be waiting for.
	Prompt Urgency = iota
	// Routine is a look at what was in step. It may use at most four fifths of
	// a budget, so that a person's change is not kept waiting by it.
	Routine
	// Finishing is the look after a write, or the rest of a list that was begun: it
	// may overdraw a budget, which the calls after it make up for, since without it
	// what went before would have to be done again.
	Finishing
	// FinishingRoutine is Finishing of a routine look: what routine looks may use
	// makes up for it, too.
	FinishingRoutine
)

type urgencyKey struct{}

// WithUrgency marks what is done under the context.
func WithUrgency(ctx context.Context, u Urgency) context.Context {
	return context.WithValue(ctx, urgencyKey{}, u)
}

// Begun marks the rest of what was begun under the context.
func Begun(ctx context.Context) context.Context {
	switch UrgencyOf(ctx) {
	case Routine, FinishingRoutine:
		return WithUrgency(ctx, FinishingRoutine)
	case Prompt, Finishing:
	}
	return WithUrgency(ctx, Finishing)
}

// UrgencyOf is what [WithUrgency] has marked; [Prompt] where nobody has.
func UrgencyOf(ctx context.Context) Urgency {
	u, _ := ctx.Value(urgencyKey{}).(Urgency)
	return u
}
