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

// Sharee is whom an image is shared with, as the cloud takes them: the ID of an
// account, of a whole resource directory (rd-…), or of a folder (fd-…).
type Sharee string

// Sharees is a set of sharees.
type Sharees = Set[Sharee]

// NewSharees makes a set of the sharees given, in any order and with
// repetitions.
func NewSharees(ids ...Sharee) Sharees { return NewSet(ids...) }
