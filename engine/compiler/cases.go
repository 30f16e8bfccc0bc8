package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/util"
)

// caseEntrypoint is the name that OPA gives to the plan of a query.
const caseEntrypoint = "eval"

// testCase is a case as OPA writes them (its package v1/test/cases has the meaning of each field).
type testCase struct {
	Note                 string            `json:"note"`
	Query                string            `json:"query"`
	Modules              []string          `json:"modules"`
	Data                 *json.RawMessage  `json:"data"`
	Input                *json.RawMessage  `json:"input"`
	InputTerm            *string           `json:"input_term"`
	WantDefined          *bool             `json:"want_defined"`
	WantResult           *json.RawMessage  `json:"want_result"`
	WantErrorCode        *string           `json:"want_error_code"`
	WantError            *string           `json:"want_error"`
	SortBindings         bool              `json:"sort_bindings"`
	StrictError          bool              `json:"strict_error"`
	ExperimentalKeywords bool              `json:"experimental_keywords"`
	Env                  map[string]string `json:"env"`
}

// compiledCase is a case ready to run. JSON travels as text, so that numbers stay as they are spelled.
type compiledCase struct {
	File  string `json:"file"`
	Note  string `json:"note"`
	Query string `json:"query"`
	// The modules of the case, for those who look into one.
	Modules []string `json:"modules,omitempty"`
	Data    string   `json:"data"`
	// Absent: the case has no input.
	Input string            `json:"input,omitempty"`
	Env   map[string]string `json:"env,omitempty"`
	Want  wanted            `json:"want"`
	// A module whose entrypoint is the set of the query's bindings; absent when it does not compile.
	Wasm     []byte    `json:"wasm,omitempty"`
	Problems []problem `json:"problems,omitempty"`
}

type wanted struct {
	Defined *bool   `json:"defined,omitempty"`
	Result  string  `json:"result,omitempty"`
	Code    *string `json:"code,omitempty"`
	Error   *string `json:"error,omitempty"`
	// The error shows only where failing built-ins are errors; elsewhere the result is empty.
	Strict       bool `json:"strict,omitempty"`
	SortBindings bool `json:"sortBindings,omitempty"`
}

// compileCases makes a module of each case in files of OPA's own test format (YAML). The built-ins are all that
// OPA has: which of them the host lacks shows when a case runs. What does not compile is told with its case.
func compileCases(body []byte) (any, error) {
	var request struct {
		Files []module `json:"files"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	compiled := []compiledCase{}
	for _, file := range request.Files {
		var set struct {
			Cases []testCase `json:"cases"`
		}
		if err := util.Unmarshal([]byte(file.Text), &set); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", errBadRequest, file.Path, err)
		}
		for _, c := range set.Cases {
			compiled = append(compiled, c.compiled(file.Path))
		}
	}
	return map[string]any{"entrypoint": caseEntrypoint, "cases": compiled}, nil
}

func (c testCase) compiled(file string) (out compiledCase) {
	out = compiledCase{
		File:    file,
		Note:    c.Note,
		Query:   c.Query,
		Modules: c.Modules,
		Data:    "{}",
		Env:     c.Env,
		Want: wanted{
			Defined:      c.WantDefined,
			Code:         c.WantErrorCode,
			Error:        c.WantError,
			Strict:       c.StrictError,
			SortBindings: c.SortBindings,
		},
	}
	if c.Data != nil {
		out.Data = string(*c.Data)
	}
	if c.WantResult != nil {
		out.Want.Result = string(*c.WantResult)
	}
	defer func() {
		if r := recover(); r != nil {
			out.Wasm, out.Problems = nil, []problem{{Code: "internal", Message: fmt.Sprint(r)}}
		}
	}()
	input, replaced, err := c.input()
	if err != nil {
		out.Problems = problems(err)
		return out
	}
	out.Input = input
	if out.Wasm, err = c.wasm(path.Base(file), replaced); err != nil {
		out.Problems = problems(err)
	}
	return out
}

// input is the JSON of the case's input, "" if it has none. A term that JSON has no words for (a set, a key that
// is no string) comes back as a term instead.
func (c testCase) input() (string, *ast.Term, error) {
	if c.InputTerm == nil {
		if c.Input == nil {
			return "", nil, nil
		}
		return string(*c.Input), nil, nil
	}
	term, err := ast.ParseTerm(*c.InputTerm)
	if err != nil {
		return "", nil, err
	}
	if !isJSON(term) {
		return "{}", term, nil
	}
	value, err := ast.JSON(term.Value)
	if err != nil {
		return "", nil, err
	}
	text, err := json.Marshal(value)
	return string(text), nil, err
}

// isJSON tells whether a value goes through JSON unchanged.
func isJSON(term *ast.Term) bool {
	plain := true
	ast.WalkTerms(term, func(t *ast.Term) bool {
		switch v := t.Value.(type) {
		case ast.Set:
			plain = false
		case ast.Object:
			v.Foreach(func(key, _ *ast.Term) {
				if _, isString := key.Value.(ast.String); !isString {
					plain = false
				}
			})
		}
		return !plain
	})
	return plain
}

// wasm compiles `result = {{"x": x, …} | query}` with the variables of the query. It is a query and not a rule
// of a package of its own, because some cases ask for all of data.
func (c testCase) wasm(name string, input *ast.Term) ([]byte, error) {
	capabilities := ast.CapabilitiesForThisVersion(ast.CapabilitiesExperimentalKeywords(c.ExperimentalKeywords))
	options := ast.ParserOptions{ProcessAnnotation: true, Capabilities: capabilities, RegoVersion: ast.RegoV1}
	modules := make(map[string]*ast.Module, len(c.Modules))
	for i, text := range c.Modules {
		file := fmt.Sprintf("%s/%d.rego", name, i)
		parsed, err := ast.ParseModuleWithOpts(file, text, options)
		if err != nil {
			return nil, err
		}
		modules[file] = parsed
	}
	query, err := ast.ParseBodyWithOpts(c.Query, options)
	if err != nil {
		return nil, err
	}
	compile := func(modules map[string]*ast.Module) (*ast.Compiler, error) {
		compiler := ast.NewCompiler().WithCapabilities(capabilities)
		if compiler.Compile(modules); compiler.Failed() {
			return nil, compiler.Errors
		}
		return compiler, nil
	}
	if modules, err = mended(modules, compile); err != nil {
		return nil, err
	}
	compiler, err := compile(modules)
	if err != nil {
		return nil, err
	}
	mendNegations(query)
	wrapped := ast.Equality.Expr(ast.VarTerm("result"), ast.SetComprehensionTerm(bindings(query), query))
	if input != nil {
		wrapped = wrapped.IncludeWith(ast.NewTerm(ast.InputRootRef), input)
	}
	result, err := rego.New(
		rego.ParsedQuery(ast.NewBody(wrapped)),
		rego.Compiler(compiler),
		rego.Capabilities(capabilities),
	).Compile(context.Background())
	if err != nil {
		return nil, err
	}
	return result.Bytes, nil
}

// bindings is an object of the variables that a query would report.
func bindings(query ast.Body) *ast.Term {
	parameters := ast.VarVisitorParams{SkipRefCallHead: true, SkipClosures: true}
	members := [][2]*ast.Term{}
	for _, v := range query.Vars(parameters).Diff(ast.ReservedVars).Sorted() {
		if !v.IsGenerated() && !v.IsWildcard() {
			members = append(members, ast.Item(ast.StringTerm(string(v)), ast.VarTerm(string(v))))
		}
	}
	return ast.ObjectTerm(members...)
}
