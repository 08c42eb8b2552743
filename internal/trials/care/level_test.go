// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package care

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

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
func levelOf(s *stage.Stage, pid int, address string) (level, error) {
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
	if out.resident == 0 {
		return level{}, fmt.Errorf("the system does not say what process %d takes", pid)
	}
	page, err := s.Metrics(address)
	if err != nil {
		return level{}, err
	}
	if out.goroutines, err = page.Value("go_goroutines"); err != nil {
		return level{}, err
	}
	out.heap, err = page.Value("go_memstats_heap_inuse_bytes")
	return out, err
}
