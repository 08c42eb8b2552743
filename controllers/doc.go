// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package controllers holds the two loops: one per image, which makes the
// image's launch permissions match every ImageShare of it, and one per
// SharerAccount, which finds out whether the account can be spoken for and makes
// its encryption role match what ImageShares of encrypted images need.
//
// A loop observes, plans, holds back, runs and reports. What has to be done is
// decided in package share, and in which order it is safe in package converge;
// this package supplies their ports and turns what came of it into status,
// events and the next time to look. It never writes a spec, a label or a
// foreign annotation, and never calls a cloud but through package cloud.
package controllers

// +kubebuilder:rbac:groups=imageshare.alibabacloud.com,resources=imageshares;shareraccounts,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=imageshare.alibabacloud.com,resources=imageshares/status;shareraccounts/status,verbs=patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups="",namespace=imageshare-system,resources=secrets,verbs=get
