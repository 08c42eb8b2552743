// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Package witness says what happened in a run of the operator, and whether it was allowed.
//
// It never believes the operator's words: not its log, not a status or an event that it wrote. It takes the simulated cloud's
// journal and call log, the API server's own history of the ImageShares and SharerAccounts, and the answers that the operator's
// live reads were given, and judges them by a dozen laws, see [Examine]. What it is not sure of it says in the operator's
// favour: it may overlook a wrong, and should never see one that is none. Each law says what it cannot see.
//
// A trial keeps a [Recorder] beside the API server, lets the proxy in front of the API server tell it of every exchange, and at
// the end takes the [Record] and examines it:
//
//	rec := witness.NewRecorder(time.Now)
//	go rec.Watch(ctx, realAPIServer)
//	… the run; the proxy calls rec.Answered(e) …
//	_ = rec.Synchronised(ctx, realAPIServer)
//	record := rec.Record(world)
//	record.Settled = true
//	for _, v := range witness.Examine(record) {
//		t.Errorf("%s\n%s", v, witness.Explain(record, v))
//	}
//
// All times of a record are one clock's: the recorder, the proxy and the simulated cloud are given the same.
package witness
