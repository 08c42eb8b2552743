// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// B has granted account 2, and A, which leaves, has found it there. B lets go on
// account of A only once it is written down in A whose the access was: A may
// change its mind, and then it has to be taken away after all. The model check
// has found this (internal/trials/model).
func TestNobodyLetsGoBeforeItIsWrittenWhoIsLeftWithTheAccess(t *testing.T) {
	for _, leaving := range names[:2] {
		withdrawing := map[string]string{"A": "B", "B": "A"}[leaving]
		w := newWorld("2")
		w.ours["2"] = true
		w.put(share.Declaration{ID: leaving, Standing: share.Leaving, Sharees: accounts("2"), Ledger: share.Ledger{"2": share.Found}})
		w.put(share.Declaration{ID: withdrawing, Standing: share.Withdrawing, Sharees: accounts("2"), Ledger: share.Ledger{"2": share.Granted}})
		w.fault = func(call string) fault {
			if call == "record "+leaving && w.objects[leaving].Standing == share.Leaving {
				w.edit(leaving, func(d *share.Declaration) { d.Standing = share.Withdrawing })
			}
			return fine
		}
		w.until(t)
		w.want(t, "")
		if len(w.objects) > 0 {
			t.Errorf("%d ImageShares are still there", len(w.objects))
		}
	}
}
