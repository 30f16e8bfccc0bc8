package main

import (
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

// checked is what is wrong with a policy that parses, and what is doubtful about it.
type checked struct {
	Problems []problem `json:"problems"`
	Findings []finding `json:"findings"`
	// Why the search for findings broke off: a mistake in this program, which must not keep a policy from running.
	Broken string `json:"broken,omitempty"`
}

// check compiles strictly, with the types that the input schema declares, and says every error at once as
// far as OPA's stages allow (a type error ends the compilation before unused variables are looked for). What is
// doubtful is looked for in the policy as it was written, its names resolved, so also where it does not compile.
func check(body []byte) (any, error) {
	var request struct {
		policy
		Schema json.RawMessage `json:"schema"`
		// Paths of modules that are tests, and of those that are generated: nothing is said of the latter.
		Tests     []string `json:"tests"`
		Generated []string `json:"generated"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	c := ast.NewCompiler().
		WithCapabilities(request.capabilities()).
		WithStrict(true).
		WithEnablePrintStatements(true)
	c.SetErrorLimit(0)
	var schema any
	if request.Schema != nil {
		if err := util.UnmarshalJSON(request.Schema, &schema); err != nil {
			return nil, fmt.Errorf("%w: schema: %w", errBadRequest, err)
		}
		set := ast.NewSchemaSet()
		set.Put(ast.SchemaRootRef, schema)
		c = c.WithSchemas(set)
	}
	resolved := map[string]*ast.Module{}
	c = c.WithStageAfterID(ast.StageResolveRefs, ast.CompilerStageDefinition{
		Name:       "KeepAsWritten",
		MetricName: "keep_as_written",
		Stage: func(c *ast.Compiler) *ast.Error {
			for path, m := range c.Modules {
				resolved[path] = m.Copy()
			}
			return nil
		},
	})
	out := checked{Problems: []problem{}, Findings: []finding{}}
	if c.Compile(parsed); c.Failed() {
		out.Problems = problems(c.Errors)
	}
	if schema != nil {
		l := newLinter(resolved, schema, request.Tests, request.Generated)
		if !c.Failed() {
			l.compiled = c
		}
		out.Findings, out.Broken = l.lintSafely()
	}
	return out, nil
}
