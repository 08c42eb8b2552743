// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package converge

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// ShareView is the resource shares of an account, as far as an image is
// concerned.
type ShareView struct {
	// image is the ID of the image.
	image string
	// kept is the resource share of ours that shares the image; nil when there
	// is none. Extra are others of ours, and going those that are being deleted.
	kept  *cloud.ResourceShare
	extra []cloud.ResourceShare
	going []cloud.ResourceShare
	// Others are those that somebody else made, with the image on them.
	Others []cloud.ResourceShare
}

// The name of a resource share of ours: the prefix and the ID of the image,
// which is cut, and told apart by a hash, where a name would be too long
// (CreateResourceShare, ResourceShareName: at most 50 characters).
const (
	sharePrefix   = "imageshare-"
	longestName   = 50
	hashInName    = 12
	longestPrefix = longestName - hashInName - 1
)

func nameOfShare(image string) string {
	name := sharePrefix + image
	if len(name) <= longestName {
		return name
	}
	sum := sha256.Sum256([]byte(image))
	return name[:longestPrefix] + "-" + hex.EncodeToString(sum[:])[:hashInName]
}

// see sorts out the resource shares of an account. Ours are those with our tag
// that have the name for the image, or hold it alone under a name that no image
// gives (somebody has renamed it), and the one that is known to be ours. Of several
// that hold the image the oldest is kept.
func (t ShareTask) see(shares []cloud.ResourceShare) ShareView {
	view, own := ShareView{image: t.Image}, []cloud.ResourceShare{}
	for _, s := range shares {
		switch {
		case t.claims(s):
			own = append(own, s)
		case holds(s, t.Image):
			view.Others = append(view.Others, s)
		}
	}
	slices.SortFunc(own, func(a, b cloud.ResourceShare) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, s := range own {
		switch {
		case s.Deleting:
			view.going = append(view.going, s)
		case view.kept == nil && holds(s, t.Image):
			view.kept = &s
		default:
			view.extra = append(view.extra, s)
		}
	}
	return view
}

// claims reports whether a resource share is ours.
func (t ShareTask) claims(s cloud.ResourceShare) bool {
	renamed := holds(s, t.Image) && !holdsOthers(s, t.Image) && !strings.HasPrefix(s.Name, sharePrefix)
	return s.ID == t.Known || s.Tagged && (s.Name == nameOfShare(t.Image) || renamed)
}

// own are all that are ours and not being deleted.
func (v ShareView) own() []*cloud.ResourceShare {
	var out []*cloud.ResourceShare
	if v.kept != nil {
		out = append(out, v.kept)
	}
	for i := range v.extra {
		out = append(out, &v.extra[i])
	}
	return out
}

// without is the view once a resource share of ours is asked to be deleted.
func (v ShareView) without(id string) ShareView {
	for _, s := range v.own() {
		if s.ID == id {
			v.going = append(slices.Clone(v.going), *s)
		}
	}
	if v.kept != nil && v.kept.ID == id {
		v.kept = nil
	}
	v.extra = slices.DeleteFunc(slices.Clone(v.extra), func(s cloud.ResourceShare) bool { return s.ID == id })
	return v
}

// Live is who is on the resource share that is kept, or on the way there or
// away.
func (v ShareView) Live() share.Sharees {
	if v.kept == nil {
		return share.Sharees{}
	}
	return live(*v.kept)
}

// Shared is who has the image by the resource share that is kept: nobody, until
// the image itself is associated.
func (v ShareView) Shared() share.Sharees {
	if v.kept == nil || v.Image().State != cloud.Associated {
		return share.Sharees{}
	}
	return in(*v.kept, cloud.Associated)
}

// Leaving is who is being taken off the resource share that is kept.
func (v ShareView) Leaving() share.Sharees {
	if v.kept == nil {
		return share.Sharees{}
	}
	return in(*v.kept, cloud.Disassociating)
}

// Image is the association of the image with the resource share that is kept.
func (v ShareView) Image() cloud.Association {
	if v.kept == nil {
		return cloud.Association{}
	}
	at := slices.IndexFunc(v.kept.Images, func(a cloud.Association) bool { return a.Entity == v.image })
	if at < 0 {
		return cloud.Association{}
	}
	return v.kept.Images[at]
}

// Failed tells why the image, or a target of it, was last refused on a resource
// share of ours.
func (v ShareView) Failed(target share.Sharee) (cloud.Association, bool) {
	for _, s := range v.own() {
		for _, a := range slices.Concat(s.Images, s.Targets) {
			if a.State == cloud.AssociationFailed && (a.Entity == v.image || a.Entity == string(target)) {
				return a, true
			}
		}
	}
	return cloud.Association{}, false
}

// Reaching are the targets that the image is shared with by any resource share,
// whoever made it.
func (v ShareView) Reaching() share.Sharees {
	out := share.Sharees{}
	for _, s := range v.own() {
		out = out.With(live(*s))
	}
	for _, s := range slices.Concat(v.going, v.Others) {
		out = out.With(live(s))
	}
	return out
}

// On are the targets of one resource share of ours, or none if it is not listed.
func (v ShareView) On(id string) share.Sharees {
	for _, s := range v.own() {
		if s.ID == id {
			return live(*s)
		}
	}
	return share.Sharees{}
}

// told are the targets that any resource share of ours tells of, also those that
// have failed or are gone.
func (v ShareView) told() share.Sharees {
	out := share.Sharees{}
	for _, s := range v.own() {
		out = out.With(targetsOf(*s, func(cloud.Association) bool { return true }))
	}
	return out
}

// listed reports whether a resource share is among others.
func listed(shares []cloud.ResourceShare, id string) bool {
	return slices.ContainsFunc(shares, func(s cloud.ResourceShare) bool { return s.ID == id })
}

// arrived reports whether a resource share that was asked for has come to be
// listed. One that is being deleted is none that is yet to come.
func arrived(shares []cloud.ResourceShare, id string) bool {
	return slices.ContainsFunc(shares, func(s cloud.ResourceShare) bool { return s.ID == id && !s.Deleting })
}

// Foreign are the targets that the image is shared with by resource shares of
// others, each with one of those.
func (v ShareView) Foreign() map[share.Sharee]string {
	out := map[share.Sharee]string{}
	for _, s := range v.Others {
		for target := range live(s).All() {
			out[target] = s.ID
		}
	}
	return out
}

// holds reports whether an image is on a resource share, or on its way there or
// away.
func holds(s cloud.ResourceShare, image string) bool {
	return slices.ContainsFunc(s.Images, func(a cloud.Association) bool { return a.Entity == image && isLive(a) })
}

// holdsOthers reports whether another image is on a resource share, or on its
// way there or away.
func holdsOthers(s cloud.ResourceShare, image string) bool {
	return slices.ContainsFunc(s.Images, func(a cloud.Association) bool { return a.Entity != image && isLive(a) })
}

// live are the targets of a resource share that have not failed and are not
// gone.
func live(s cloud.ResourceShare) share.Sharees { return targetsOf(s, isLive) }

// isLive reports whether an association has not failed and is not gone. A state
// that nobody knows is taken for access.
func isLive(a cloud.Association) bool {
	return a.State != cloud.AssociationFailed && a.State != cloud.Disassociated
}

// in are the targets of a resource share in one state.
func in(s cloud.ResourceShare, state cloud.AssociationState) share.Sharees {
	return targetsOf(s, func(a cloud.Association) bool { return a.State == state })
}

func targetsOf(s cloud.ResourceShare, wanted func(cloud.Association) bool) share.Sharees {
	var out []share.Sharee
	for _, a := range s.Targets {
		if wanted(a) {
			out = append(out, share.Sharee(a.Entity))
		}
	}
	return share.NewSharees(out...)
}
