// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package care

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// scraper reads metrics over TLS, whoever has signed the certificate, as the
// ServiceMonitor that ships does.
type scraper struct {
	*stage.Stage
	client *http.Client
}

// read asks for a path of an operator with a token, or without.
func (s *scraper) read(address, path, token string) (status int, page string, err error) {
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, "https://"+address+path, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body), err
}

// tells waits until a page of metrics is as it should be.
func (s *scraper) tells(address, token, what string, right func(page string) bool) {
	s.Until(address+" tells "+what, func() error {
		status, page, err := s.read(address, "/metrics", token)
		if err == nil && (status != http.StatusOK || !right(page)) {
			err = fmt.Errorf("%d: %s", status, page)
		}
		return err
	})
}

// Under the roles that ship, only who may read metrics reads them; only the
// replica that leads tells of objects; and of one that is gone nothing is told.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := &scraper{Stage: stage.Set(t, stage.StartCluster(t), stage.World()), client: &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}}
	s.MustApplyRBAC()
	s.MustCreate(&rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "prometheus"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "metrics-reader"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: stage.OperatorNamespace, Name: "prometheus"}},
	})
	operator := s.As(s.Token("controller-manager"))
	start := func(name, address string) *stage.Operator {
		o := s.NewOperator(name, "--kubeconfig="+operator, "--leader-elect", "--metrics-bind-address="+address)
		o.Start()
		return o
	}
	one, two := s.FreeAddress(), s.FreeAddress()
	leader := start("one", one)
	s.MustCreate(stage.Draft(stage.TeamA, "golden", stage.Plain, stage.Sharee(1)))
	s.MustCreate(stage.Draft(stage.TeamA, "passing", stage.Second, stage.Sharee(2)))
	s.Until("all is Ready", s.AllReady)

	// Metrics may be served a little after the first work is done.
	prometheus := s.Token("prometheus")
	s.tells(one, prometheus, "of both", tellsOf("imageshare_leading 1", golden, passing))
	s.mustBeGuarded(t, one)
	start("two", two)
	s.tells(two, prometheus, "of no object", tellsOf("imageshare_leading 0"))
	if err := s.Kube.Delete(s.Context(), s.Get(stage.TeamA, "passing")); err != nil {
		t.Fatal(err)
	}
	s.tells(one, prometheus, "of the other alone", tellsOf("imageshare_leading 1", golden))
	if _, err := leader.Stop(promptly); err != nil {
		t.Error(err)
	}
	s.tells(two, prometheus, "of what it leads now", tellsOf("imageshare_leading 1", golden))
}

// What is told of the two ImageShares.
const (
	golden  = `imageshare_ready{name="golden",namespace="team-a",reason="Succeeded",sharer="default",status="True"} 1`
	passing = `imageshare_ready{name="passing",namespace="team-a",reason="Succeeded",sharer="default",status="True"} 1`
)

// tellsOf is whether a page has some lines, and nothing of the ImageShares but
// those.
func tellsOf(lines ...string) func(page string) bool {
	return func(page string) bool {
		for _, line := range lines {
			if !strings.Contains(page, line+"\n") {
				return false
			}
		}
		mentions := func(name string) bool { return strings.Contains(page, `name="`+name+`"`) }
		return mentions("golden") == slices.Contains(lines, golden) && mentions("passing") == slices.Contains(lines, passing)
	}
}

// mustBeGuarded fails the test when somebody reads metrics who may not, or
// somebody does not who may.
func (s *scraper) mustBeGuarded(t *testing.T, address string) {
	t.Helper()
	prometheus := s.Token("prometheus")
	for _, who := range []struct {
		name, path, token string
		status            int
	}{
		{"without a token", "/metrics", "", http.StatusUnauthorized},
		// Who shows no token that anybody has given out is not told apart from a
		// fault of the API server.
		{"with a token of nobody's", "/metrics", "made.up.token", http.StatusInternalServerError},
		{"of one who may not", "/metrics", s.Token("nobody"), http.StatusForbidden},
		{"of Prometheus", "/metrics", prometheus, http.StatusOK},
		{"of Prometheus, for what it may not", "/debug/pprof/", prometheus, http.StatusNotFound},
	} {
		status, page, err := s.read(address, who.path, who.token)
		if err != nil || status != who.status {
			t.Errorf("%s: %d, want %d, %v: %s", who.name, status, who.status, err, page)
		}
		if status != http.StatusOK && strings.Contains(page, "golden") {
			t.Errorf("%s: it tells of an ImageShare:\n%s", who.name, page)
		}
	}
	if page, err := s.Metrics(address); err == nil && strings.Contains(string(page), "imageshare_") {
		t.Error("metrics are served without TLS")
	}
}
