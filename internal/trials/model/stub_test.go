// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package model

import (
	"context"
)

type resourceShare struct{ X uint8 }
type memory struct{ X uint8 }

func (o *imagePass) survey(context.Context)      {}
func (o *imagePass) runTargets(context.Context)  {}
func (w *way) tellShare(*imageShare)             {}
func (o *imagePass) mayGo(ids []string) []string { return ids }
