// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

// Command pin writes down what names of others stand for today, so that a release
// is made of what was looked at, and not of what a name stands for tomorrow.
//
//	pin actions  --root DIR --forge URL   the commits of the workflows' actions
//	pin images   --root DIR               the digests of the Dockerfile's images
//
// What is pinned already keeps its version, and gets what that version stands for
// now. Either everything is pinned, or nothing is changed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pin:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say actions or images")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	root := flags.String("root", ".", "The directory of the repository.")
	forge := flags.String("forge", "", "Where the actions' repositories are.")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "actions":
		files, err := filepath.Glob(filepath.Join(*root, ".github", "workflows", "*.y*ml"))
		if err != nil {
			return err
		}
		ask := once(func(repository string) ([]tag, error) { return tagsOf(ctx, *forge+"/"+repository) })
		return rewrite(files, func(text string) (string, error) { return pinActions(text, ask) })
	case "images":
		return rewrite([]string{filepath.Join(*root, "Dockerfile")}, func(text string) (string, error) {
			return pinImages(text, digestOf(ctx))
		})
	default:
		return fmt.Errorf("nothing is called %s: say actions or images", args[0])
	}
}

// once asks about a repository once, however often it is used, and has one answer
// for all: that it cannot be asked, too.
func once(ask func(repository string) ([]tag, error)) func(string) ([]tag, error) {
	asked := map[string]func() ([]tag, error){}
	return func(repository string) ([]tag, error) {
		if asked[repository] == nil {
			asked[repository] = sync.OnceValues(func() ([]tag, error) { return ask(repository) })
		}
		return asked[repository]()
	}
}

// rewrite changes files once it knows what comes into all of them.
func rewrite(files []string, change func(string) (string, error)) error {
	if len(files) == 0 {
		return errors.New("there is nothing to pin")
	}
	changed := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if changed[file], err = change(string(text)); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for file, text := range changed {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
