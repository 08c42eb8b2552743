// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

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
		{ID: sharerID, Name: "sharer", Users: []simcloud.User{operatorUser("ecs:*")}},
		{ID: otherSharerID, Name: "other sharer", AccessKeys: []simcloud.AccessKey{{ID: "FAKE-OTHER", Secret: "fake-other"}}},
		{ID: "1200000000000001", Name: "overseas", Site: simcloud.SiteInternational},
	}
	for _, id := range sharees1to(60) {
		doc.Accounts = append(doc.Accounts, simcloud.Account{ID: id})
	}
	own := func(id string) simcloud.Image { return simcloud.Image{ID: id, Region: region, Owner: sharerID} }
	deprecated, creating, paid, community := own("m-deprecated"), own("m-creating"), own("m-paid"), own("m-community")
	deprecated.Status, creating.Status, paid.ProductCode, community.Community = simcloud.StatusDeprecated, simcloud.StatusCreating, "cmjj000001", true
	doc.Images = []simcloud.Image{
		own(image), own("m-second"), deprecated, creating, paid, community,
		{ID: "m-foreign", Region: region, Owner: otherSharerID, Sharees: []simcloud.Sharee{{Account: sharerID}}},
		{ID: "m-north", Region: "cn-beijing", Owner: sharerID},
	}
	return doc
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
	// severed cuts the operator off from the API server.
	severed atomic.Bool
	stop    func()
}

// newScene sets the scene: cloud, namespace, Secret and SharerAccount. The
// operator is not started.
func newScene(ctx context.Context) *scene {
	s := &scene{ctx: context.WithoutCancel(ctx), clock: &testClock{}, interval: 500 * time.Millisecond, stop: func() {}}
	var err error
	s.cloud, err = simcloud.New(cloudDocument(), time.Now)
	Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(s.cloud.Handler())
	s.endpoint = strings.TrimPrefix(server.URL, "http://")
	DeferCleanup(func() {
		s.stop()
		s.cloud.ClearFaults()
		server.Close()
		s.clear()
	})
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "team-"}}
	Expect(kube.Create(ctx, ns)).To(Succeed())
	s.namespace = ns.Name
	s.createSecret("FAKE-OPERATOR", "fake-operator")
	s.createSharer("default", sharerID)
	return s
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
	accounts := NewAccounts(mgr.GetAPIReader(), alibaba.New(alibaba.Options{Clock: s.clock.Now}), operatorNamespace, func(string) string { return "" }, s.clock.Now)
	settings := Settings{Workers: 2, Timeout: time.Minute}
	images := &ImageShareReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts,
		Events: mgr.GetEventRecorder("test"), Interval: s.interval, Now: s.clock.Now,
	}
	sharers := &SharerAccountReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Events: mgr.GetEventRecorder("test"), Interval: s.interval,
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

// manager is a manager like that of main, but for what needs a port.
func (s *scene) manager() ctrl.Manager {
	own := rest.CopyConfig(config)
	own.Wrap(func(next http.RoundTripper) http.RoundTripper { return severable{next, &s.severed} })
	mgr, err := ctrl.NewManager(own, ctrl.Options{
		Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: ctrlconfig.Controller{SkipNameValidation: new(true)},
		Cache:      cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		Client:     client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},
	})
	Expect(err).NotTo(HaveOccurred())
	return mgr
}

// severable is a way to the API server that can be cut.
type severable struct {
	next http.RoundTripper
	cut  *atomic.Bool
}

func (t severable) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.cut.Load() {
		return nil, errors.New("the API server is away")
	}
	return t.next.RoundTrip(req)
}

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
}

func (s *scene) createSecret(id, secret string) {
	Expect(kube.Create(s.ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: secretName},
		StringData: map[string]string{keyAccessKeyID: id, keyAccessKeySecret: secret},
	})).To(Succeed())
}

func (s *scene) deleteSecret() {
	Expect(kube.Delete(s.ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: secretName}})).To(Succeed())
}

func (s *scene) createSharer(name, account string) *v1alpha1.SharerAccount {
	sharer := &v1alpha1.SharerAccount{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.SharerAccountSpec{
			AccountID:   v1alpha1.AccountID(account),
			Credentials: v1alpha1.Credentials{SecretRef: v1alpha1.SecretReference{Name: secretName}},
			Endpoints:   v1alpha1.Endpoints{ECS: v1alpha1.Endpoint(s.endpoint), STS: v1alpha1.Endpoint(s.endpoint), Insecure: true},
		},
	}
	Expect(kube.Create(s.ctx, sharer)).To(Succeed())
	return sharer
}

// share declares sharees of an image.
func (s *scene) share(name, imageID string, accounts ...string) *v1alpha1.ImageShare {
	obj := s.draft(name, imageID, accounts...)
	Expect(kube.Create(s.ctx, obj)).To(Succeed())
	return obj
}

func (s *scene) draft(name, imageID string, accounts ...string) *v1alpha1.ImageShare {
	return &v1alpha1.ImageShare{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.namespace, Name: name},
		Spec: v1alpha1.ImageShareSpec{
			Image:   v1alpha1.ImageReference{Region: region, ID: imageID},
			Sharees: v1alpha1.Sharees{AccountIDs: ids(accounts)},
		},
	}
}

func ids(accounts []string) []v1alpha1.AccountID {
	out := make([]v1alpha1.AccountID, 0, len(accounts))
	for _, id := range accounts {
		out = append(out, v1alpha1.AccountID(id))
	}
	return out
}

// get reads an ImageShare; it answers nil when there is none.
func (s *scene) get(name string) *v1alpha1.ImageShare {
	obj := &v1alpha1.ImageShare{}
	if err := kube.Get(s.ctx, client.ObjectKey{Namespace: s.namespace, Name: name}, obj); err != nil {
		return nil
	}
	return obj
}

// edit changes an ImageShare as a person would.
func (s *scene) edit(name string, change func(*v1alpha1.ImageShare)) {
	Eventually(func() error {
		obj := s.get(name)
		change(obj)
		return kube.Update(s.ctx, obj)
	}).Should(Succeed())
}

func (s *scene) editSharer(name string, change func(*v1alpha1.SharerAccount)) {
	Eventually(func() error {
		obj := &v1alpha1.SharerAccount{}
		if err := kube.Get(s.ctx, client.ObjectKey{Name: name}, obj); err != nil {
			return err
		}
		change(obj)
		return kube.Update(s.ctx, obj)
	}).Should(Succeed())
}

func (s *scene) delete(name string) {
	Expect(kube.Delete(s.ctx, s.get(name))).To(Succeed())
}

// onImage is whom the cloud says the image is shared with.
func (s *scene) onImage(id string) func() []string {
	return func() []string { return slices.Sorted(slices.Values(s.cloud.Sharees(region, id))) }
}

// notices are the events about objects of the scene's namespace, and about
// SharerAccounts.
func (s *scene) notices(reason string) func() []string {
	return func() []string {
		var list eventsv1.EventList
		Expect(kube.List(s.ctx, &list)).To(Succeed())
		var out []string
		for _, e := range list.Items {
			if e.Reason == reason && (e.Namespace == s.namespace || e.Regarding.Kind == "SharerAccount") {
				out = append(out, e.Note)
			}
		}
		return out
	}
}
