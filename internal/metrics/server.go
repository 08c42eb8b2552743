// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"crypto/tls"

	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// Server are the options of a server of metrics. One that is secure serves over
// TLS, with a certificate of its own unless one is mounted, and only who shows
// the token of somebody who may get /metrics.
func Server(address string, secure bool) metricsserver.Options {
	options := metricsserver.Options{BindAddress: address}
	if secure {
		options.SecureServing = true
		options.FilterProvider = filters.WithAuthenticationAndAuthorization
		// Somebody who is let in by nobody could have HTTP/2 open and reset streams
		// without end.
		options.TLSOpts = []func(*tls.Config){func(config *tls.Config) { config.NextProtos = []string{"http/1.1"} }}
	}
	return options
}
