// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
