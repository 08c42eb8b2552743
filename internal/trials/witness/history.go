// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

// keptCalls is how many lines of the call log the cloud keeps at least. One that begins later and is shorter was emptied on purpose.
const keptCalls = 20000

// history is a record, made ready to be asked.
type history struct {
	Record
}

func newHistory(rec Record) *history {
	return &history{Record: rec}
}

// judgeRecord says what makes the record unfit to be judged: what it misses, and what the cloud has dropped of its own.
func judgeRecord(h *history) []Violation {
	var found []Violation
	for _, gap := range h.Gaps {
		found = append(found, Violation{Law: LawWitness, Object: "the record", Message: gap})
	}
	if len(h.Journal) > 0 && h.Journal[0].Seq != 1 {
		found = append(found, Violation{Law: LawWitness, Object: "the journal", Message: "its beginning was dropped, since the run was too long: take records in between"})
	}
	if len(h.Calls) >= keptCalls && h.Calls[0].Seq != 1 {
		found = append(found, Violation{Law: LawWitness, Object: "the call log", Message: "its beginning was dropped, since the run was too long: take records in between"})
	}
	return found
}
