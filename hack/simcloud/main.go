// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command simcloud serves the simulated Alibaba Cloud of internal/simcloud on one address. It is a tool for one's own machine: it
// must never be given a real access key, and never be reachable by anybody else.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/simcloud"
)

// grace is how long calls in flight may take after the signal to stop.
const grace = 5 * time.Second

type options struct {
	listen  string
	world   string
	state   string
	tlsCert string
	tlsKey  string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simcloud:", err)
		os.Exit(1)
	}
}

func parseFlags(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("simcloud", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8700", "address to serve on; port 0 picks a free one")
	flags.StringVar(&o.world, "world", "", "world file (YAML) to start from")
	flags.StringVar(&o.state, "state", "", "file to keep the world in: read instead of --world when it exists, written after every change")
	flags.StringVar(&o.tlsCert, "tls-cert", "", "certificate file (PEM); serves HTTPS together with --tls-key")
	flags.StringVar(&o.tlsKey, "tls-key", "", "key file (PEM) of the certificate")
	flags.Usage = func() {
		fmt.Fprintln(out, "simcloud serves a simulated Alibaba Cloud, every product on one address. See docs/simcloud.md.")
		fmt.Fprintln(out, "\nusage: simcloud --world FILE [--listen HOST:PORT] [--state FILE] [--tls-cert FILE --tls-key FILE]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return options{}, fmt.Errorf("read flags: %w", err)
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.world == "" && o.state == "" {
		return options{}, errors.New("--world or --state is needed")
	}
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return options{}, errors.New("--tls-cert and --tls-key go together")
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parseFlags(args, out)
	if err != nil {
		return err
	}
	world, err := load(o)
	if err != nil {
		return err
	}
	listener, scheme, err := listen(ctx, o)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: world.Handler(), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	accounts, images := world.Size()
	fmt.Fprintf(out, "simcloud: serving %d accounts, %d images on %s://%s\n", accounts, images, scheme, listener.Addr())
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	world.ClearFaults()
	return shutdown(server)
}

// shutdown lets calls in flight finish, for a while.
func shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

func listen(ctx context.Context, o options) (net.Listener, string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return nil, "", fmt.Errorf("listen: %w", err)
	}
	if o.tlsCert == "" {
		return listener, "http", nil
	}
	pair, err := tls.LoadX509KeyPair(o.tlsCert, o.tlsKey)
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("load certificate: %w", err), listener.Close())
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), "https", nil
}

// load takes the world from the state file if there is one, else from the world file.
func load(o options) (*simcloud.World, error) {
	path := o.world
	if o.state != "" {
		_, err := os.Stat(o.state)
		switch {
		case err == nil:
			path = o.state
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("look for state: %w", err)
		case o.world == "":
			return nil, fmt.Errorf("%s does not exist, and no --world is given", o.state)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read world: %w", err)
	}
	world, err := simcloud.Load(data, time.Now)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if o.state == "" {
		return world, nil
	}
	return world, world.Persist(func(state []byte) error { return writeAtomically(o.state, state) })
}

// writeAtomically replaces a file so that whoever reads it, even after a crash, finds either the old or the new content.
func writeAtomically(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write state: %w", err), os.Remove(tmp.Name()))
	}
	return nil
}
