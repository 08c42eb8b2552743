// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package chaos lets everything go wrong at a time, at random: worlds, edits,
// strangers, faults of the cloud and of the API server, kills, restarts, changes
// of the leader, statuses out of a backup. Then the faults stop, and the operator
// must come to rest, say of everything that is not as declared why not, and have
// broken no law that package witness knows.
//
// A seed is a run. All that is drawn is drawn from the seed before the run
// begins, so that a seed always tries the same; the operator is real processes
// on a real machine, so when things happen to it cannot be reproduced. A seed
// that failed once may pass the next time, and is worth running again.
package chaos
