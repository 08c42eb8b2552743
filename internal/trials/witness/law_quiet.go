// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package witness

import "slices"

// judgeQuiet holds quiet spans to it that nothing is written in them, neither to the cloud nor to the API server, be it refused.
//
// Of the API server some requests are let pass, since they are made in the best of order: leases, which a leader renews every few
// seconds; events, which tell people and change nothing; and reviews of tokens and access, which are questions in the form of writes. So
// is what a person or a stranger writes.
func judgeQuiet(h *history) []Violation {
	var found []Violation
	for _, span := range h.Quiet {
		for _, e := range h.Journal {
			if h.ours(e) && span.holds(e.Time) {
				found = append(found, Violation{Law: LawQuiet, When: e.Time, Object: e.Action,
					Message: "was called in a quiet period: " + span.About, Evidence: []string{entryLine(e)}})
			}
		}
		for _, e := range h.Writes {
			if span.holds(e.Sent) && !harmless(addressOf(e.Path)) {
				found = append(found, Violation{Law: LawQuiet, When: e.Sent, Object: e.Path,
					Message: "was written in a quiet period: " + span.About, Evidence: []string{exchangeLine(e), "body: " + clip(string(e.Request))}})
			}
		}
	}
	return found
}

// harmless says whether a write to the API server is let pass in a quiet period.
func harmless(a address) bool {
	return slices.Contains([]string{"leases", "events"}, a.resource) ||
		slices.Contains([]string{"authentication.k8s.io", "authorization.k8s.io"}, a.group)
}

// clip is the beginning of a long text.
func clip(text string) string {
	const most = 400
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}
