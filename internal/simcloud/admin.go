// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package simcloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// adminPrefix is where the admin pages are. They ask for no key: this is a tool for one's own machine.
const adminPrefix = "/_sim/"

// faultJSON is a fault as the admin pages speak of it: the delay is a text such as 200ms.
type faultJSON struct {
	Fault
	DelayText string `json:"delay,omitempty"`
	ID        int    `json:"id,omitempty"`
	Hits      int    `json:"hits"`
}

type shareJSON struct {
	Region string   `json:"region"`
	Image  string   `json:"image"`
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

type imageJSON struct {
	Region string `json:"region"`
	Image  string `json:"image"`
	Status string `json:"status,omitempty"`
	Tags   *[]Tag `json:"tags,omitempty"`
}

type accountJSON struct {
	Account string `json:"account"`
	Arrears *bool  `json:"arrears,omitempty"`
	Quota   *int   `json:"shareesPerImage,omitempty"`
	// Region is the one that the quota is for; none stands for all that have no quota of their own.
	Region string `json:"region,omitempty"`
}

// adminHandler serves the admin pages.
func (w *World) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sim/journal", func(rw http.ResponseWriter, r *http.Request) { w.adminJournal(rw, r) })
	mux.HandleFunc("GET /_sim/calls", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.Calls()) })
	mux.HandleFunc("DELETE /_sim/calls", func(rw http.ResponseWriter, _ *http.Request) { w.ForgetCalls(); writeJSON(rw, struct{}{}) })
	mux.HandleFunc("GET /_sim/world", func(rw http.ResponseWriter, _ *http.Request) { w.adminWorld(rw) })
	mux.HandleFunc("GET /_sim/faults", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.faultTable()) })
	mux.HandleFunc("DELETE /_sim/faults", func(rw http.ResponseWriter, r *http.Request) { w.adminClear(rw, r) })
	mux.HandleFunc("GET /_sim/dialects", func(rw http.ResponseWriter, _ *http.Request) { writeJSON(rw, w.Dialects()) })
	mux.HandleFunc("POST /_sim/faults", post(func(f faultJSON) (any, error) { return w.adminInject(f) }))
	mux.HandleFunc("PATCH /_sim/dialects", post(func(d map[string]string) (any, error) {
		if err := w.SetDialects(d); err != nil {
			return nil, err
		}
		return w.Dialects(), nil
	}))
	mux.HandleFunc("POST /_sim/share", post(func(s shareJSON) (any, error) {
		if err := w.ShareByHand(s.Region, s.Image, s.Add, s.Remove); err != nil {
			return nil, err
		}
		return map[string][]string{"sharees": w.Sharees(s.Region, s.Image)}, nil
	}))
	mux.HandleFunc("PUT /_sim/limits", post(func(l Limits) (any, error) { return l, w.SetLimits(l) }))
	mux.HandleFunc("PUT /_sim/images", post(func(i Image) (any, error) { return i, w.AddImage(i) }))
	mux.HandleFunc("PATCH /_sim/images", post(func(i imageJSON) (any, error) { return i, w.adminImage(i) }))
	mux.HandleFunc("DELETE /_sim/images", post(func(i imageJSON) (any, error) { return i, w.DeleteImage(i.Region, i.Image) }))
	mux.HandleFunc("PATCH /_sim/accounts", post(func(a accountJSON) (any, error) { return a, w.adminAccount(a) }))
	w.adminHands(mux)
	w.adminSharing(mux)
	return mux
}

// post decodes a JSON body strictly, does the thing, and says what came of it.
func post[T any](do func(T) (any, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		var body T
		dec := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxBody))
		dec.DisallowUnknownFields()
		err := dec.Decode(&body)
		var answer any
		if err == nil {
			answer, err = do(body)
		}
		if err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		writeJSON(rw, answer)
	}
}

func writeJSON(rw http.ResponseWriter, v any) {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	_, _ = rw.Write(append(data, '\n'))
}

// adminJournal answers the journal, from the entry behind ?after=N on.
func (w *World) adminJournal(rw http.ResponseWriter, r *http.Request) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	entries := []Entry{}
	for _, e := range w.Journal() {
		if e.Seq > after {
			entries = append(entries, e)
		}
	}
	writeJSON(rw, entries)
}

func (w *World) adminWorld(rw http.ResponseWriter) {
	data, err := w.State()
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/yaml")
	_, _ = rw.Write(data)
}

func (w *World) adminInject(f faultJSON) (any, error) {
	if f.DelayText != "" {
		d, err := time.ParseDuration(f.DelayText)
		if err != nil {
			return nil, fmt.Errorf("delay: %w", err)
		}
		f.Delay = d
	}
	if err := f.validate(); err != nil {
		return nil, err
	}
	return map[string]int{"id": w.Inject(f.Fault).id}, nil
}

func (w *World) faultTable() []faultJSON {
	rows := []faultJSON{}
	for _, i := range w.faults.list() {
		row := faultJSON{Fault: i.fault, ID: i.id, Hits: i.Hits()}
		if i.fault.Delay > 0 {
			row.DelayText = i.fault.Delay.String()
		}
		rows = append(rows, row)
	}
	return rows
}

// adminClear removes the fault named by ?id=N, or all of them.
func (w *World) adminClear(rw http.ResponseWriter, r *http.Request) {
	only := r.URL.Query().Get("id")
	for _, i := range w.faults.list() {
		if only == "" || only == strconv.Itoa(i.id) {
			i.Remove()
		}
	}
	writeJSON(rw, w.faultTable())
}

func (w *World) adminAccount(a accountJSON) error {
	if a.Arrears == nil && a.Quota == nil {
		return errors.New("nothing to change: give arrears or shareesPerImage")
	}
	return w.UpdateAccount(a.Account, func(acc *Account) {
		if a.Arrears != nil {
			acc.Arrears = *a.Arrears
		}
		if a.Quota != nil {
			acc.setShareesPerImage(a.Region, *a.Quota)
		}
	})
}
