// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package care

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// level is what a process takes.
type level struct {
	at    time.Duration
	turns int
	// resident and heap are in bytes.
	resident, heap, goroutines float64
}

func (l level) String() string {
	return fmt.Sprintf("%8s  %6d turns  %6.1f MiB resident  %6.1f MiB heap  %4.0f goroutines",
		l.at.Round(time.Second), l.turns, l.resident/(1<<20), l.heap/(1<<20), l.goroutines)
}

// mean is the mean of some levels.
func mean(levels []level) level {
	var sum level
	for _, one := range levels {
		sum.resident, sum.heap, sum.goroutines = sum.resident+one.resident, sum.heap+one.heap, sum.goroutines+one.goroutines
		sum.at, sum.turns = one.at, one.turns
	}
	n := float64(len(levels))
	sum.resident, sum.heap, sum.goroutines = sum.resident/n, sum.heap/n, sum.goroutines/n
	return sum
}

// levelOf asks the system, and the process itself, what the process takes.
func levelOf(pid int, address string) (level, error) {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return level{}, err
	}
	var out level
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			out.resident = kib * 1024
		}
	}
	page, err := metrics(address)
	if err != nil {
		return level{}, err
	}
	out.goroutines, out.heap = valueIn(page, "go_goroutines"), valueIn(page, "go_memstats_heap_inuse_bytes")
	if out.resident == 0 || out.heap == 0 || out.goroutines == 0 {
		return level{}, fmt.Errorf("nothing is known of process %d: %+v", pid, out)
	}
	return out, nil
}

// valueIn is the value of a metric without labels; zero if it is not on the page.
func valueIn(page []byte, metric string) float64 {
	for line := range strings.Lines(string(page)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), " "); name == metric {
			number, _ := strconv.ParseFloat(value, 64)
			return number
		}
	}
	return 0
}

// metrics is the page of metrics of an operator.
func metrics(address string) ([]byte, error) {
	answer, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	return io.ReadAll(answer.Body)
}

// freeAddress is an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// direct is a kubeconfig that leads to the API server by no proxy: of an hour, no
// record is kept of each exchange.
func direct(t *testing.T, s *stage.Stage) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters["trial"] = &clientcmdapi.Cluster{Server: s.Config.Host, CertificateAuthorityData: s.Config.CAData}
	config.AuthInfos["trial"] = &clientcmdapi.AuthInfo{ClientCertificateData: s.Config.CertData, ClientKeyData: s.Config.KeyData}
	config.Contexts["trial"] = &clientcmdapi.Context{Cluster: "trial", AuthInfo: "trial"}
	config.CurrentContext = "trial"
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		t.Fatal(err)
	}
	return path
}
