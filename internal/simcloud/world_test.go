// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"errors"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func serve(t *testing.T, w *simcloud.World) *rig {
	t.Helper()
	server := httptest.NewServer(w.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(w.ClearFaults)
	return &rig{world: w, server: server}
}

func atNoon() time.Time { return noon }

func TestAWorldFileIsReadStrictly(t *testing.T) {
	const regions = "regions: [{id: cn-hangzhou}]\n"
	const account = "accounts: [{id: '1000000000000001', accessKeys: [{id: k, secret: s}]}]\n"
	for _, c := range []struct{ name, file, want string }{
		{"no regions", "regions: []", "regions: at least one"},
		{"an unknown field", regions + "planets: []", `unknown field "planets"`},
		{"a misplaced field", "regions: [{id: cn-hangzhou, owner: x}]", `unknown field "owner"`},
		{"a region that is none", "regions: [{id: China!}]", `regions[0].id: "China!"`},
		{"a region twice", "regions: [{id: aa}, {id: aa}]", `regions[1].id: "aa" is there twice`},
		{"an account of fifteen digits", regions + "accounts: [{id: '100000000000001'}]", `accounts[0].id: "100000000000001" is not 16 digits`},
		{"an account twice", regions + "accounts: [{id: '1000000000000001'}, {id: '1000000000000001'}]", "accounts[1].id"},
		{"an unknown site", regions + "accounts: [{id: '1000000000000001', site: moon}]", `accounts[0].site: "moon"`},
		{"a user without a number", regions + "accounts: [{id: '1000000000000001', users: [{name: a}]}]", "accounts[0].users[0].id"},
		{"a grant of nothing", regions + "accounts: [{id: '1000000000000001', users: [{name: a, id: '1', allow: [{actions: []}]}]}]",
			"accounts[0].users[0].allow[0].actions"},
		{"a key without a secret", regions + "accounts: [{id: '1000000000000001', accessKeys: [{id: k}]}]", "accounts[0].accessKeys[0]"},
		{"a key twice", regions + "accounts: [{id: '1000000000000001', accessKeys: [{id: k, secret: s}], users: [{name: a, id: '1', accessKeys: " +
			"[{id: k, secret: s}]}]}]", `accounts[0].users[0].accessKeys[0].id: "k" is there twice`},
		{"an image without an owner", regions + account + "images: [{id: m-1, region: cn-hangzhou}]", "images[0].owner"},
		{"an image in no region", regions + account + "images: [{id: m-1, region: x, owner: '1000000000000001'}]", "images[0].region"},
		{"an image in no state", regions + account + "images: [{id: m-1, region: cn-hangzhou, owner: '1000000000000001', status: Fine}]",
			"images[0].status"},
		{"an image shared with its owner", regions + account +
			"images: [{id: m-1, region: cn-hangzhou, owner: '1000000000000001', sharees: [{account: '1000000000000001'}]}]",
			"images[0].sharees[0].account"},
		{"a system image with an owner", regions + account + "images: [{id: m-1, region: cn-hangzhou, owner: '1000000000000001', kind: system}]",
			"images[0].kind"},
		{"a snapshot of nobody", regions + "snapshots: [{id: s, region: cn-hangzhou, owner: x}]", "snapshots[0].owner"},
		{"a dialect nobody speaks", regions + "dialects: {badAccount: klingon}", `dialects.badAccount: "klingon"`},
		{"a rate of nothing", regions + "limits: {throttle: [{limit: 1}]}", "limits.throttle[0]"},
		{"no YAML at all", "\t", "parse world"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := simcloud.Load([]byte(c.file), atNoon)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}

func TestTheShippedWorldLoads(t *testing.T) {
	data, err := os.ReadFile("../../hack/simcloud/world.yaml")
	must(t, err)
	w, err := simcloud.Load(data, atNoon)
	must(t, err)
	if accounts, images := w.Size(); accounts < 14 || images < 6 {
		t.Errorf("only %d accounts and %d images", accounts, images)
	}
}

func TestAWorldSurvivesARestart(t *testing.T) {
	w := rawWorld(t)
	var state []byte
	must(t, w.Persist(func(b []byte) error { state = b; return nil }))
	must(t, w.SetDialect("badAccount", "partial"))
	r := serve(t, w)
	r.get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1))
	again, err := simcloud.Load(state, atNoon)
	must(t, err)
	equal(t, "sharees", again.Sharees(region, image), numbered(1, 1))
	if got := again.Dialects().BadAccount; got != "partial" {
		t.Errorf("dialect: got %s", got)
	}
	before, err := w.State()
	must(t, err)
	after, err := again.State()
	must(t, err)
	if string(before) != string(after) {
		t.Errorf("state changed on the way:\n%s\n%s", before, after)
	}
}

func TestAChangeThatCannotBeSavedDoesNotHappen(t *testing.T) {
	w := rawWorld(t)
	full := false
	must(t, w.Persist(func([]byte) error {
		if full {
			return errors.New("disk full")
		}
		return nil
	}))
	full = true
	answer, _ := serve(t, w).get(t.Context(), w, "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(1))
	if len(w.Sharees(region, image)) != 0 || !strings.HasPrefix(answer, "500") {
		t.Errorf("got %s with %v", answer, w.Sharees(region, image))
	}
	if e := w.Journal()[0]; len(e.After) != 0 || e.Code != "InternalError" {
		t.Errorf("the journal says %+v", e)
	}
}

func TestChangesByHand(t *testing.T) {
	w := rawWorld(t)
	must(t, w.AddImage(simcloud.Image{ID: "m-hand", Region: region, Owner: owner}))
	must(t, w.SetImageStatus(region, "m-hand", simcloud.StatusDeprecated))
	must(t, w.SetImageTags(region, "m-hand", []simcloud.Tag{{Key: "a"}}))
	if img, ok := w.Image(region, "m-hand"); !ok || img.Status != simcloud.StatusDeprecated || len(img.Tags) != 1 {
		t.Errorf("got %+v", img)
	}
	must(t, w.DeleteImage(region, "m-hand"))
	if _, ok := w.Image(region, "m-hand"); ok {
		t.Error("the image is still there")
	}
	must(t, w.AddAccount(simcloud.Account{ID: "1400000000000001"}))
	must(t, w.UpdateAccount("1400000000000001", func(a *simcloud.Account) { a.Arrears = true }))
	must(t, w.AddSnapshot(simcloud.Snapshot{ID: "s-hand", Region: region, Owner: owner}))
	must(t, w.SetLimits(simcloud.Limits{ShareesPerImage: 3}))
	for name, err := range map[string]error{
		"an image twice":                w.AddImage(simcloud.Image{ID: image, Region: region, Owner: owner}),
		"an image of nobody":            w.AddImage(simcloud.Image{ID: "m-x", Region: region}),
		"a state that there is not":     w.SetImageStatus(region, image, "Gone"),
		"an unknown image":              w.DeleteImage(region, "m-nope"),
		"sharing an unknown image":      w.ShareByHand(region, "m-nope", nil, nil),
		"an account twice":              w.AddAccount(simcloud.Account{ID: owner}),
		"an unknown account":            w.UpdateAccount("x", func(*simcloud.Account) {}),
		"an unknown dialect":            w.SetDialect("mood", "bad"),
		"a value nobody speaks":         w.SetDialect("deniedRead", "maybe"),
		"one wrong dialect among right": w.SetDialects(map[string]string{"overTen": "ignored", "mood": "bad"}),
		"a limit below zero":            w.SetLimits(simcloud.Limits{ShareesPerImage: -1}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got := w.Dialects().OverTen; got != "firstTen" {
		t.Errorf("a refused change left overTen at %s", got)
	}
}

func TestEveryDialectHasADefaultThatIsItsFirstValue(t *testing.T) {
	w := rawWorld(t)
	for name, all := range simcloud.DialectValues() {
		if len(all) < 2 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
			t.Errorf("%s has the values %v", name, all)
		}
		for _, value := range all {
			must(t, w.SetDialect(name, value))
		}
	}
	if got := w.Dialects(); got.AddExisting != "error" || got.OwnAccount != "forbidden" {
		t.Errorf("got %+v", got)
	}
}

// A sixteen-fold crowd changes, reads and breaks the same image. What is checked besides the race detector is that the journal
// is a chain: every entry starts where the one before it ended.
func TestACrowdLeavesAConsistentWorld(t *testing.T) {
	r := newRig(t)
	must(t, r.world.Persist(func([]byte) error { return nil }))
	var crowd sync.WaitGroup
	for n := 1; n <= 16; n++ {
		crowd.Go(func() {
			for range 4 {
				fault := r.world.Inject(simcloud.Fault{Kind: simcloud.StaleRead, WritesAgo: n, Times: 1})
				_, _ = r.ask("root", "ModifyImageSharePermission", "ImageId", image, "AddAccount.1", sharee(n))
				_, _ = r.ask("op", "DescribeImageSharePermission", "ImageId", image)
				_, _ = r.ask("op", "DescribeImages", "ImageId", image)
				_ = r.world.SetDialect("overTen", "ignored")
				_, _ = r.ask("root", "ModifyImageSharePermission", "ImageId", image, "RemoveAccount.1", sharee(n))
				fault.Remove()
			}
		})
	}
	crowd.Wait()
	var last []string
	for _, e := range r.world.Journal() {
		if e.Image != image {
			continue
		}
		if !slices.Equal(e.Before, last) {
			t.Fatalf("entry %d starts at %v, but the one before ended at %v", e.Seq, e.Before, last)
		}
		last = e.After
	}
	equal(t, "sharees in the end", r.world.Sharees(region, image), []string{})
	if n := r.world.CountCalls("ModifyImageSharePermission"); n != 16*4*2 {
		t.Errorf("counted %d writes", n)
	}
}
