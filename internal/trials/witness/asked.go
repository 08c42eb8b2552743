// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// approved says whether somebody had approved a held plan by a time, on any object.
func (h *history) approved(t time.Time) bool {
	return slices.ContainsFunc(h.Versions, func(v Version) bool {
		if v.Seen.After(t) {
			return false
		}
		switch {
		case v.ImageShare != nil:
			return v.ImageShare.Annotations[v1alpha1.ApprovedPlan] != ""
		case v.SharerAccount != nil:
			return v.SharerAccount.Annotations[v1alpha1.ApprovedPlan] != ""
		}
		return false
	})
}

// admitsAll says whether a SharerAccount has had a rule that admits everything, in all its versions.
func (h *history) admitsAll(name string) bool {
	if name == "" {
		name = "default"
	}
	return len(h.sharers[name]) > 0 && !slices.ContainsFunc(h.sharers[name], func(v Version) bool {
		return !slices.ContainsFunc(v.SharerAccount.Spec.Rules, func(r v1alpha1.Rule) bool {
			if slices.Equal(r.Namespaces.Names, []string{"*"}) {
				r.Namespaces.Names = nil
			}
			return equality.Semantic.DeepEqual(r, v1alpha1.Rule{})
		})
	})
}

// everDeclared says whether an ImageShare, in any version seen up to a time, has declared somebody on an image.
func (h *history) everDeclared(p pair, account string, t time.Time) bool {
	for _, versions := range h.objects {
		for _, v := range versions {
			if !v.Seen.After(t) && h.about(v, account, p.region, p.image) && names(v.ImageShare, p.who) {
				return true
			}
		}
	}
	return false
}

// everAbout says whether an ImageShare, in any version seen up to a time, was about an image.
func (h *history) everAbout(account, region, image string, t time.Time) bool {
	for _, versions := range h.objects {
		if slices.ContainsFunc(versions, func(v Version) bool { return !v.Seen.After(t) && h.about(v, account, region, image) }) {
			return true
		}
	}
	return false
}

// last is the last version of an object; its spec is that of the deletion if it is gone.
func last(versions []Version) Version { return versions[len(versions)-1] }

// at is the version of an object at a time; false when it was not there.
func at(versions []Version, t time.Time) (Version, bool) {
	states := during(versions, t, t)
	if len(states) == 0 || last(states).Gone {
		return Version{}, false
	}
	return last(states), true
}

// imagesOf are the images that an entry names.
func imagesOf(e simcloud.Entry) []string {
	return slices.DeleteFunc(strings.Split(e.Image, ","), func(id string) bool { return id == "" })
}
