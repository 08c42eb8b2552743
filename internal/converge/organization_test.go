// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// add makes a resource share: "m-1 | fd-1 fd-2:Associating" is what is on it.
// What is on it we have put there.
func (r *resources) add(line string) *resourceShare {
	images, targets, _ := strings.Cut(line, "|")
	s := r.make("imageshare-" + theImage)
	s.Images, s.Targets = rowsOf(images), rowsOf(targets)
	s.Created = time.Unix(int64(r.serial), 0)
	return s
}

// granted is an ImageShare that has targets in its ledger: "fd-1 / fd-1 fd-2"
// is whom it declares, and whom it has been granted.
func granted(line string) share.Declaration {
	declared, held, _ := strings.Cut(line, "/")
	d := declare("A", declared)
	for id := range accounts(held).All() {
		d.Ledger[id] = share.Granted
	}
	return d
}

// changes are the calls that change something in the cloud.
func (r *resources) changes() []string {
	return slices.DeleteFunc(slices.Clone(r.calls), func(call string) bool {
		verb, _, _ := strings.Cut(call, " ")
		return !slices.Contains([]string{"create", "associate", "disassociate", "delete"}, verb)
	})
}

func (r *resources) wantSound(t *testing.T) {
	t.Helper()
	for _, b := range r.broken {
		t.Error(b)
	}
}

// What one pass does. What is on a resource share stands behind the stroke, and
// whom the ledger says that we granted behind the slash.
func TestAPassOverResourceShares(t *testing.T) {
	for _, c := range []struct {
		sentence string
		declared string
		shares   []string
		want     string
	}{
		{"the first target makes a resource share", "fd-1/", nil, "create [fd-1]"},
		{"five fit into a call", "1 2 3 4 5 6 7/", nil, "create [1 2 3 4 5]; associate rs-1[6 7]"},
		{"a target is put on the one that is there", "fd-1 fd-2/fd-1", []string{"m-1 | fd-1"}, "associate rs-1[fd-2]"},
		{"one that was taken off is put on again", "fd-1/fd-1", []string{"m-1 | fd-1:Disassociated"}, "associate rs-1[fd-1]"},
		{"one that is on its way is not asked for again", "fd-1/fd-1", []string{"m-1 | fd-1:Associating"}, ""},
		{"one that is on its way away is waited for", "fd-1/fd-1", []string{"m-1 | fd-1:Disassociating"}, ""},
		{"whom nobody wants any more is taken off", "fd-1/fd-1 fd-2", []string{"m-1 | fd-1 fd-2"}, "disassociate rs-1[fd-2]"},
		{"who is on the way away is not taken off again", "fd-1/fd-1 fd-2", []string{"m-1 | fd-1 fd-2:Disassociating"}, ""},
		{"the last one takes the resource share along", "/fd-1", []string{"m-1 | fd-1"}, "delete rs-1"},
		{"six that go together need one call", "/1 2 3 4 5 6", []string{"m-1 | 1 2 3 4 5 6"}, "delete rs-1"},
		{"whom somebody has added keeps it", "/fd-1", []string{"m-1 | fd-1 fd-9"}, "disassociate rs-1[fd-1]"},
		{"an image that somebody has added keeps it", "/fd-1", []string{"m-1 m-2 | fd-1"}, "disassociate rs-1[fd-1]"},
		{"an image that was taken off does not", "/fd-1", []string{"m-1 m-2:Disassociated | fd-1"}, "delete rs-1"},
		{"one that is stuck goes with the resource share", "/fd-1", []string{"m-1 | fd-1:Associating"}, "delete rs-1"},
		{"one that is stuck is asked off where others stay", "fd-1/fd-1 fd-2", []string{"m-1 | fd-1 fd-2:Associating"}, "disassociate rs-1[fd-2]"},
		{"a broken one is replaced", "fd-1/fd-1", []string{" | fd-1"}, "delete rs-1; create [fd-1]"},
		{"a broken one is not replaced for nobody", "/fd-1", []string{" | fd-1"}, "delete rs-1"},
		{"a broken one with somebody else's image is left", "fd-1/fd-1", []string{"m-2 | fd-1"}, "create [fd-1]"},
		{"a second one is emptied first", "fd-1/fd-1", []string{"m-1 | fd-1", "m-1 | fd-1"}, "disassociate rs-2[fd-1]"},
		{"an empty second one goes", "fd-1/fd-1", []string{"m-1 | fd-1", "m-1 | fd-1:Disassociated"}, "delete rs-2"},
		{"a second one waits for the first", "fd-1/fd-1", []string{"m-1 | fd-1:Associating", "m-1 | fd-1"}, ""},
		{"a second one waits for the image on the first", "fd-1/fd-1", []string{"m-1:Associating | fd-1", "m-1 | fd-1"}, ""},
		{"a second one waits if the image leaves the first", "fd-1/fd-1", []string{"m-1:Disassociating | fd-1", "m-1 | fd-1"}, ""},
		{"who is on the way to a second one is not taken off it yet", "fd-1/fd-1", []string{"m-1 | fd-1", "m-1 | fd-1:Associating"}, ""},
		{"who is on a second one is put on the first", "fd-1/fd-1", []string{"m-1 | fd-9", "m-1 | fd-1"}, "associate rs-1[fd-1]"},
		{"who goes is taken off both", "fd-1/fd-1 fd-2", []string{"m-1 | fd-1 fd-2", "m-1 | fd-2"}, "disassociate rs-1[fd-2]; delete rs-2"},
		{"whom somebody has put on a second one keeps it", "fd-1/fd-1", []string{"m-1 | fd-1", "m-1 | fd-9"}, ""},
		{"one that nobody is on and nobody wants goes", "/", []string{"m-1 | fd-1:Failed"}, "delete rs-1"},
		{"whom somebody has put on it stays on it", "/", []string{"m-1 | fd-9"}, ""},
		{"who was refused on the first goes off the second all the same", "fd-1/fd-1 fd-2", []string{"m-1 | fd-1 fd-2:Associating", "m-1 | fd-1 fd-2"}, "disassociate rs-1[fd-2]; disassociate rs-2[fd-2]; disassociate rs-2[fd-1]"},
	} {
		r := newResources()
		for _, line := range c.shares {
			r.add(line)
		}
		r.put(granted(c.declared))
		r.pass(r.now())
		if got := strings.Join(r.changes(), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.sentence, got, c.want)
		}
	}
}
