// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
)

// rowsOf reads associations: "m-1 fd-1:Failed"; those without a state are
// Associated.
func rowsOf(line string) []cloud.Association {
	var out []cloud.Association
	for word := range strings.FieldsSeq(line) {
		entity, state, told := strings.Cut(word, ":")
		if !told {
			state = string(cloud.Associated)
		}
		out = append(out, cloud.Association{Entity: entity, State: cloud.AssociationState(state)})
	}
	return out
}

// tagged is a resource share of ours: "rs-1 3 imageshare-m-1 m-1" is its ID,
// when it was made, its name, and what is on it.
func tagged(line string) cloud.ResourceShare {
	words := strings.Fields(line)
	made := int64(len(words[1]))
	return cloud.ResourceShare{
		ID: words[0], Created: time.Unix(made, 0), Name: words[2], Tagged: true,
		Images: rowsOf(strings.Join(words[3:], " ")),
	}
}

func untagged(line string) cloud.ResourceShare {
	s := tagged(line)
	s.Tagged = false
	return s
}

// The age of a resource share is written in strokes.
func TestWhoseAResourceShareIs(t *testing.T) {
	type shares = []cloud.ResourceShare
	for _, c := range []struct {
		sentence, known     string
		shares              shares
		kept, extra, others string
	}{
		{"with our tag and name it is ours", "", shares{tagged("rs-1 I imageshare-m-1 m-1")}, "rs-1", "", ""},
		{"with our name alone it is not", "", shares{untagged("rs-1 I imageshare-m-1 m-1")}, "", "", "rs-1"},
		{"without the tag it is ours if it is known", "rs-1", shares{untagged("rs-1 I imageshare-m-1 m-1")}, "rs-1", "", ""},
		{"renamed and untagged it is ours if it is known", "rs-1", shares{untagged("rs-1 I theirs m-1")}, "rs-1", "", ""},
		{"renamed it is ours while it holds the image", "", shares{tagged("rs-1 I theirs m-1")}, "rs-1", "", ""},
		{"renamed and without the image it is nobody's", "", shares{tagged("rs-1 I theirs m-2")}, "", "", ""},
		{"one of another image that holds ours too is somebody's", "", shares{tagged("rs-1 I imageshare-m-2 m-1 m-2")}, "", "", "rs-1"},
		{"one of an image whose ID begins like ours is somebody's", "", shares{tagged("rs-1 I imageshare-m-11 m-11")}, "", "", ""},
		{"without the image it is ours and not kept", "", shares{tagged("rs-1 I imageshare-m-1")}, "", "rs-1", ""},
		{"with an image that has failed it is not kept", "", shares{tagged("rs-1 I imageshare-m-1 m-1:Failed")}, "", "rs-1", ""},
		{"with an image that was taken off it is not kept", "", shares{tagged("rs-1 I imageshare-m-1 m-1:Disassociated")}, "", "rs-1", ""},
		{"with an image on its way it is kept", "", shares{tagged("rs-1 I imageshare-m-1 m-1:Associating")}, "rs-1", "", ""},
		{"in a state that nobody knows it is kept", "", shares{tagged("rs-1 I imageshare-m-1 m-1:Pondering")}, "rs-1", "", ""},
		{
			"of two the older is kept", "",
			shares{tagged("rs-1 III imageshare-m-1 m-1"), tagged("rs-2 I imageshare-m-1 m-1")}, "rs-2", "rs-1", "",
		},
		{
			"of two of one age the one with the lower ID is kept", "rs-2",
			shares{tagged("rs-2 I imageshare-m-1 m-1"), tagged("rs-1 I imageshare-m-1 m-1")}, "rs-1", "rs-2", "",
		},
		{
			"an older one without the image is not kept", "",
			shares{tagged("rs-1 I imageshare-m-1"), tagged("rs-2 II imageshare-m-1 m-1")}, "rs-2", "rs-1", "",
		},
		{"somebody else's without the image does not matter", "", shares{untagged("rs-1 I theirs m-2")}, "", "", ""},
	} {
		view := ShareTask{Image: "m-1", Known: c.known}.see(c.shares)
		kept, extra, others := "", idsOf(view.extra), idsOf(view.Others)
		if view.kept != nil {
			kept = view.kept.ID
		}
		if kept != c.kept || extra != c.extra || others != c.others {
			t.Errorf("%s: %q is kept, besides %q, and %q are others'", c.sentence, kept, extra, others)
		}
	}
}

func idsOf(shares []cloud.ResourceShare) string {
	var ids []string
	for _, s := range shares {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, " ")
}

func TestTheNameOfAResourceShareFits(t *testing.T) {
	long := "m-" + strings.Repeat("x", 37)
	for _, c := range []struct{ sentence, image, name string }{
		{"an ID as they are", "m-j6c0123456789abcdefg", "imageshare-m-j6c0123456789abcdefg"},
		{"the longest that fits", long, "imageshare-" + long},
		{"one that does not", long + "y", "imageshare-m-" + strings.Repeat("x", 24) + "-"},
	} {
		got := nameOfShare(c.image)
		if !strings.HasPrefix(got, c.name) || len(got) > 50 {
			t.Errorf("%s: %s has the name %q of %d characters", c.sentence, c.image, got, len(got))
		}
		if len(c.image) <= 39 && got != c.name {
			t.Errorf("%s: %s has the name %q", c.sentence, c.image, got)
		}
	}
	if nameOfShare(long+"y") == nameOfShare(long+"z") {
		t.Error("two images have one name")
	}
	if len(nameOfShare(long+"y")) != 50 {
		t.Error("a name that is cut has room left")
	}
}

func TestAViewTellsWhoIsWhere(t *testing.T) {
	kept := tagged("rs-1 I imageshare-m-1 m-1")
	kept.Targets = rowsOf("fd-1 fd-2:Associating fd-3:Disassociating fd-4:Failed fd-5:Disassociated fd-6:Pondering")
	extra := tagged("rs-2 II imageshare-m-1 m-1")
	extra.Targets = rowsOf("fd-1 fd-7 fd-8:Failed")
	other := untagged("rs-3 I theirs m-1")
	other.Targets = rowsOf("fd-9 fd-0:Disassociated")
	view := ShareTask{Image: "m-1"}.see([]cloud.ResourceShare{kept, extra, other})
	onItsWay := tagged("rs-1 I imageshare-m-1 m-1:Associating m-2")
	onItsWay.Targets = kept.Targets
	early := ShareTask{Image: "m-1"}.see([]cloud.ResourceShare{onItsWay})
	for _, c := range []struct{ sentence, got, want string }{
		{"on the one that is kept, or on the way", view.Live().String(), "fd-1, fd-2, fd-3, fd-6"},
		{"having the image", view.Shared().String(), "fd-1"},
		{"being taken off", view.Leaving().String(), "fd-3"},
		{"reached by any resource share", view.Reaching().String(), "fd-1, fd-2, fd-3, fd-6, fd-7, fd-9"},
		{"having the image while that is on its way", early.Shared().String(), ""},
		{"the image", string(early.Image().State), "Associating"},
		{"nobody at all", ShareView{}.Live().With(ShareView{}.Shared()).With(ShareView{}.Leaving()).String(), ""},
		{"no image", ShareView{}.Image().Entity, ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.sentence, c.got, c.want)
		}
	}
	for target, want := range map[string]bool{"fd-1": false, "fd-4": true, "fd-8": true, "fd-0": false} {
		if _, failed := view.Failed(accounts(target).Sorted()[0]); failed != want {
			t.Errorf("%s failed: %v", target, failed)
		}
	}
	if a, failed := (ShareTask{Image: "m-1"}).see([]cloud.ResourceShare{tagged("rs-1 I imageshare-m-1 m-1:Failed")}).Failed("fd-1"); !failed || a.Entity != "m-1" {
		t.Errorf("the image failed: %v, as %q", failed, a.Entity)
	}
}
