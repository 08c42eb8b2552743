// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"errors"
	"net/url"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

func TestNothingIsSentBehindAFence(t *testing.T) {
	v := newVendor(t, func(url.Values) reply { return ok(`{"RequestId":"R"}`) })
	_, err := v.open(t, Options{Fence: func() error { return errors.New("paused") }}).Identity(t.Context())
	if got := mustBe(t, err, cloud.Unavailable); !got.NotSent() {
		t.Error("it is told to have been sent")
	}
	if calls := v.calls(); len(calls) != 0 {
		t.Errorf("sent: %v", calls)
	}
}
