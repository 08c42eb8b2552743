// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package crash

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/imageshare-operator/imageshare-operator/api/v1alpha1"
	"github.com/imageshare-operator/imageshare-operator/internal/trials/stage"
)

// shares declares an image for accounts, in the ImageShare of a name in team A's
// namespace.
func (p *play) shares(name, image string, accounts ...string) {
	p.MustCreate(stage.Draft(stage.TeamA, name, image, accounts...))
}

// declare changes whom an ImageShare declares.
func (p *play) declare(name string, accounts ...string) {
	p.MustEdit(stage.TeamA, name, func(o *v1alpha1.ImageShare) { o.Spec.Sharees.AccountIDs = stage.AccountIDs(accounts...) })
}

// sharer is the SharerAccount.
func (p *play) sharer() *v1alpha1.SharerAccount {
	obj := &v1alpha1.SharerAccount{}
	if err := p.Kube.Get(p.Context(), client.ObjectKey{Name: "default"}, obj); err != nil {
		p.t.Errorf("read the SharerAccount: %v", err)
	}
	return obj
}
