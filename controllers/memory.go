// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"maps"
	"sync"
	"time"

	"github.com/imageshare-operator/imageshare-operator/internal/cloud"
	"github.com/imageshare-operator/imageshare-operator/internal/share"
)

// factsTTL is how long what is known of an image in step is taken for true.
// Before anything is granted it is looked up anew.
const factsTTL = time.Hour

// memory is what the image loop remembers of images between two passes. Losing
// it costs a call and a minute, never a grant.
type memory struct {
	book        *shareBook
	directories *directoryBook
	quotas      *quotaBook

	mu     sync.Mutex
	images map[ImageKey]remembered
}

// facts is what kind of image it is.
type facts struct {
	image  cloud.Image
	cipher cipher
}

type remembered struct {
	facts   facts
	at      time.Time
	missing time.Time
	looked  time.Time
	// apart are accounts that have spoiled a batch.
	apart     share.Apart
	organized organized
	claim     claimNotes
}

// organized is what is remembered of sharing an image with directories and
// folders.
type organized struct {
	// wrote is when something was last written, asked when a resource share was
	// asked for that may not be listed yet, made its ID if it is known, and tried
	// when each target was last added.
	wrote, asked time.Time
	made         string
	// deleted is the ID of the resource share that was deleted last.
	deleted string
	tried   map[share.Sharee]time.Time
	// apart are targets that have spoiled a batch.
	apart share.Apart
	// refused is when the cloud refused each target, and bridging since when
	// each keeps the image until another has it.
	refused, bridging map[share.Sharee]time.Time
	// leaving are targets that were being taken off when they were last seen.
	leaving share.Sharees
	// looked is true once asked and made were taken from what ImageShares tell.
	looked bool
}

func newMemory(now func() time.Time) *memory {
	return &memory{book: newShareBook(now), directories: newDirectoryBook(), quotas: newQuotaBook(), images: map[ImageKey]remembered{}}
}

// facts is what is known of an image, and how old that is: ages, if nothing is.
func (m *memory) facts(key ImageKey, now time.Time) (known facts, age time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.images[key]
	return found.facts, now.Sub(found.at)
}

// learn remembers what was found out about an image.
func (m *memory) learn(key ImageKey, found facts, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.images[key]
	known.facts, known.at, known.missing = found, now, time.Time{}
	m.images[key] = known
}

// present remembers that the image was looked at, and is there.
func (m *memory) present(key ImageKey, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.images[key]
	known.missing, known.looked = time.Time{}, now
	m.images[key] = known
}

// lookedAt is when the image was last looked at with success.
func (m *memory) lookedAt(key ImageKey) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.images[key].looked
}

// missed remembers that the image was not there, and answers for how long that
// has been so.
func (m *memory) missed(key ImageKey, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.images[key]
	if known.missing.IsZero() {
		known.missing = now
	}
	known.at = time.Time{}
	m.images[key] = known
	return now.Sub(known.missing)
}

// missingFor is for how long the image has not been there.
func (m *memory) missingFor(key ImageKey, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	since := m.images[key].missing
	if since.IsZero() {
		return 0
	}
	return now.Sub(since)
}

// apart is whom to keep out of batches with others.
func (m *memory) apart(key ImageKey) share.Apart {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.images[key].apart
}

// keepApart remembers whom to keep out of batches with others.
func (m *memory) keepApart(key ImageKey, apart share.Apart) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.images[key]
	known.apart = apart
	m.images[key] = known
}

// organized is what is remembered of sharing an image with directories and
// folders.
func (m *memory) organized(key ImageKey) organized {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.images[key].organized
}

// organize changes it.
func (m *memory) organize(key ImageKey, change func(*organized)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.images[key]
	for _, times := range []*map[share.Sharee]time.Time{&known.organized.tried, &known.organized.refused, &known.organized.bridging} {
		if *times = maps.Clone(*times); *times == nil {
			*times = map[share.Sharee]time.Time{}
		}
	}
	change(&known.organized)
	m.images[key] = known
}

// forget drops an image that no ImageShare is about any more, and its account
// with the last of its images.
func (m *memory) forget(key ImageKey) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.images, key)
	for other := range m.images {
		if other.Account == key.Account {
			return
		}
	}
	m.book.forget(key.Account)
	m.directories.forget(key.Account)
	m.quotas.forget(key.Account)
}
