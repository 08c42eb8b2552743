// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command manager is the ImageShare operator: it shares ECS custom images of
// Alibaba Cloud with whom ImageShares declare, and with nobody else.
//
// This file is wiring. It decides nothing about images.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/go-logr/logr"
	// The roots that the cloud's certificates are checked against where the
	// system has none, as in the image, which holds this program and nothing else.
	// A system's own go first, and SSL_CERT_FILE before those.
	_ "golang.org/x/crypto/x509roots/fallback"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/controllers"
	"github.com/imageshare-operator/imageshare-operator/internal/cloud/alibaba"
	"github.com/imageshare-operator/imageshare-operator/internal/lease"
	"github.com/imageshare-operator/imageshare-operator/internal/logging"
	"github.com/imageshare-operator/imageshare-operator/internal/metrics"
)

// version is set when the program is built.
var version = "dev"

// lookTimeout is how long one look at an image or an account may take: longer
// than a few calls at their own limit.
const lookTimeout = 2 * time.Minute

// gather is for how long changes of ImageShares are gathered before their
// SharerAccount hears of them.
const gather = time.Second

// How long the lease lasts. A leader that is gone without a word is missed after
// leaseDuration, and a candidate looks every retryPeriod, give or take a fifth of
// it, so that another leads within 15 seconds. A leader that could not renew the
// lease for renewDeadline stops, before anybody else can have it.
const (
	leaseDuration = 10 * time.Second
	renewDeadline = 7 * time.Second
	retryPeriod   = time.Second
)

// stopPatience is how long the loops may take to stop: to call off what they ask
// the cloud, and to write down what was done.
const stopPatience = 4 * time.Second

// options are what the flags say.
type options struct {
	metricsAddress string
	metricsSecure  bool
	probeAddress   string
	leaderElect    bool
	resyncInterval time.Duration
	namespace      string
	workers        int
	ownerID        string
	showVersion    bool
	zap            zap.Options
}

func parseFlags() options {
	o := options{}
	flag.StringVar(&o.metricsAddress, "metrics-bind-address", "0",
		"The address the metrics endpoint binds to, such as :8443; 0 turns it off.")
	flag.BoolVar(&o.metricsSecure, "metrics-secure", true,
		"Serve metrics over TLS, and only to who shows the token of somebody that may get the non-resource URL /metrics. Without, anybody who reaches the address reads them.")
	flag.StringVar(&o.probeAddress, "health-probe-bind-address", ":8081",
		"The address that /healthz and /readyz bind to; 0 turns them off.")
	flag.BoolVar(&o.leaderElect, "leader-elect", false,
		"Work only while holding the lease imageshare-operator in the operator's namespace, so that of several replicas one works at a time.")
	flag.DurationVar(&o.resyncInterval, "resync-interval", 10*time.Minute,
		"The time within which drift is noticed: a routine look at an image comes that long after the last, or up to a fifth of it sooner, drawn at random.")
	flag.StringVar(&o.namespace, "operator-namespace", "imageshare-system",
		"The namespace that the operator runs in: credentials are read from Secrets in it.")
	flag.IntVar(&o.workers, "max-concurrent-reconciles", 16,
		"How many images, and how many accounts, are looked at at a time. No account has more than four calls under way, so that slow ones do not stop the rest.")
	flag.StringVar(&o.ownerID, "owner-id", "",
		"What this operator signs the images and encryption roles with that it writes to, so that a second one keeps off them. Left out, it is made of the cluster's identity and the operator's namespace; clusters restored from one backup have the same identity, and need IDs of their own.")
	flag.BoolVar(&o.showVersion, "version", false, "Print the version and stop.")
	o.zap.BindFlags(flag.CommandLine)
	flag.Parse()
	return o
}

func main() {
	o := parseFlags()
	if o.showVersion {
		fmt.Println(version)
		return
	}
	logger := logging.New(o.zap)
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	if err := run(o); err != nil {
		logger.Error(err, "Stopped")
		os.Exit(1)
	}
}

// run works until it is told to stop.
func run(o options) error {
	if o.resyncInterval < time.Second {
		return fmt.Errorf("--resync-interval is %s: it must be at least 1s", o.resyncInterval)
	}
	if o.workers < 1 {
		return fmt.Errorf("--max-concurrent-reconciles is %d: it must be at least 1", o.workers)
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find a cluster: %w", err)
	}
	managed := managerOptions(o)
	fence, err := fenceOf(config, o, &managed)
	if err != nil {
		return fmt.Errorf("set up the lease: %w", err)
	}
	mgr, err := ctrl.NewManager(config, managed)
	if err != nil {
		return fmt.Errorf("set up: %w", err)
	}
	if err := setUp(mgr, o, fence); err != nil {
		return fmt.Errorf("set up: %w", err)
	}
	mgr.GetLogger().Info("Starting", "version", version, "namespace", o.namespace, "resyncInterval", o.resyncInterval.String())
	return mgr.Start(ctrl.SetupSignalHandler())
}

func managerOptions(o options) ctrl.Options {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		// Adding types to an empty scheme fails only when two types contend for
		// one name, which every start would show.
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	return ctrl.Options{
		Scheme:                        scheme,
		Metrics:                       metrics.Server(o.metricsAddress, o.metricsSecure),
		HealthProbeBindAddress:        o.probeAddress,
		LeaderElection:                o.leaderElect,
		LeaderElectionID:              leaderID,
		LeaderElectionNamespace:       o.namespace,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 new(leaseDuration),
		RenewDeadline:                 new(renewDeadline),
		RetryPeriod:                   new(retryPeriod),
		GracefulShutdownTimeout:       new(stopPatience),
		Cache:                         cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		Client:                        client.Options{Cache: &client.CacheOptions{DisableFor: []client.Object{&corev1.Secret{}}}},
	}
}

// ownerOf is the ID that the operator signs images and encryption roles with:
// the cluster, known by the UID of its namespace kube-system, and the operator's
// namespace.
func ownerOf(ctx context.Context, reader client.Reader, o options) (string, error) {
	if o.ownerID != "" {
		return o.ownerID, nil
	}
	var system corev1.Namespace
	if err := reader.Get(ctx, client.ObjectKey{Name: metav1.NamespaceSystem}, &system); err != nil {
		return "", fmt.Errorf("find out which cluster this is (or set --owner-id): %w", err)
	}
	return string(system.UID) + "/" + o.namespace, nil
}

// notRenewed logs that temporary credentials could not be renewed while the last
// ones still do. Once they do not, the SharerAccount says so.
func notRenewed(logger logr.Logger, told *metrics.Metrics) func(string, time.Time, error) {
	return func(account string, until time.Time, err error) {
		told.NotRenewed()
		logger.Error(err, "Credentials could not be renewed; the last ones go on to serve until they expire", "account", account, "expire", until)
	}
}

// leaderID is what the lease of the operators is called.
const leaderID = "imageshare-operator"

// fenceOf sets up the lease of the operators where there may be several, and
// answers what is an error unless this one surely leads.
func fenceOf(config *rest.Config, o options, managed *ctrl.Options) (func() error, error) {
	if !o.leaderElect {
		return func() error { return nil }, nil
	}
	lock, err := lease.Open(config, o.namespace, leaderID, time.Now, leaseDuration, renewDeadline)
	if err != nil {
		return nil, err
	}
	managed.LeaderElectionResourceLockInterface = lock
	return lock.Check, nil
}

// setUp puts the loops under the manager. Nothing is sent to the cloud where the
// fence is an error: another operator may lead by then.
func setUp(mgr ctrl.Manager, o options, fence func() error) error {
	ctx := context.Background()
	owner, err := ownerOf(ctx, mgr.GetAPIReader(), o)
	if err != nil {
		return err
	}
	if err := controllers.AddIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	told, err := metrics.New(ctx, metrics.Source{Version: version, Objects: mgr.GetCache(), Elected: mgr.Elected(), Now: time.Now}, ctrlmetrics.Registry)
	if err != nil {
		return err
	}
	told.Expect(controllers.Results(), controllers.Corrections())
	cloud := alibaba.New(alibaba.Options{
		Clock: time.Now, UserAgent: "imageshare-operator/" + version, NotRenewed: notRenewed(mgr.GetLogger(), told), Fence: fence, Observer: told,
	})
	accounts := controllers.NewAccounts(mgr.GetAPIReader(), cloud, o.namespace, os.Getenv, time.Now)
	settings := controllers.Settings{Workers: o.workers, Timeout: lookTimeout, Gather: gather}
	images := &controllers.ImageShareReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts,
		Events: mgr.GetEventRecorder("imageshare-operator"), Interval: o.resyncInterval, Now: time.Now, Owner: owner, Observer: told,
	}
	if err := images.SetupWithManager(mgr, settings); err != nil {
		return err
	}
	sharers := &controllers.SharerAccountReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts,
		Events: mgr.GetEventRecorder("imageshare-operator"), Interval: o.resyncInterval, Now: time.Now, Owner: owner, Observer: told,
	}
	if err := sharers.SetupWithManager(mgr, settings); err != nil {
		return err
	}
	return errors.Join(mgr.AddHealthzCheck("healthz", healthz.Ping), mgr.AddReadyzCheck("readyz", healthz.Ping))
}
