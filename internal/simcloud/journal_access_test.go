// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// moved is what an entry says of who came to have which image by it, who lost it, and who was left without.
func moved(e simcloud.Entry) string {
	return fmt.Sprint("+", e.Gained, " -", e.Ended, " cut", e.Cut)
}

func TestTheJournalTellsWhoCameAndWhoWent(t *testing.T) {
	r := sharingRig(t)
	w := r.world
	id := r.makeShare(t, both(resources(image), targets(teams)...)...)
	is(t, "a share with a folder", moved(last(w)), fmt.Sprintf("+[%s/%s] -[] cut[]", image, teams))
	inTeams := []string{image + "/" + sharee(1), image + "/" + sharee(2)}
	ask := func(action string, params ...string) func() error {
		return func() error { return second(r.ask("root", rs(action), on(id, params...)...)) }
	}
	modify := func(params ...string) func() error {
		return func() error {
			return second(r.ask("root", "ModifyImageSharePermission", append([]string{"ImageId", image}, params...)...))
		}
	}
	for _, step := range []struct {
		name               string
		do                 func() error
		gained, ended, cut []string
	}{
		{name: "an account of the folder by its number", do: modify("AddAccount.1", sharee(1)), gained: inTeams[:1]},
		{name: "once more", do: modify("AddAccount.1", sharee(1))},
		{name: "the folder taken out, but for whom is there by number", do: ask("DisassociateResourceShare", targets(teams)...),
			ended: []string{image + "/" + teams}, cut: inTeams[1:]},
		{name: "the number as well", do: modify("RemoveAccount.1", sharee(1)), ended: inTeams[:1], cut: inTeams[:1]},
		{name: "the folder again, by hand", do: func() error {
			return w.SetShare(id, func(s *simcloud.Share) {
				s.Associations = append(s.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: teams})
			})
		}, gained: []string{image + "/" + teams}},
		{name: "something else that happens", do: func() error { return w.SetImageTags(region, secret, nil) }},
		{name: "the share deleted", do: ask("DeleteResourceShare"), ended: []string{image + "/" + teams}, cut: inTeams},
	} {
		must(t, step.do())
		e := last(w)
		slices.Sort(e.Cut)
		is(t, step.name, moved(e), fmt.Sprint("+", step.gained, " -", step.ended, " cut", step.cut))
		if e.Effected.Before(e.Time) || e.Effected.IsZero() {
			t.Errorf("%s: came at %v and took effect at %v", step.name, e.Time, e.Effected)
		}
	}
}

func TestWhatIsOnItsWayIsToldAsComingAndNotAsThere(t *testing.T) {
	r := sharingRig(t, func(doc *simcloud.Document) { doc.Limits.SharingDelayMilliseconds = int(time.Hour / time.Millisecond) })
	w := r.world
	_ = r.makeShare(t, both(resources(image), targets(teams)...)...)
	is(t, "asked for", moved(last(w)), fmt.Sprintf("+[%s/%s] -[] cut[]", image, teams))
	must(t, w.DeleteImage(region, image))
	is(t, "gone before it was there", moved(last(w)), "+[] -[] cut[]")
}

func TestTheJournalTellsWhomAWriteStrands(t *testing.T) {
	r := sharingRig(t, func(doc *simcloud.Document) { doc.Limits.SharingDelayMilliseconds = int(time.Hour / time.Millisecond) })
	w := r.world
	must(t, retrust(trusting(sharee(1)))(w))
	must(t, w.ShareByHand(region, secret, []string{sharee(1), sharee(2)}, nil))
	equal(t, "by hand with one who is not trusted", last(w).Strands, []string{secret + "/" + sharee(2)})
	must(t, w.SetImageTags(region, image, nil))
	equal(t, "by what happens then", last(w).Strands, nil)
	_ = r.makeShare(t, both(resources(secret), targets(guests)...)...)
	equal(t, "by a share that is on its way to a folder that is not trusted", last(w).Strands, []string{secret + "/" + sharee(3)})
	must(t, retrust(trusting(sharee(2)))(w))
	equal(t, "by an edit of the trust", last(w).Strands, []string{secret + "/" + sharee(1)})
}

func TestTheCallLogTellsFurtherPages(t *testing.T) {
	w, r := faultRig(t)
	for _, page := range []string{"", "1", "2"} {
		params := []string{"ImageId", image}
		if page != "" {
			params = append(params, "PageNumber", page)
		}
		r.get(t.Context(), w, "DescribeImageSharePermission", params...)
	}
	var got []bool
	for _, c := range w.Calls() {
		got = append(got, c.Continued)
	}
	is(t, "further pages", fmt.Sprint(got), "[false false true]")
}

func TestTheSecretsOfAWorldAreThoseOfAllKeys(t *testing.T) {
	doc := testWorld()
	doc.OIDCProviders = []simcloud.OIDCProvider{{Account: owner, Name: "cluster", Tokens: []simcloud.OIDCToken{{Token: "a-token"}}}}
	w, err := simcloud.New(doc, time.Now)
	must(t, err)
	secrets := w.Secrets()
	for _, want := range []string{"root-secret", "op-secret", "a-token"} {
		if !slices.Contains(secrets, want) {
			t.Errorf("%s is not among %v", want, secrets)
		}
	}
	if slices.Contains(secrets, "") || slices.Contains(secrets, "root") || !slices.IsSorted(secrets) {
		t.Errorf("got %v", secrets)
	}
}
