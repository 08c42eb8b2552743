// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package share

// Fit is a plan with only as many grants as there are places for, and whom there
// is no place for. Whoever is on the image keeps their place; the free ones go to
// the others in the order of their IDs, so that who had one has it again in the
// next plan, whoever is declared behind them. The places of those who leave are
// free only where they leave first.
//
// It is to be the last filter of a plan: a revocation that is held afterwards
// would free no place. Who is there on account of something else than the image
// takes none.
func (p Plan) Fit(seen Observed, quota int) (Plan, Sharees) {
	there := seen.Sharees.Without(seen.Elsewhere)
	free := quota - there.Len()
	if p.LeavingFirst {
		free += p.Revoke.And(there).Len()
	}
	without := p.Grant.Without(p.Grant.First(free))
	if without.Empty() {
		return p, without
	}
	return p.HoldGrants(without), without
}
