// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
)

// apiServer starts a real API server with our kinds.
func apiServer(t *testing.T) *rest.Config {
	t.Helper()
	control := &envtest.Environment{
		CRDDirectoryPaths:     []string{"../../../config/crd/bases"},
		ErrorIfCRDPathMissing: true,
		BinaryAssetsDirectory: os.Getenv("KUBEBUILDER_ASSETS"),
	}
	config, err := control.Start()
	must(t, err)
	t.Cleanup(func() { must(t, control.Stop()) })
	return config
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// through is a client of the API server by way of a proxy that tells the recorder of every exchange.
func through(t *testing.T, config *rest.Config, r *Recorder) client.Client {
	t.Helper()
	address, err := url.Parse(config.Host)
	must(t, err)
	transport, err := rest.TransportFor(config)
	must(t, err)
	forward := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(address) }, Transport: transport}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, q *http.Request) {
		e := Exchange{Operator: "first", Method: q.Method, Path: q.URL.Path, Query: q.URL.RawQuery, Sent: time.Now()}
		e.Request, err = io.ReadAll(q.Body)
		q.Body = io.NopCloser(bytes.NewReader(e.Request))
		q.Header.Del("Accept-Encoding")
		answer := httptest.NewRecorder()
		forward.ServeHTTP(answer, q)
		e.Status, e.Response, e.Answered = answer.Code, answer.Body.Bytes(), time.Now()
		r.Answered(e)
		rw.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(e.Response)
	}))
	t.Cleanup(server.Close)
	c, err := clientFor(&rest.Config{Host: server.URL})
	must(t, err)
	return c
}

func TestTheRecorderSeesWhatTheRealAPIServerDoesAndAnswers(t *testing.T) {
	config := apiServer(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r := NewRecorder(time.Now)
	watched := make(chan error, 1)
	watching, stop := context.WithCancel(ctx)
	go func() { watched <- r.Watch(watching, config) }()
	must(t, r.Synchronised(ctx, config))
	c, operator := people(t, config), through(t, config, r)

	golden := &v1alpha1.ImageShare{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "golden"}}
	golden.Spec.Image = v1alpha1.ImageReference{Region: region, ID: golden.Name}
	golden.Spec.Image.ID = "m-golden"
	must(t, c.Create(ctx, golden))
	must(t, operatorLooks(ctx, operator, golden))
	golden.Spec.Sharees.AccountIDs = []v1alpha1.AccountID{one}
	must(t, c.Update(ctx, golden))
	must(t, c.Create(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "keys"}, StringData: map[string]string{"key": "never-to-be-read"}}))
	must(t, c.Delete(ctx, golden))
	must(t, r.Synchronised(ctx, config))
	stop()
	must(t, <-watched)

	rec := r.Record(nil)
	var got []string
	for _, v := range rec.Versions {
		if v.Kind == kindImageShare {
			got = append(got, fmt.Sprint(v.Name, " ", v.ImageShare.Generation, " ", v.ImageShare.Status.Shared, " ", v.Gone))
		}
	}
	compare(t, "versions", got, []string{"golden 1  false", "golden 1 0/1 false", "golden 2 0/1 false", "golden 2 0/1 true"})
	compare(t, "looks", looksOf(rec), []string{
		"ImageShare [golden] whole {  cn-hangzhou m-golden}", "ImageShare [] whole {  cn-hangzhou m-other}", "ImageShare [golden] whole {   }",
		"ImageShare [golden] part {default golden  }", "ImageShare [] whole {default silver  }", "SharerAccount [] whole {   }",
		"ImageShare [golden] part {default golden  }",
	})
	if len(rec.Writes) != 1 || rec.Writes[0].Method != http.MethodPatch {
		t.Errorf("writes: %v", rec.Writes)
	}
	if !slices.ContainsFunc(rec.Versions, func(v Version) bool { return v.Kind == kindSecret && v.Name == "keys" }) {
		t.Error("the Secret was not seen")
	}
	for name, text := range rec.Texts {
		if strings.Contains(string(text), "never-to-be-read") {
			t.Errorf("%s holds what is in a Secret", name)
		}
	}
}

// people is a client of the real API server.
func people(t *testing.T, config *rest.Config) client.Client {
	t.Helper()
	c, err := clientFor(config)
	must(t, err)
	return c
}

// operatorLooks does what an operator does: it lists live, of an image and of all, from the cache, gets what is there and what is not, and writes a
// status.
func operatorLooks(ctx context.Context, c client.Client, golden *v1alpha1.ImageShare) error {
	list := func(options ...client.ListOption) error { return c.List(ctx, &v1alpha1.ImageShareList{}, options...) }
	of := func(image string) client.ListOption {
		return client.MatchingFields{"spec.image.region": region, "spec.image.id": image}
	}
	cached := &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: "0"}}
	for _, step := range []func() error{
		func() error { return list(of("m-golden")) }, func() error { return list(of("m-other")) }, func() error { return list() },
		func() error { return list(cached) },
		func() error { return c.Get(ctx, client.ObjectKeyFromObject(golden), &v1alpha1.ImageShare{}) },
		func() error {
			return client.IgnoreNotFound(c.Get(ctx, client.ObjectKey{Namespace: "default", Name: "silver"}, &v1alpha1.ImageShare{}))
		},
		func() error { return c.List(ctx, &v1alpha1.SharerAccountList{}) },
		func() error {
			return c.Status().Patch(ctx, golden, client.RawPatch("application/merge-patch+json", []byte(`{"status":{"shared":"0/1"}}`)))
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// looksOf are the looks of a record, in short.
func looksOf(rec Record) []string {
	var out []string
	for _, l := range rec.Looks {
		whole, those := "part", []string{}
		if l.Whole {
			whole = "whole"
		}
		for _, v := range l.Versions {
			those = append(those, v.Name)
		}
		out = append(out, fmt.Sprint(l.Kind, " ", those, " ", whole, " ", l.Fits))
	}
	return out
}

func compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
