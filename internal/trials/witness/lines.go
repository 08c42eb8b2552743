// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// entryLine is an entry of the journal in one line.
func entryLine(e simcloud.Entry) string {
	who := e.AccessKey
	if e.ByHand {
		who = "by hand"
	}
	out := []string{clockTime(e.Time), fmt.Sprintf("cloud #%d", e.Seq), who, e.Action, e.Region}
	add := func(name, value string) {
		if value != "" {
			out = append(out, name+"="+value)
		}
	}
	add("image", e.Image)
	add("role", e.Role)
	add("policy", e.Policy)
	add("share", e.Share)
	for _, l := range []struct {
		name string
		list []string
	}{{"targets", e.Targets}, {"add", e.Add}, {"remove", e.Remove}, {"gained", e.Gained}, {"ended", e.Ended}, {"cut", e.Cut}, {"strands", e.Strands}} {
		add(l.name, strings.Join(l.list, ","))
	}
	out = append(out, e.Code)
	add("fault", string(e.Fault))
	if e.Lost {
		out = append(out, "answer lost")
	}
	if e.Effected.Sub(e.Time) > usualSlack {
		add("effected", clockTime(e.Effected))
	}
	return strings.Join(out, " ")
}

// versionLine is a version of an object in one line.
func versionLine(v Version) string {
	out := []string{clockTime(v.Seen), fmt.Sprintf("api %d", v.Resource), v.Kind, strings.TrimPrefix(v.Namespace+"/"+v.Name, "/")}
	if s := v.ImageShare; s != nil {
		out = append(out, s.Spec.Image.ID, fmt.Sprint(s.Spec.Sharees.AccountIDs), fmt.Sprint(s.Spec.Sharees.ResourceDirectoryPaths),
			string(s.Spec.UndeclaredSharees), string(s.Spec.DeletionPolicy), fmt.Sprintf("generation %d", s.Generation))
		if s.Spec.Mode != "" && s.Spec.Mode != "Enforce" {
			out = append(out, string(s.Spec.Mode))
		}
		if s.Spec.Suspend {
			out = append(out, "suspended")
		}
		if !s.Spec.ExpiresAt.IsZero() {
			out = append(out, "expires "+clockTime(s.Spec.ExpiresAt.Time))
		}
		if !s.DeletionTimestamp.IsZero() {
			out = append(out, "deleting")
		}
	}
	if s := v.SharerAccount; s != nil {
		out = append(out, string(s.Spec.AccountID), fmt.Sprintf("generation %d", s.Generation))
		if s.Spec.Suspend {
			out = append(out, "suspended")
		}
		if !s.DeletionTimestamp.IsZero() {
			out = append(out, "deleting")
		}
	}
	if v.Gone {
		out = append(out, "gone")
	}
	return strings.Join(out, " ")
}

// lookLine is a look in one line.
func lookLine(l Look) string {
	what := "one " + l.Kind
	if l.Whole && l.Fits.Name == "" {
		what = "all " + l.Kind + "s"
		if l.Fits.Image != "" {
			what += " of " + l.Fits.Image
		}
	}
	return fmt.Sprintf("%s look of %s: %s as of %d, %d there", clockTime(l.Answered), l.Operator, what, l.Resource, len(l.Versions))
}

// exchangeLine is a request of the operator in one line, without its body.
func exchangeLine(e Exchange) string {
	if e.Query != "" && e.Method == http.MethodGet {
		return fmt.Sprintf("%s api %s %s %s?%s %d", clockTime(e.Answered), e.Operator, e.Method, e.Path, e.Query, e.Status)
	}
	return fmt.Sprintf("%s api %s %s %s %d", clockTime(e.Answered), e.Operator, e.Method, e.Path, e.Status)
}
