// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import "net/http"

// disassociateResourceShare takes resources and targets out of a share, all that are named or none.
func disassociateResourceShare(c *call) (tree, *apiError) {
	whose, err := c.oneOf("ResourceOwner", ownerSelf, ownerOthers)
	if err != nil {
		return nil, err
	}
	ask, err := c.sharingAsk()
	switch {
	case err != nil:
		return nil, err
	case whose == ownerOthers:
		return nil, errConflictWith("LeavingFailed.Account", "The account was added to the resource share automatically by resoucre directory.")
	case ask.empty():
		return nil, errBothEmpty()
	}
	rows := []tree{}
	err = c.onShare(func(_ *Document, s *Share) (bool, *apiError) {
		rows = rows[:0]
		for _, target := range ask.targets {
			row, err := s.release(AssociationTarget, target, c.moment())
			if err != nil {
				return false, err
			}
			rows = append(rows, row)
		}
		for _, id := range ask.images {
			row, err := s.release(AssociationResource, id, c.moment())
			if err != nil {
				return false, err
			}
			rows = append(rows, row)
		}
		s.Updated = c.now
		return true, nil
	})
	return tree{"ResourceShareAssociations": rows}, err
}

// release sends one association on its way out.
func (s *Share) release(kind, entity string, m moment) (tree, *apiError) {
	a := s.live(kind, entity)
	switch {
	case a == nil || a.Status == Disassociating:
		return nil, fail(http.StatusBadRequest, "DisassociateInvalid", "You can not disassociate unassociated resource or target.")
	case a.Status == Associating:
		return nil, errConflictWith("DisassociateConflict", "You cannot perform the operation while association is already in progress.")
	}
	a.Status, a.Updated = Disassociating, m.now
	return a.row(s), nil
}
