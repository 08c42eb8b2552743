// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package cloud

import (
	"context"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// ServiceKeyAlias is the alias of the key that ECS makes for itself in each
// region (KMS, service keys).
const ServiceKeyAlias = "alias/acs/ecs"

// Keys speaks to Key Management Service. Keys belong to a region.
type Keys interface {
	// Key looks at a key, by its ID, its ARN or an alias (alias/…). A key that
	// the caller's account does not have is NotFound.
	Key(ctx context.Context, region, id string) (Key, error)
	// KeyPolicy reads the policy that a key in a KMS instance has of its own;
	// empty when it has none.
	KeyPolicy(ctx context.Context, region, id string) (string, error)
}

// KeyState is the vendor's KeyState.
type KeyState string

// The states that the vendor documents for DescribeKey.
const (
	KeyEnabled         KeyState = "Enabled"
	KeyDisabled        KeyState = "Disabled"
	KeyPendingDeletion KeyState = "PendingDeletion"
	KeyPendingImport   KeyState = "PendingImport"
)

// Key is what is known of a customer master key.
type Key struct {
	ID    string
	ARN   string
	State KeyState
	// Owner is the account in the key's ARN; empty where there is none.
	Owner share.AccountID
	// Service is true when a cloud service made the key for itself: its creator
	// is not an account.
	Service bool
	// Instance is the KMS instance that the key lives in; such keys may have a
	// policy of their own.
	Instance string
}
