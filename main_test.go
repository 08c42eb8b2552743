// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// alone is set in the process that has no roots of a system.
const alone = "IMAGESHARE_TEST_WITHOUT_SYSTEM_ROOTS"

// The image holds the program and nothing else. What is linked into the program
// is linked into this test, and a process of its own, with a system that has no
// roots, asks for them as every TLS connection does.
func TestWhereTheSystemHasNoRootsTheProgramsOwnAreTrusted(t *testing.T) {
	if os.Getenv(alone) != "" {
		trustsTheBundleAndNothingElse(t)
		return
	}
	nowhere := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), alone+"=1", "SSL_CERT_DIR="+nowhere, "SSL_CERT_FILE="+filepath.Join(nowhere, "none.crt"))
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("without roots of the system: %v\n%s", err, out)
	}
}

// trustsTheBundleAndNothingElse verifies as crypto/tls does where it is given no
// roots: with those that there are by default.
func trustsTheBundleAndNothingElse(t *testing.T) {
	trusted := 0
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue // For certificates of a certain age only.
		}
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cert.Verify(x509.VerifyOptions{CurrentTime: cert.NotBefore}); err != nil {
			t.Errorf("%s: %v", cert.Subject, err)
		}
		trusted++
	}
	if trusted == 0 {
		t.Error("no root can be trusted")
	}
	if _, err := stranger(t).Verify(x509.VerifyOptions{}); err == nil {
		t.Error("a certificate that nobody knows is trusted")
	}
}

// stranger is the root of an authority that nobody knows.
func stranger(t *testing.T) *x509.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "stranger"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
