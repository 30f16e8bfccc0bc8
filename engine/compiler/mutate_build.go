package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
	"github.com/open-policy-agent/opa/v1/util"
)

// What `sluice.on` and `sluice.original` tell a module is which mutant is in force. Every definition that has mutants is in
// the module once as it was written, and once for each mutant; all but one are off. So one module holds all mutants of a
// policy and its tests (mutant schemata: Untch, Offutt and Harrold, ISSTA 1993). Both are asked with a text, as a
// constant has one address in a module: the host knows it by that.
const (
	mutantPrefix = "mutant:"
	// What a definition with a default is called while the default is a mutant's.
	unfoldedSuffix = "__sluice_defined"
)

// mutationBuiltins are the functions by which a module with mutants speaks to its host. No policy can call them: they
// are allowed in this operation only, after the policy itself has been compiled without them.
var mutationBuiltins = []*ast.Builtin{
	// Whether a mutant is in force, by its number.
	{Name: "sluice.on", Decl: types.NewFunction(types.Args(types.S), types.B), Nondeterministic: true},
	// Whether a definition is not replaced, by its number; the host may take down that it is evaluated.
	{Name: "sluice.original", Decl: types.NewFunction(types.Args(types.S), types.B), Nondeterministic: true},
	{Name: "sluice.reached", Decl: types.NewFunction(types.Args(types.N), types.B), Nondeterministic: true},
	{Name: "sluice.passed", Decl: types.NewFunction(types.Args(types.N), types.B), Nondeterministic: true},
}

// built is a mutant in a module, with the number by which it is switched on.
type built struct {
	ID     string `json:"id"`
	Number int    `json:"number"`
	// The number of the definition that it replaces.
	Definition int `json:"definition"`
}

type refusedMutant struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

type mutateRequest struct {
	policy
	// Tests and what was generated: compiled with the policy, never changed. Every unit test of a `_test.rego` with a plain
	// name is an entrypoint too.
	Support     []module `json:"support"`
	Entrypoints []string `json:"entrypoints"`
	// Ids of `mutants`; those that are not named are left out.
	Mutants []string `json:"mutants"`
	// The mutants tell the host when the changed place is reached and when it has held (`sluice.reached`,
	// `sluice.passed`, with the mutant's number); so does, under the negative number, the definition as it was written.
	Probes bool `json:"probes"`
}

// mutate makes one WebAssembly module of a policy and the mutants that are asked for. Those that do not compile are left
// out, and named.
func mutate(body []byte) (any, error) {
	var request mutateRequest
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	if _, err := request.compiled(parsed); err != nil {
		return nil, err
	}
	if parsed, err = request.parse(); err != nil { // the compiler has rewritten the others
		return nil, err
	}
	capabilities := request.capabilities()
	capabilities.Builtins = append(capabilities.Builtins, mutationBuiltins...)
	compile := func(modules map[string]*ast.Module) (*ast.Compiler, error) {
		c := ast.NewCompiler().WithCapabilities(capabilities)
		c.SetErrorLimit(0)
		if c.Compile(modules); c.Failed() {
			return nil, c.Errors
		}
		return c, nil
	}
	support := policy{Modules: request.Support, Builtins: request.Builtins}
	others, err := support.parse()
	if err != nil {
		return nil, err
	}
	number, err := moduleNumbers(parsed, request.Mutants)
	if err != nil {
		return nil, err
	}
	dropped := []refusedMutant{}
	for {
		mutated, placed := withMutants(parsed, number, request.Probes)
		if _, err := compile(copied(mutated)); err != nil {
			more, fatal := refused(err, number)
			if fatal != nil {
				return nil, fatal
			}
			dropped = append(dropped, more...)
			continue
		}
		maps.Copy(mutated, others)
		// what is wrong with it in the form in which it was written has been found
		found := func(map[string]*ast.Module) (*ast.Compiler, error) { return nil, nil }
		if mutated, err = mended(mutated, found); err != nil {
			return nil, err
		}
		wasm, err := buildWasm(mutated, append(request.Entrypoints, testsIn(others)...), capabilities)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(dropped, func(a, b refusedMutant) int { return strings.Compare(a.ID, b.ID) })
		return map[string]any{"wasm": wasm, "mutants": placed, "dropped": dropped}, nil
	}
}

var plainName = regexp.MustCompile(`^[A-Za-z_]\w*(/[A-Za-z_]\w*)*$`)

// testsIn are the entrypoints of unit tests, sorted.
func testsIn(modules map[string]*ast.Module) []string {
	found := []string{}
	for path, m := range modules {
		if !strings.HasSuffix(path, "_test.rego") {
			continue
		}
		for _, r := range m.Rules {
			name := plainVar(r.Head.Ref()[0].Value)
			entrypoint := strings.ReplaceAll(strings.TrimPrefix(m.Package.Path.String(), "data."), ".", "/") + "/" + name
			if strings.HasPrefix(name, "test_") && plainName.MatchString(entrypoint) {
				found = append(found, entrypoint)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func copied(modules map[string]*ast.Module) map[string]*ast.Module {
	out := make(map[string]*ast.Module, len(modules))
	for path, m := range modules {
		out[path] = m.Copy()
	}
	return out
}

// numbered are the mutants to build, by their numbers, which stay the same whatever is dropped.
type numbered map[int]*mutant

func moduleNumbers(parsed map[string]*ast.Module, wanted []string) (numbered, error) {
	known := map[string]*mutant{}
	for _, path := range util.KeysSorted(parsed) {
		for _, one := range mutantsOf(path, parsed[path]) {
			known[one.ID] = one
		}
	}
	out := numbered{}
	for i, id := range wanted {
		if known[id] == nil {
			return nil, fmt.Errorf("%w: there is no mutant %q", errBadRequest, id)
		}
		out[i+1] = known[id]
	}
	return out, nil
}

// refused takes the mutants out that an error is about. One that is about no mutant is the policy's.
func refused(err error, number numbered) ([]refusedMutant, error) {
	var many ast.Errors
	if !errors.As(err, &many) {
		return nil, err
	}
	found := []refusedMutant{}
	for _, e := range many {
		if e.Location == nil {
			continue
		}
		n, ok := strings.CutPrefix(e.Location.File, mutantPrefix)
		i, _ := strconv.Atoi(n)
		if one := number[i]; ok && one != nil {
			found = append(found, refusedMutant{one.ID, e.Message})
			delete(number, i)
		}
	}
	if len(found) == 0 {
		return nil, err
	}
	return found, nil
}
