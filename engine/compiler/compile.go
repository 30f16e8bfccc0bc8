package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/open-policy-agent/opa/v1/util"
)

// compileWasm makes one WebAssembly module of the policy.
//
// The optimisation level is 0 and cannot be asked for: higher levels evaluate against the data of build time
// and so drop rules that later data would make fire.
func compileWasm(body []byte) (any, error) {
	var request struct {
		policy
		Entrypoints []string `json:"entrypoints"`
		// Leave out what the entrypoints do not reach: what is wrong with it is not found.
		Part bool `json:"part"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	if request.Part {
		reached := newReach(parsed).fromEntrypoints(request.Entrypoints)
		maps.DeleteFunc(parsed, func(path string, _ *ast.Module) bool { return !slices.Contains(reached, path) })
	}
	if parsed, err = mended(parsed, request.compiled); err != nil {
		return nil, err
	}
	wasm, err := buildWasm(parsed, request.Entrypoints, request.capabilities())
	if err != nil {
		return nil, err
	}
	return map[string]any{"wasm": wasm}, nil
}

// buildWasm is the module of parsed Rego.
func buildWasm(parsed map[string]*ast.Module, entrypoints []string, capabilities *ast.Capabilities) ([]byte, error) {
	b := &bundle.Bundle{Data: map[string]any{}}
	b.SetRegoVersion(ast.RegoV1)
	b.Manifest.Init()
	for _, path := range util.KeysSorted(parsed) {
		b.Modules = append(b.Modules, bundle.ModuleFile{URL: path, Path: path, Parsed: parsed[path]})
	}
	c := compile.New().
		WithTarget(compile.TargetWasm).
		WithOptimizationLevel(0).
		WithCapabilities(capabilities).
		WithRegoVersion(ast.RegoV1).
		WithEntrypoints(entrypoints...).
		WithBundle(b)
	if err := c.Build(context.Background()); err != nil {
		return nil, err
	}
	return c.Bundle().WasmModules[0].Raw, nil
}
