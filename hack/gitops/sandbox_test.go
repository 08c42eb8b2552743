// Copyright The ImageShare Operator Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// clock is what a script is told of the time.
const clock = "2026-01-01T00:00:00Z"

// run runs a script as Argo CD runs those of its ConfigMap, and answers what it
// returns: the object is the global obj; there are the libraries package, base
// and table, and of os what tells the time, and nothing else; it may take a
// second.
func run(script string, obj map[string]any) (any, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"dofile", "loadfile", "print"} {
		state.SetGlobal(name, lua.LNil)
	}
	state.PreloadModule(lua.OsLibName, func(state *lua.LState) int {
		state.Push(state.SetFuncs(state.NewTable(), map[string]lua.LGFunction{"date": date}))
		return 1
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	state.SetContext(ctx)
	state.SetGlobal("obj", toLua(state, obj))
	if err := state.DoString(script); err != nil {
		return nil, err
	}
	if state.GetTop() != 1 || state.Get(-1).Type() != lua.LTTable {
		return nil, errors.New("the script returns no table")
	}
	return like(toGo(state.Get(-1)), obj), nil
}

// date tells the time in the one form that Kubernetes has for it.
func date(state *lua.LState) int {
	if format := state.CheckString(1); format != "!%Y-%m-%dT%H:%M:%SZ" {
		state.RaiseError("a time in UTC is wanted, as Kubernetes writes it, not %q", format)
	}
	state.Push(lua.LString(clock))
	return 1
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case bool:
		return lua.LBool(v)
	case string:
		return lua.LString(v)
	case int64:
		return lua.LNumber(v)
	case float64:
		return lua.LNumber(v)
	case []any:
		table := state.NewTable()
		for _, one := range v {
			table.Append(toLua(state, one))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, one := range v {
			table.RawSetString(key, toLua(state, one))
		}
		return table
	}
	return lua.LNil
}

func toGo(value lua.LValue) any {
	switch v := value.(type) {
	case lua.LBool:
		return bool(v)
	case lua.LString:
		return string(v)
	case lua.LNumber:
		if whole := math.Trunc(float64(v)); whole == float64(v) {
			return int64(whole)
		}
		return float64(v)
	case *lua.LTable:
		list, keys := []any{}, map[string]any{}
		v.ForEach(func(key, one lua.LValue) {
			if _, isNumber := key.(lua.LNumber); isNumber {
				list = append(list, toGo(one))
			} else {
				keys[key.String()] = toGo(one)
			}
		})
		if len(keys) > 0 {
			return keys
		}
		return list
	}
	return nil
}

// like is a value with what Lua cannot tell apart, an empty list and an empty
// object, as it was before.
func like(value, before any) any {
	switch v := value.(type) {
	case map[string]any:
		was, _ := before.(map[string]any)
		for key := range v {
			v[key] = like(v[key], was[key])
		}
	case []any:
		was, _ := before.([]any)
		if _, object := before.(map[string]any); object && len(v) == 0 {
			return before
		}
		for i := range min(len(v), len(was)) {
			v[i] = like(v[i], was[i])
		}
	}
	return value
}

// field is a text in what a script returned.
func field(value any, name string) string {
	table, _ := value.(map[string]any)
	return fmt.Sprint(table[name])
}
