// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud/alibaba"
	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

const (
	operatorNamespace = "imageshare-system"
	sharerID          = "1000000000000001"
	otherSharerID     = "1000000000000002"
	region            = "cn-hangzhou"
	image             = "m-golden"
	secretName        = "credentials"
	owner             = "test-cluster/imageshare-system"
	roleName          = "AliyunECSShareEncryptImageDefaultRole"
)

// sharee is the ID of the n-th account that images can be shared with.
func sharee(n int) string { return fmt.Sprintf("1100000000000%03d", n) }

func sharees1to(n int) []string {
	var out []string
	for i := range n {
		out = append(out, sharee(i+1))
	}
	return out
}

// cloudDocument is the cloud that every spec starts from.
func cloudDocument() simcloud.Document {
	doc := simcloud.Document{Regions: []simcloud.Region{{ID: region}, {ID: "cn-beijing"}}}
	doc.Accounts = []simcloud.Account{
		{ID: sharerID, Name: "sharer", AccessKeys: []simcloud.AccessKey{{ID: "FAKE-ROOT", Secret: "fake-root"}}, Users: []simcloud.User{operatorUser("ecs:*", "ram:*", "kms:*", "resourcesharing:*", "resourcemanager:*", "quotas:*")}},
		{ID: otherSharerID, Name: "other sharer", AccessKeys: []simcloud.AccessKey{{ID: "FAKE-OTHER", Secret: "fake-other"}}},
		{ID: "1200000000000001", Name: "overseas", Site: simcloud.SiteInternational},
	}
	for _, id := range sharees1to(60) {
		doc.Accounts = append(doc.Accounts, simcloud.Account{ID: id})
	}
	doc.Directories = []simcloud.Directory{organizationDocument()}
	own := func(id string) simcloud.Image { return simcloud.Image{ID: id, Region: region, Owner: sharerID} }
	deprecated, creating, paid, community := own("m-deprecated"), own("m-creating"), own("m-paid"), own("m-community")
	deprecated.Status, creating.Status, paid.ProductCode, community.Community = simcloud.StatusDeprecated, simcloud.StatusCreating, "cmjj000001", true
	addEncrypted(&doc, "m-encrypted", "key-one")
	addEncrypted(&doc, "m-encryptedtwo", "key-two")
	addEncrypted(&doc, "m-service", "key-service")
	addEncrypted(&doc, "m-disks", "key-one", "key-one")
	doc.Keys = append(doc.Keys, simcloud.Key{ID: "key-three", Region: region, Owner: sharerID})
	doc.Keys[2].ServiceKey, doc.Keys[2].Aliases = true, []string{"alias/acs/ecs"}
	doc.Images = append(doc.Images,
		own(image), own("m-second"), deprecated, creating, paid, community,
		simcloud.Image{ID: "m-foreign", Region: region, Owner: otherSharerID, Sharees: []simcloud.Sharee{{Account: sharerID}}},
		simcloud.Image{ID: "m-public", Region: region, Kind: simcloud.KindSystem},
		simcloud.Image{ID: "m-north", Region: "cn-beijing", Owner: sharerID},
	)
	return doc
}

// addEncrypted adds an encrypted image, with a disk for each key.
func addEncrypted(doc *simcloud.Document, id string, keys ...string) {
	img := simcloud.Image{ID: id, Region: region, Owner: sharerID}
	for i, key := range keys {
		snapshot := fmt.Sprintf("s-%s-%d", strings.TrimPrefix(id, "m-"), i)
		doc.Snapshots = append(doc.Snapshots, simcloud.Snapshot{ID: snapshot, Region: region, Owner: sharerID, Encrypted: true, KMSKeyID: key, ServiceKey: key == "key-service"})
		img.Disks = append(img.Disks, simcloud.Disk{Device: fmt.Sprintf("/dev/xvd%c", 'a'+i), SizeGiB: 40, Snapshot: snapshot, Encrypted: true})
		if !slices.ContainsFunc(doc.Keys, func(k simcloud.Key) bool { return k.ID == key }) {
			doc.Keys = append(doc.Keys, simcloud.Key{ID: key, Region: region, Owner: sharerID})
		}
	}
	doc.Images = append(doc.Images, img)
}

// operatorUser is the RAM user that the operator speaks as.
func operatorUser(actions ...string) simcloud.User {
	return simcloud.User{
		ID: "200000000000000001", Name: "operator",
		AccessKeys: []simcloud.AccessKey{{ID: "FAKE-OPERATOR", Secret: "fake-operator"}},
		Allow:      []simcloud.Grant{{Actions: actions}},
	}
}

// testClock tells the time, and can be put forward.
type testClock struct{ ahead atomic.Int64 }

func (c *testClock) Now() time.Time { return time.Unix(0, c.ahead.Load()+nanotime()) }

func (c *testClock) forward(d time.Duration) { c.ahead.Add(int64(d)) }

// scene is what one spec plays in: a cloud of its own, a namespace of its own,
// and an operator that can be started and killed.
type scene struct {
	ctx       context.Context
	cloud     *simcloud.World
	endpoint  string
	clock     *testClock
	namespace string
	interval  time.Duration
	// env is the operator's environment.
	env map[string]string
	// severed cuts the operator off from the API server, writes counts what it
	// wrote there.
	severed atomic.Bool
	writes  atomic.Int64
	stop    func()
	// cached is what the operator that was started sees.
	cached client.Reader
	// roles is a loop of SharerAccounts that looks when it is told to.
	roles *SharerAccountReconciler
}

// newScene sets the scene of a spec: cloud, namespace, Secret and
// SharerAccount. The operator is not started.
func newScene(ctx context.Context) *scene {
	s, strike := setScene(ctx)
	DeferCleanup(strike)
	return s
}

// setScene sets the scene, and answers what strikes it again.
func setScene(ctx context.Context) (s *scene, strike func()) {
	noneLeft := noneLeft()
	s = &scene{ctx: context.WithoutCancel(ctx), clock: &testClock{}, interval: 500 * time.Millisecond, stop: func() {}}
	var err error
	s.cloud, err = simcloud.New(cloudDocument(), time.Now)
	Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(s.cloud.Handler())
	s.endpoint = strings.TrimPrefix(server.URL, "http://")
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "team-"}}
	Expect(kube.Create(ctx, ns)).To(Succeed())
	s.namespace = ns.Name
	s.createSecret("FAKE-OPERATOR", "fake-operator")
	s.createSharer("default", sharerID)
	return s, func() {
		s.stop()
		s.cloud.ClearFaults()
		server.Close()
		s.clear()
		noneLeft()
		Expect(statuses.Wrong()).To(Succeed())
	}
}

// clear removes what the spec has left, finalizers or not.
func (s *scene) clear() {
	var shares v1alpha1.ImageShareList
	Expect(kube.List(s.ctx, &shares)).To(Succeed())
	for i := range shares.Items {
		s.discard(&shares.Items[i])
	}
	var accounts v1alpha1.SharerAccountList
	Expect(kube.List(s.ctx, &accounts)).To(Succeed())
	for i := range accounts.Items {
		s.discard(&accounts.Items[i])
	}
	Expect(kube.DeleteAllOf(s.ctx, &corev1.Secret{}, client.InNamespace(operatorNamespace))).To(Succeed())
	Expect(kube.DeleteAllOf(s.ctx, &eventsv1.Event{}, client.InNamespace(metav1.NamespaceDefault))).To(Succeed())
}

func (s *scene) discard(obj client.Object) {
	Expect(client.IgnoreNotFound(kube.Delete(s.ctx, obj))).To(Succeed())
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	Expect(client.IgnoreNotFound(kube.Patch(s.ctx, obj, patch))).To(Succeed())
}

// start starts an operator, wired as main wires it.
func (s *scene) start() {
	ctx, cancel := context.WithCancel(s.ctx)
	mgr := s.manager()
	s.cached = mgr.GetClient()
	accounts := NewAccounts(mgr.GetAPIReader(), alibaba.New(alibaba.Options{Clock: s.clock.Now}), operatorNamespace, s.getenv, s.clock.Now)
	settings := Settings{Workers: 8, Timeout: time.Minute, Gather: 100 * time.Millisecond}
	images := &ImageShareReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts,
		Events: mgr.GetEventRecorder("test"), Interval: s.interval, Now: s.clock.Now, Owner: owner,
	}
	sharers := &SharerAccountReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Events: mgr.GetEventRecorder("test"), Interval: s.interval,
		Now: s.clock.Now, Owner: owner,
	}
	Expect(AddIndexes(ctx, mgr.GetFieldIndexer())).To(Succeed())
	Expect(images.SetupWithManager(mgr, settings)).To(Succeed())
	Expect(sharers.SetupWithManager(mgr, settings)).To(Succeed())
	done := make(chan error, 1)
	go func() { done <- mgr.Start(ctx) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		Eventually(done).Should(Receive())
	})
}

func (s *scene) getenv(name string) string { return s.env[name] }
