// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package v1alpha1 is what users write and read: the ImageShare, which
// declares who may use a custom image, and the SharerAccount, which says for
// which Alibaba Cloud account and with which credentials.
//
// It is a leaf: types, names and nothing that acts. It imports apimachinery
// only and never the SDK of a cloud.
//
// +kubebuilder:object:generate=true
// +groupName=imageshare.alibabacloud.com
package v1alpha1
