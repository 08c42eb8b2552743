// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// The people and things of hack/simcloud/world.yaml that the tour is about.
const (
	sharerName   = "platform"
	operatorUser = "imageshare-operator"
	// usualAddress is where the simulated cloud is served when it is free.
	usualAddress = "127.0.0.1:8700"
)

// image names an image in a region.
type image struct{ region, id string }

var (
	hangzhou   = image{"cn-hangzhou", "m-bp1goldenubuntu24"}
	beijing    = image{"cn-beijing", "m-2zegoldenubuntu24"}
	alinux     = image{"cn-hangzhou", "m-bp1goldenalinux03"}
	encrypted  = image{"cn-hangzhou", "m-bp1encryptedbase01"}
	secret     = image{"cn-beijing", "m-2zeencryptedbase01"}
	serviceKey = image{"cn-hangzhou", "m-bp1servicekey0base"}
)

// cloud is the simulated cloud, and the names that people have for accounts.
type cloud struct {
	world    *simcloud.World
	endpoint string
	names    map[string]string
	ids      map[string]string
	// sharer is the account whose images are shared, and key what the operator
	// speaks for it with.
	sharer string
	key    simcloud.AccessKey
}

// startCloud serves the simulated cloud, over HTTP, on this machine only.
func (s *stage) startCloud(ctx context.Context) error {
	c, err := loadCloud()
	if err != nil {
		return err
	}
	listener, err := listen(ctx)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: c.world.Handler(), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	s.later(func() error {
		err := server.Close()
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	})
	c.endpoint = listener.Addr().String()
	s.cloud = c
	accounts, images := c.world.Size()
	s.say.progress("a simulated Alibaba Cloud is up on http://%s: %d accounts, %d images (%s)", c.endpoint, accounts, images, worldPath)
	return nil
}

func loadCloud() (*cloud, error) {
	data, err := os.ReadFile(worldPath)
	if err != nil {
		return nil, err
	}
	doc, err := simcloud.ParseDocument(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", worldPath, err)
	}
	world, err := simcloud.Load(data, time.Now)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", worldPath, err)
	}
	c := &cloud{world: world, names: map[string]string{}, ids: map[string]string{}}
	for _, account := range doc.Accounts {
		c.names[account.ID], c.ids[account.Name] = account.Name, account.ID
		for _, user := range account.Users {
			if account.Name == sharerName && user.Name == operatorUser && len(user.AccessKeys) > 0 {
				c.sharer, c.key = account.ID, user.AccessKeys[0]
			}
		}
	}
	if c.sharer == "" {
		return nil, fmt.Errorf("%s has no RAM user %s with a key in an account %s", worldPath, operatorUser, sharerName)
	}
	return c, nil
}

// listen takes the usual address, or a free one.
func listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	if listener, err := config.Listen(ctx, "tcp", usualAddress); err == nil {
		return listener, nil
	}
	return config.Listen(ctx, "tcp", "127.0.0.1:0")
}

// named is the accounts' names, in the same order.
func (c *cloud) named(ids []string) []string {
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		name, known := c.names[id]
		if !known {
			name = id
		}
		out = append(out, name)
	}
	return out
}

// idsOf is the IDs of accounts by name. A name that the world does not have is
// taken for an ID.
func (c *cloud) idsOf(names ...string) []string {
	out := make([]string, 0, len(names))
	for _, name := range names {
		id, known := c.ids[name]
		if !known {
			id = name
		}
		out = append(out, id)
	}
	return out
}

// table is who has which image, as the cloud itself knows it.
func (c *cloud) table(images ...image) string {
	var out strings.Builder
	t := tabwriter.NewWriter(&out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "IMAGE\tREGION\tSHARED WITH")
	for _, i := range images {
		with := strings.Join(c.named(c.world.Sharees(i.region, i.id)), ", ")
		if with == "" {
			with = "nobody"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", i.id, i.region, with)
	}
	_ = t.Flush() // Into memory.
	return out.String()
}
