// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"strings"
	"time"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// targetOf is what Resource Sharing calls a path: the directory or folder that it ends with.
func targetOf(path string) string {
	path = strings.TrimSuffix(path, "*")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// names says whether an ImageShare names somebody, an account or a target, whatever else is to be said of it.
func names(s *v1alpha1.ImageShare, who string) bool {
	for _, id := range s.Spec.Sharees.AccountIDs {
		if string(id) == who {
			return true
		}
	}
	for _, path := range s.Spec.Sharees.ResourceDirectoryPaths {
		if targetOf(string(path)) == who {
			return true
		}
	}
	return false
}

// deleted says whether an ImageShare is on its way out.
func deleted(v Version) bool { return v.Gone || !v.ImageShare.DeletionTimestamp.IsZero() }

// expired says whether the time of an ImageShare has come.
func expired(s *v1alpha1.ImageShare, t time.Time) bool {
	return !s.Spec.ExpiresAt.IsZero() && !t.Before(s.Spec.ExpiresAt.Time)
}

// handsOff says whether an ImageShare wants nothing to be written on its account.
func handsOff(s *v1alpha1.ImageShare) bool {
	return s.Spec.Suspend || s.Spec.Mode == v1alpha1.ModeObserve
}

// shields says whether an ImageShare declares somebody at a time, so that nobody may take the image from him: it is there to stay,
// and its time has not come. It does so also while it is suspended or observes.
func shields(v Version, who string, t time.Time) bool {
	return !deleted(v) && !expired(v.ImageShare, t) && names(v.ImageShare, who)
}

// grants says whether somebody may be granted at a time on account of an ImageShare.
func grants(v Version, who string, t time.Time) bool {
	return shields(v, who, t) && !handsOff(v.ImageShare)
}
