// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"net/http"
	"sync"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// manager is a manager like that of main, but for what needs a port.
func (s *scene) manager() ctrl.Manager {
	own := rest.CopyConfig(config)
	own.Wrap(func(next http.RoundTripper) http.RoundTripper { return severable{next, s} })
	mgr, err := ctrl.NewManager(own, ctrl.Options{
		Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"},
		Controller: ctrlconfig.Controller{SkipNameValidation: new(true)},
		NewCache:   newPromptCache,
		Cache:      cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		Client:     client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},
	})
	Expect(err).NotTo(HaveOccurred())
	return mgr
}

// severable is a way to the API server that can be cut, and that is counted.
type severable struct {
	next  http.RoundTripper
	scene *scene
}

func (t severable) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.scene.severed.Load() {
		return nil, errors.New("the API server is away")
	}
	if req.Method != http.MethodGet {
		t.scene.writes.Add(1)
	}
	answer, err := t.next.RoundTrip(req)
	if err == nil {
		statuses.Read(req, answer)
	}
	return answer, err
}

// promptCache is a cache whose users go on the moment that it is in sync. The
// library looks every 100 ms whether it is, three times one after the other
// until an operator has started, and every spec starts one.
type promptCache struct {
	cache.Cache
	// started is closed when the cache starts, and ended when it has ended.
	started, ended chan struct{}

	mu        sync.Mutex
	informers []cache.Informer
}

func newPromptCache(config *rest.Config, opts cache.Options) (cache.Cache, error) {
	inner, err := cache.New(config, opts)
	return &promptCache{Cache: inner, started: make(chan struct{}), ended: make(chan struct{})}, err
}

func (c *promptCache) Start(ctx context.Context) error {
	close(c.started)
	defer close(c.ended)
	return c.Cache.Start(ctx)
}

func (c *promptCache) IndexField(ctx context.Context, obj client.Object, field string, by client.IndexerFunc) error {
	if _, err := c.informer(ctx, obj); err != nil {
		return err
	}
	return c.Cache.IndexField(ctx, obj, field, by)
}

// GetInformer waits until the informer is in sync if the cache runs, as that of
// the library does.
func (c *promptCache) GetInformer(ctx context.Context, obj client.Object, _ ...cache.InformerGetOption) (cache.Informer, error) {
	informer, err := c.informer(ctx, obj)
	if err != nil {
		return nil, err
	}
	select {
	case <-c.started:
		await(ctx, informer.HasSyncedChecker())
		err = ctx.Err()
	default:
	}
	return promptInformer{informer, c.ended}, err
}

func (c *promptCache) WaitForCacheSync(ctx context.Context) bool {
	select {
	case <-c.started:
	case <-ctx.Done():
		return false
	}
	c.mu.Lock()
	informers := c.informers
	c.mu.Unlock()
	for _, informer := range informers {
		await(ctx, informer.HasSyncedChecker())
	}
	return c.Cache.WaitForCacheSync(ctx)
}

// informer gets an informer and waits for nothing.
func (c *promptCache) informer(ctx context.Context, obj client.Object) (cache.Informer, error) {
	informer, err := c.Cache.GetInformer(ctx, obj, cache.BlockUntilSynced(false))
	if err == nil {
		c.mu.Lock()
		c.informers = append(c.informers, informer)
		c.mu.Unlock()
	}
	return informer, err
}

func await(ctx context.Context, synced toolscache.DoneChecker) {
	select {
	case <-synced.Done():
	case <-ctx.Done():
	}
}

// promptInformer is an informer that has told a handler what there is when the
// handler is added.
type promptInformer struct {
	cache.Informer
	ended <-chan struct{}
}

func (i promptInformer) AddEventHandlerWithOptions(handler toolscache.ResourceEventHandler, options toolscache.HandlerOptions) (toolscache.ResourceEventHandlerRegistration, error) {
	registration, err := i.Informer.AddEventHandlerWithOptions(handler, options)
	if err == nil {
		select {
		case <-registration.HasSyncedChecker().Done():
		case <-i.ended:
		}
	}
	return registration, err
}
