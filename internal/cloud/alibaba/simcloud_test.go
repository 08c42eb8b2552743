// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The simulated cloud is another reading of the vendor's documents, by which
// every verb is read once more, signature included.

const simOwner = "1000000000000001"

// simulated is a world with an encrypted image, and a session to it.
func simulated(t *testing.T, edits ...func(*simcloud.Document)) (*simcloud.World, cloud.Session) {
	t.Helper()
	document := simcloud.Document{
		Regions: []simcloud.Region{{ID: homeRegion}, {ID: "cn-beijing"}},
		Accounts: []simcloud.Account{
			{ID: simOwner, AccessKeys: []simcloud.AccessKey{{ID: testCredentials.AccessKeyID, Secret: testCredentials.AccessKeySecret}}},
			{ID: "1000000000000002"},
		},
		Images: []simcloud.Image{{ID: testImage.ID, Region: homeRegion, Owner: simOwner, Disks: []simcloud.Disk{
			{Type: "system", Snapshot: "s-1", Encrypted: true}, {Type: "data", Snapshot: "s-2"},
		}}},
		Snapshots: []simcloud.Snapshot{
			{ID: "s-1", Region: homeRegion, Owner: simOwner, Encrypted: true, KMSKeyID: testKey},
			{ID: "s-2", Region: homeRegion, Owner: simOwner},
		},
		Keys: []simcloud.Key{
			{ID: testKey, Region: homeRegion, Owner: simOwner, Instance: "kst-1"},
			{ID: "key-ecs", Region: homeRegion, Owner: simOwner, ServiceKey: true, Aliases: []string{cloud.ServiceKeyAlias}},
		},
	}
	for _, edit := range edits {
		edit(&document)
	}
	world, err := simcloud.New(document, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(world.Handler())
	t.Cleanup(server.Close)
	transport := newTransport()
	transport.Proxy = nil
	t.Cleanup(transport.CloseIdleConnections)
	host := server.Listener.Addr().String()
	return world, New(Options{Transport: transport}).Open(cloud.Target{
		Credentials: cloud.Credentials{AccessKeyID: testCredentials.AccessKeyID, AccessKeySecret: testCredentials.AccessKeySecret},
		Endpoints: cloud.Endpoints{
			ECS: host, RAM: host, STS: host, KMS: host, ResourceSharing: host, ResourceManager: host, Quotas: host, Insecure: true,
		},
	})
}

func TestSnapshotsOfTheSimulatedCloud(t *testing.T) {
	_, session := simulated(t)
	image, err := session.Image(t.Context(), testImage)
	if err != nil || !slices.Equal(image.Snapshots, []string{"s-1", "s-2"}) {
		t.Fatalf("got %+v, %v", image, err)
	}
	seen, err := session.Snapshots(t.Context(), homeRegion, image.Snapshots)
	if err != nil || len(seen) != 2 || !slices.Contains(seen, cloud.Snapshot{ID: "s-1", Encrypted: true, Key: testKey}) {
		t.Errorf("got %+v, %v", seen, err)
	}
	mustBe(t, second(session.Snapshots(t.Context(), homeRegion, []string{"s-1", "s-9"})), cloud.NotFound)
}

func TestKeysOfTheSimulatedCloud(t *testing.T) {
	world, session := simulated(t)
	if err := world.SetKeyState(homeRegion, testKey, simcloud.KeyPendingDeletion); err != nil {
		t.Fatal(err)
	}
	const arn = "acs:kms:cn-hangzhou:" + simOwner + ":key/"
	own := cloud.Key{ID: testKey, ARN: arn + testKey, State: cloud.KeyPendingDeletion, Owner: simOwner, Instance: "kst-1"}
	ecs := cloud.Key{ID: "key-ecs", ARN: arn + "key-ecs", State: cloud.KeyEnabled, Owner: simOwner, Service: true}
	for id, want := range map[string]cloud.Key{own.ID: own, own.ARN: own, cloud.ServiceKeyAlias: ecs} {
		if key, err := session.Key(t.Context(), homeRegion, id); err != nil || key != want {
			t.Errorf("%s: got %+v, %v", id, key, err)
		}
	}
	for id, says := range map[string]string{testKey: "acs:ram::" + simOwner, "key-ecs": ""} {
		policy, err := session.KeyPolicy(t.Context(), homeRegion, id)
		if err != nil || !strings.Contains(policy, says) || (policy == "") != (says == "") {
			t.Errorf("the policy of %s: got %q, %v", id, policy, err)
		}
	}
	for _, err := range []error{
		second(session.Key(t.Context(), homeRegion, "key-9")), second(session.Key(t.Context(), homeRegion, "alias/none")),
		second(session.Key(t.Context(), "cn-beijing", testKey)), second(session.KeyPolicy(t.Context(), homeRegion, "key-9")),
	} {
		if found := mustBe(t, err, cloud.NotFound); found.Subject != cloud.AboutKey {
			t.Errorf("got %+v", found)
		}
	}
}

// simStep is one thing that is done to the simulated cloud.
type simStep struct {
	does string
	err  error
	kind cloud.Kind
}

// walk checks what became of each step; a kind below zero is success.
func walk(t *testing.T, steps []simStep) {
	t.Helper()
	for _, step := range steps {
		if step.kind < 0 {
			if step.err != nil {
				t.Errorf("%s: %v", step.does, step.err)
			}
		} else if step.err == nil || cloud.KindOf(step.err) != step.kind {
			t.Errorf("%s: got %v, want kind %d", step.does, step.err, step.kind)
		}
	}
}

func TestRolesOfTheSimulatedCloud(t *testing.T) {
	_, s := simulated(t)
	ctx := t.Context()
	full := cloud.PolicyRef{System: true, Name: "AliyunKMSFullAccess"}
	role := cloud.NewRole{Name: testRole, Description: "for images", Trust: testTrust, Tags: map[string]string{"a": "1", "b": "é <2>"}}
	next := strings.Replace(testTrust, "0001@", "0002@", 1)
	walk(t, []simStep{
		{"read no role", second(s.Role(ctx, testRole)), cloud.NotFound},
		{"delete no role", s.DeleteRole(ctx, testRole), cloud.NotFound},
		{"make the role", s.CreateRole(ctx, role), -1},
		{"make it again", s.CreateRole(ctx, role), cloud.Exists},
		{"set its trust", s.SetTrust(ctx, testRole, next), -1},
		{"set nonsense", s.SetTrust(ctx, testRole, "{}"), cloud.Invalid},
		{"tag it", s.TagRole(ctx, testRole, map[string]string{"b": "3", "c": ""}), -1},
		{"untag it", s.UntagRole(ctx, testRole, []string{"a", "never"}), -1},
		{"attach", s.Attach(ctx, testRole, full), -1},
		{"attach again", s.Attach(ctx, testRole, full), -1},
		{"attach what is not there", s.Attach(ctx, testRole, testPolicy), cloud.NotFound},
		{"delete it with a policy", s.DeleteRole(ctx, testRole), cloud.Conflict},
	})
	if got, err := s.Role(ctx, testRole); err != nil || got.Name != testRole || got.Trust != next || got.Description != "for images" {
		t.Errorf("the role is %+v, %v", got, err)
	}
	if got, err := s.RoleTags(ctx, testRole); err != nil || !maps.Equal(got, map[string]string{"b": "3", "c": ""}) {
		t.Errorf("its tags are %v, %v", got, err)
	}
	if got, err := s.Attached(ctx, testRole); err != nil || !slices.Equal(got, []cloud.PolicyRef{full}) {
		t.Errorf("its policies are %v, %v", got, err)
	}
	walk(t, []simStep{
		{"detach", s.Detach(ctx, testRole, full), -1},
		{"detach again", s.Detach(ctx, testRole, full), -1},
		{"delete it", s.DeleteRole(ctx, testRole), -1},
		{"read it once more", second(s.Role(ctx, testRole)), cloud.NotFound},
	})
}

func TestPoliciesOfTheSimulatedCloud(t *testing.T) {
	_, s := simulated(t)
	ctx := t.Context()
	policy := cloud.Policy{Ref: testPolicy, Description: "keys", Document: testDocument}
	walk(t, []simStep{
		{"read no policy", second(s.Policy(ctx, testPolicy)), cloud.NotFound},
		{"delete no policy", s.DeletePolicy(ctx, testPolicy.Name), cloud.NotFound},
		{"read the vendor's", second(s.Policy(ctx, cloud.PolicyRef{System: true, Name: "AliyunKMSFullAccess"})), -1},
		{"make the policy", s.CreatePolicy(ctx, policy), -1},
		{"make it again", s.CreatePolicy(ctx, policy), cloud.Exists},
		{"set nonsense", s.SetPolicy(ctx, testPolicy.Name, "{}"), cloud.Invalid},
		{"set too much", s.SetPolicy(ctx, testPolicy.Name, longest(1)), cloud.TooLong},
		{"make the role", s.CreateRole(ctx, cloud.NewRole{Name: testRole, Trust: testTrust}), -1},
		{"attach", s.Attach(ctx, testRole, testPolicy), -1},
		{"delete it while attached", s.DeletePolicy(ctx, testPolicy.Name), cloud.Conflict},
	})
	if got, err := s.Policy(ctx, testPolicy); err != nil || got != policy {
		t.Errorf("the policy is %+v, %v", got, err)
	}
	for i := range 7 {
		document := longest(-i)
		if err := s.SetPolicy(ctx, testPolicy.Name, document); err != nil {
			t.Fatalf("version %d: %v", i, err)
		}
		if got, err := s.Policy(ctx, testPolicy); err != nil || got.Document != document {
			t.Errorf("version %d is %d characters, %v", i, len(got.Document), err)
		}
	}
	walk(t, []simStep{
		{"detach", s.Detach(ctx, testRole, testPolicy), -1},
		{"delete it with its versions", s.DeletePolicy(ctx, testPolicy.Name), -1},
		{"read it once more", second(s.Policy(ctx, testPolicy)), cloud.NotFound},
	})
}

// longest is a policy of as many characters as it may have, and some more.
func longest(more int) string {
	const form = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:List*","Resource":"acs:kms:*:*:%s"}]}`
	return fmt.Sprintf(form, strings.Repeat("k", cloud.PolicySize+more-len(form)+len("%s")))
}

// What becomes of tags is open: RAM may not know them yet.
func TestTagsOfTheSimulatedCloud(t *testing.T) {
	role := cloud.NewRole{Name: testRole, Trust: testTrust, Tags: oneTag}
	for dialect, kind := range map[string]cloud.Kind{"ignored": -1, "refused": cloud.Invalid} {
		_, s := simulated(t, func(d *simcloud.Document) { d.Dialects.RoleTags = dialect })
		walk(t, []simStep{{"make a role with tags, " + dialect, s.CreateRole(t.Context(), role), kind}})
		if dialect == "ignored" {
			if got, err := s.RoleTags(t.Context(), testRole); err != nil || len(got) != 0 {
				t.Errorf("its tags are %v, %v", got, err)
			}
		}
	}
}
