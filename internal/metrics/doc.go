// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package metrics is what the operator tells Prometheus besides what
// controller-runtime tells of any controller: how the objects stand, what looks
// at them came to, and what was asked of the cloud.
//
// How objects stand is not counted but read, from the cache, when somebody
// asks: nothing has to be forgotten when an object goes, and a replica that does
// not lead tells nothing of objects. The rest is counted, with labels of few
// values: no ID of an account or image, no message, and no name of an object
// becomes one.
//
// It decides nothing, and whoever it counts for must do the same without it.
package metrics
