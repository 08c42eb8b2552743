// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

func TestSharesByHand(t *testing.T) {
	r := sharingRig(t)
	w := r.world
	id, err := w.AddShare(simcloud.Share{Region: region, Owner: owner, Name: "theirs", Associations: []simcloud.Association{
		{Type: simcloud.AssociationResource, Entity: image}, {Type: simcloud.AssociationTarget, Entity: guests}}})
	must(t, err)
	equal(t, "whom it reaches", r.reach(image), []string{"3"})
	equal(t, "its targets", r.associations(t, "Target", "ResourceShareIds.1", id), []string{guests + " Associated"})
	copied, _ := w.Share(id)
	copied.Associations[1].Entity = "mine"
	must(t, w.SetShare(id, func(s *simcloud.Share) {
		s.Owner, s.Tags = other, []simcloud.Tag{{Key: "k"}}
		s.Associations = append(s.Associations, simcloud.Association{Type: simcloud.AssociationTarget, Entity: checkout})
	}))
	equal(t, "whom it reaches then", r.reach(image), []string{"2", "3"})
	is(t, "its tags", len(w.Shares(owner, region)[0].Tags), 1)
	before, err := w.State()
	must(t, err)
	add := func(s simcloud.Share) error { _, err := w.AddShare(s); return err }
	for name, err := range map[string]error{
		"an unknown share":            w.SetShare("rs-nope", func(*simcloud.Share) {}),
		"an unknown share to delete":  w.DeleteShare("rs-nope"),
		"a share twice":               add(simcloud.Share{ID: id, Region: region, Owner: owner, Name: "s"}),
		"a share of nobody":           add(simcloud.Share{Region: region, Owner: "x", Name: "s"}),
		"a share without a name":      add(simcloud.Share{Region: region, Owner: owner}),
		"a target twice":              w.SetShare(id, func(s *simcloud.Share) { s.Associations = append(s.Associations, s.Associations[1]) }),
		"a failure of what is not in": w.FailAssociation(id, rd, simcloud.FailureInternal),
		"a failure without a reason":  w.FailAssociation(id, image, ""),
		"a failure of another kind":   w.FailAssociation(id, image, "Moody"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	after, err := w.State()
	must(t, err)
	is(t, "what was refused left a trace", string(before) == string(after), true)
	again, err := simcloud.Load(after, atNoon)
	must(t, err)
	is(t, "whom it reaches after a restart", again.Reaches(region, image, sharee(2)), true)
	must(t, w.DeleteShare(id))
	is(t, "in the end", w.Shares(owner, region)[0].Status, simcloud.ShareDeleted)
}

func TestTheAdminPagesOfSharing(t *testing.T) {
	w := sharingRig(t, func(d *simcloud.Document) { d.Dialects.StuckAssociating = "yes" }).world
	uses := func(n int) string { return "/_sim/uses?region=cn-hangzhou&image=" + image + "&account=" + sharee(n) }
	share := `{"id":"rs-hand","region":"cn-hangzhou","owner":"` + owner + `","name":"hand","associations":[{"type":"Resource","entity":"` + image +
		`","status":"Associating"},{"type":"Target","entity":"` + guests + `"}]}`
	const member = `{"account":"1100000000000005",`
	for _, c := range []struct{ name, method, path, body, want string }{
		{"a new share", "PUT", "/_sim/shares", share, `200 {"share":"rs-hand"`},
		{"a share twice", "PUT", "/_sim/shares", share, "400 shares[1].id"},
		{"before it is finished", "GET", uses(3), "", `200 {"canUse":false,"decrypts":true,"reaches":false`},
		{"what is on its way finished", "POST", "/_sim/shares/finish", "{}", `200 [{"id":"rs-hand"`},
		{"the shares", "GET", "/_sim/shares", "", `200 [{"id":"rs-hand"`},
		{"after it is finished", "GET", uses(3), "", `200 {"canUse":true,"decrypts":true,"reaches":true`},
		{"one that joins", "PUT", "/_sim/members", member + `"directory":"` + rd + `"}`, "200 {"},
		{"one that joins twice", "PUT", "/_sim/members", member + `"directory":"` + rd + `"}`, "400 directories[0]"},
		{"one that moves", "PATCH", "/_sim/members", member + `"folder":"` + guests + `"}`, "200 {"},
		{"one that has moved", "GET", uses(5), "", `200 {"canUse":true`},
		{"one that leaves", "DELETE", "/_sim/members", member + `"folder":""}`, "200 {"},
		{"one that has left", "GET", uses(5), "", `200 {"canUse":false`},
		{"a new folder", "PUT", "/_sim/folders", `{"directory":"` + rd + `","id":"fd-New0000001","name":"new"}`, "200 {"},
		{"a folder that moves", "PATCH", "/_sim/folders", `{"folder":"fd-New0000001","parent":"` + teams + `"}`, "200 {"},
		{"a folder that goes", "DELETE", "/_sim/folders", `{"folder":"fd-New0000001"}`, "200 {"},
		{"a folder that is gone", "DELETE", "/_sim/folders", `{"folder":"fd-New0000001"}`, "400 DeleteFolder"},
		{"a new directory", "PUT", "/_sim/directories", `{"id":"rd-Hand01","root":"r-Hand01","master":"` + sharee(5) + `"}`, "200 {"},
		{"sharing in it", "PATCH", "/_sim/directories", `{"directory":"rd-Hand01","sharing":true}`, "200 {"},
		{"something that fails", "POST", "/_sim/shares/fail", `{"share":"rs-hand","entity":"` + guests + `","reason":"LimitExceeded"}`, "200 {"},
		{"after it has failed", "GET", uses(3), "", `200 {"canUse":false`},
		{"a share's end", "DELETE", "/_sim/shares", `{"share":"rs-hand"}`, "200 {"},
	} {
		rec := httptest.NewRecorder()
		w.Handler().ServeHTTP(rec, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
		got := rec.Result().Status[:3] + " " + compact(rec.Body.String())
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	s, _ := w.Share("rs-hand")
	is(t, "the share", s.Status, simcloud.ShareDeleted)
	dir, _ := w.Directory("rd-Hand01")
	is(t, "the new directory", fmt.Sprint(dir.Sharing, " ", dir.Master), "true "+sharee(5))
}

func TestAWorldFileWithSharingIsReadStrictly(t *testing.T) {
	const start = "regions: [{id: cn-hangzhou}]\naccounts: [{id: '1000000000000001'}, {id: '1000000000000002'}]\n"
	directory := func(rest string) string {
		return start + "directories: [{id: rd-AbCdEf, root: r-AbCdEf, master: '1000000000000001', " + rest + "}]\n"
	}
	share := func(rest string) string {
		return start + "shares: [{id: rs-1234, region: cn-hangzhou, owner: '1000000000000001', name: s, " + rest + "}]\n"
	}
	for _, c := range []struct{ name, file, want string }{
		{"a directory of a strange name", strings.Replace(directory(""), "rd-AbCdEf", "rd_1", 1), `directories[0].id: "rd_1"`},
		{"a root of a strange name", strings.Replace(directory(""), "r-AbCdEf", "r-A", 1), `directories[0].root: "r-A"`},
		{"a member that is the master", directory("members: [{account: '1000000000000001'}]"), "directories[0]: account 1000000000000001"},
		{"a member of nowhere", directory("members: [{account: '1000000000000002', folder: fd-AbCdEfGhIj}]"), "directories[0].members[0].folder"},
		{"a folder in nothing", directory("folders: [{id: fd-AbCdEfGhIj, parent: fd-AbCdEfGhIk}]"), "directories[0].folders[0].parent"},
		{"a folder in itself", directory("folders: [{id: fd-AbCdEfGhIj, parent: fd-AbCdEfGhIj}]"), "directories[0].folders[0].parent: the folder is in itself"},
		{"a share in no region", strings.Replace(share(""), "region: cn-hangzhou", "region: x", 1), "shares[0].region"},
		{"a share in no state", share("status: Fine"), `shares[0].status: "Fine"`},
		{"a share of a strange name", strings.Replace(share(""), "name: s", "name: a b", 1), `shares[0].name: "a b"`},
		{"a share of a strange ID", strings.Replace(share(""), "rs-1234", "x", 1), `shares[0].id: "x"`},
		{"an association of no kind", share("associations: [{entity: m-1}]"), `shares[0].associations[0].type: ""`},
		{"a target that is none", share("associations: [{type: Target, entity: m-1}]"), `shares[0].associations[0].entity: "m-1" is no Target`},
		{"an association in no state", share("associations: [{type: Target, entity: rd-AbCdEf, status: Fine}]"), `shares[0].associations[0].status: "Fine"`},
		{"an association of no failure", share("associations: [{type: Target, entity: rd-AbCdEf, failure: Moody}]"), `shares[0].associations[0].failure: "Moody"`},
		{"a delay into the past", start + "limits: {sharingDelayMilliseconds: -1}", "limits: a limit cannot be negative"},
		{"a limit below zero", start + "limits: {resourceShares: -1}", "limits: a limit cannot be negative"},
	} {
		_, err := simcloud.Load([]byte(c.file), atNoon)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it to say %q", c.name, err, c.want)
		}
	}
	_, err := simcloud.Load([]byte(directory("folders: [{id: fd-AbCdEfGhIj}], members: [{account: '1000000000000002', folder: fd-AbCdEfGhIj}]")+
		strings.TrimPrefix(share("associations: [{type: Target, entity: rd-AbCdEf}]"), start)), atNoon)
	must(t, err)
}
