// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// overslept is a context whose timer has not gone off although it should have.
type overslept struct{ context.Context }

// Deadline is long past.
func (overslept) Deadline() (time.Time, bool) { return time.Unix(1, 0), true }

func TestTimeIsUpBeforeTheContextNoticesIt(t *testing.T) {
	err := unreachable(overslept{t.Context()}, "ecs.example", "GetRole", os.ErrDeadlineExceeded)
	mustBe(t, err, cloud.Unavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if err := unreachable(ctx, "ecs.example", "GetRole", os.ErrDeadlineExceeded); errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, and there is time left", err)
	}
}
