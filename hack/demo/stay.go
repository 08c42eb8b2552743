// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// stay keeps everything up, says how to look around, and waits.
func (s *stage) stay(ctx context.Context) error {
	kubeconfig, env := filepath.Join(demoDir, "kubeconfig"), filepath.Join(demoDir, "cloud.env")
	s.later(func() error { return errors.Join(remove(kubeconfig), remove(env)) })
	if err := writeKubeconfig(kubeconfig, s.admin); err != nil {
		return err
	}
	if err := writePrivately(env, []byte(s.cloud.environment())); err != nil {
		return err
	}
	s.say.line(fmt.Sprintf("\ndemo: %d checks passed; everything stays up. Look around from another terminal:\n", s.checks))
	s.say.indent(s.lookAround(kubeconfig, env), "  ")
	s.say.line("\nCtrl-C stops everything.")
	select {
	case <-ctx.Done():
		return nil
	case <-s.ended:
		return errors.New("the operator has ended by itself")
	}
}

// environment is what a client of the cloud needs, as shell commands.
func (c *cloud) environment() string {
	return fmt.Sprintf(`# A client's way to the simulated cloud of make demo, see docs/simcloud.md. The
# keys are made up, and are the operator's own.
export ALIBABA_CLOUD_ENDPOINT=%s
export ALIBABA_CLOUD_REGION_ID=%s
export ALIBABA_CLOUD_ACCESS_KEY_ID=%s
export ALIBABA_CLOUD_ACCESS_KEY_SECRET=%s
# The vendor's client must not use a profile of yours.
export ALIBABA_CLOUD_IGNORE_PROFILE=TRUE
`, c.endpoint, hangzhou.region, c.key.ID, c.key.Secret)
}

func (s *stage) lookAround(kubeconfig, env string) string {
	ctl := filepath.Join(s.assets, "kubectl")
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, ctl); err == nil && filepath.IsLocal(short) {
			ctl = short
		}
	}
	return fmt.Sprintf(`export KUBECONFIG=$PWD/%s        # as the cluster's administrator
alias kubectl=$PWD/%s        # or your own
kubectl get imageshares -A -o wide
kubectl edit imageshare %s        # in namespace %s, the default here
kubectl get imageshare %s -o yaml
tail -f %s        # the operator's log

. %s        # endpoint, region and keys, for the vendor's own client
aliyun ecs DescribeImageSharePermission --endpoint $ALIBABA_CLOUD_ENDPOINT --insecure --ImageId %s
curl -s http://%s/_sim/journal        # every write in the cloud
curl -s http://%s/_sim/share -d '{"region":"%s","image":"%s","add":["%s"]}'
                                      # be the person in the console`,
		kubeconfig, ctl, golden, team, golden, s.log, env, hangzhou.id, s.cloud.endpoint,
		s.cloud.endpoint, hangzhou.region, hangzhou.id, s.cloud.ids["team-support"])
}

// remove deletes a file, if it is there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
