// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// AccountID is the ID of an Alibaba Cloud account: 16 digits. It is text and
// not a number, since some clients lose digits of numbers of that size.
type AccountID string

// Accounts is a set of accounts.
type Accounts = Set[AccountID]

// NewAccounts makes a set of the accounts given, in any order and with
// repetitions.
func NewAccounts(ids ...AccountID) Accounts { return NewSet(ids...) }
