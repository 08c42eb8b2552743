// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command image packs the operator's programs into an image, and pushes it.
//
//	image pack  --dist DIR --version V --revision COMMIT --created SECONDS PROGRAM...
//	image push  --dist DIR REFERENCE
//
// Pack writes an OCI layout with an image for each program's platform, and for
// each image a bill of materials that refers to it. Of the same programs and
// arguments it makes the same bytes. Push sends all of it to a registry, with the
// credentials of the container tools on this machine. No container engine is
// needed for either.
//
// What the next step needs to know is written beside the layout: the digest, the
// bills of materials, and after a push the references by digest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say pack or push")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	dist := flags.String("dist", "", "The directory that the layout is in, or comes into.")
	version := flags.String("version", "", "What the programs say that they are.")
	revision := flags.String("revision", "", "The commit that they are made of.")
	created := flags.Int64("created", 0, "The time that everything in the image says it was made, in seconds since 1970.")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "pack":
		return pack(*dist, flags.Args(), release{version: *version, revision: *revision, created: time.Unix(*created, 0).UTC()})
	case "push":
		if flags.NArg() != 1 {
			return errors.New("push needs the reference to push to, such as IMG=registry.example.com/imageshare-operator:v1.0.0")
		}
		return push(ctx, *dist, flags.Arg(0))
	default:
		return fmt.Errorf("no command is called %s: say pack or push", args[0])
	}
}
