// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The resource directory that the sharer is in, as hack/simcloud/world.yaml has
// it.
const (
	directory    = "rd-FkOrg1"
	inDirectory  = directory + "/r-FkTop1/"
	products     = "fd-FkProducts"
	sandboxes    = "fd-FkSandboxs"
	wrongID      = "fd-FkNoSuch00"
	productsPath = inDirectory + products
	wrongPath    = inDirectory + wrongID
)

// ownerTag is the tag by which the operator knows its own resource shares.
const ownerTag = "imageshare-operator-owner"

// joinsFolder makes an account a member of a folder, as the people who look
// after the organization would.
func (t *tour) joinsFolder(name, folder string) {
	if t.err == nil {
		t.err = t.cloud.world.JoinDirectory(directory, t.cloud.ids[name], folder)
	}
}

func (t *tour) leavesDirectory(name string) {
	if t.err == nil {
		t.err = t.cloud.world.LeaveDirectory(t.cloud.ids[name])
	}
}

// sharesOf are the resource shares with an image on them that are not deleted.
func (c *cloud) sharesOf(i image) []simcloud.Share {
	return slices.DeleteFunc(c.world.Shares(c.sharer, i.region), func(s simcloud.Share) bool {
		return s.Status != simcloud.ShareActive || len(entities(s, simcloud.AssociationResource, i.id)) == 0
	})
}

// entities are what is associated with a resource share, of one kind: all, or
// one alone.
func entities(s simcloud.Share, kind, only string) []string {
	var out []string
	for _, a := range s.Associations {
		if a.Type == kind && a.Status == simcloud.Associated && (only == "" || a.Entity == only) {
			out = append(out, a.Entity)
		}
	}
	slices.Sort(out)
	return out
}

// imageOn is the image that was put on a resource share, deleted or not.
func (c *cloud) imageOn(id string) string {
	found, _ := c.world.Share(id)
	for _, a := range found.Associations {
		if a.Type == simcloud.AssociationResource {
			return a.Entity
		}
	}
	return ""
}

// showShares shows the resource shares of an image, as the cloud knows them.
func (t *tour) showShares(i image) {
	if t.err != nil {
		return
	}
	shares := t.cloud.sharesOf(i)
	if len(shares) == 0 {
		t.say.line("  the cloud now says: no resource share has " + i.id + " on it")
		return
	}
	t.say.line("  the cloud now says of resource shares with " + i.id + " on them:")
	for _, s := range shares {
		lines := []string{s.ID + " " + s.Name + " " + s.Status}
		for _, tag := range s.Tags {
			lines = append(lines, "  tag "+tag.Key+"="+tag.Value)
		}
		for _, a := range s.Associations {
			lines = append(lines, fmt.Sprintf("  %s %s %s", strings.ToLower(a.Type), a.Entity, a.Status))
		}
		t.say.indent(strings.Join(lines, "\n"), "    ")
	}
}

// sharedBy claims that an image is on one resource share of the operator's own,
// with these targets and no others; or, without any, on none at all.
func (t *tour) sharedBy(i image, targets ...string) func() error {
	return func() error {
		shares := t.cloud.sharesOf(i)
		if len(targets) == 0 && len(shares) == 0 {
			return nil
		}
		if len(shares) != 1 || shares[0].Name != "imageshare-"+i.id {
			return fmt.Errorf("the image is on %d resource shares: %v", len(shares), shares)
		}
		tagged := slices.ContainsFunc(shares[0].Tags, func(tag simcloud.Tag) bool { return tag.Key == ownerTag && tag.Value != "" })
		if got := entities(shares[0], simcloud.AssociationTarget, ""); !slices.Equal(got, targets) || !tagged {
			return fmt.Errorf("it has the targets %s and the tags %v", strings.Join(got, ", "), shares[0].Tags)
		}
		return nil
	}
}

// usage is what the simulated cloud answers when it is asked whether somebody
// has an image.
type usage struct {
	Reaches, Decrypts, CanUse bool
}

// uses asks the simulated cloud whether an account has an image at this moment.
func (t *tour) uses(i image, name string) (url string, answer usage, err error) {
	url = fmt.Sprintf("http://%s/_sim/uses?region=%s&image=%s&account=%s", t.cloud.endpoint, i.region, i.id, t.cloud.idsOf(name)[0])
	request, err := http.NewRequestWithContext(t.ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return url, answer, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return url, answer, err
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	return url, answer, errors.Join(err, response.Body.Close())
}

// showUses shows who of some accounts has an image at this moment.
func (t *tour) showUses(i image, names ...string) {
	for _, name := range names {
		if t.err != nil {
			return
		}
		url, answer, err := t.uses(i, name)
		t.err = err
		t.say.line("  $ curl -s '" + url + "'        # " + name)
		t.say.indent(fmt.Sprintf(`{"canUse":%t,"decrypts":%t,"reaches":%t}`, answer.CanUse, answer.Decrypts, answer.Reaches), "    ")
	}
}

// has and hasNot claim that accounts can use an image, or none of them can, at
// this moment.
func (t *tour) has(i image, names ...string) func() error    { return t.usedBy(i, true, names) }
func (t *tour) hasNot(i image, names ...string) func() error { return t.usedBy(i, false, names) }

func (t *tour) usedBy(i image, want bool, names []string) func() error {
	return func() error {
		for _, name := range names {
			if _, answer, err := t.uses(i, name); err != nil || answer.CanUse != want {
				return errors.Join(fmt.Errorf("of %s the cloud says %+v", name, answer), err)
			}
		}
		return nil
	}
}

// ofTargets reports whether a write was about a resource share, and as many
// targets as a call may name.
func ofTargets(entry simcloud.Entry) bool {
	writes := []string{"CreateResourceShare", "AssociateResourceShare", "DisassociateResourceShare", "DeleteResourceShare"}
	return slices.Contains(writes, entry.Action) && len(entry.Targets) <= 5
}

// onlyOwnShares claims that a write was about no resource share that no write
// before had made.
func onlyOwnShares(writes []simcloud.Entry) error {
	var own []string
	for _, entry := range writes {
		switch {
		case entry.Action == "CreateResourceShare":
			own = append(own, entry.Share)
		case entry.Share != "" && !slices.Contains(own, entry.Share):
			return fmt.Errorf("write %d (%s) was about %s", entry.Seq, entry.Action, entry.Share)
		}
	}
	return nil
}
