package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
	opa "github.com/open-policy-agent/opa/v1/version"
)

// module is one Rego file; its path is what errors name.
type module struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// policy is what every request about Rego carries.
type policy struct {
	Modules []module `json:"modules"`
	// Builtins are the functions a policy may call; absent: all of this OPA.
	Builtins []string `json:"builtins"`
}

func (p policy) capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	all.AllowNet = []string{} // schemas must not fetch anything either
	if p.Builtins == nil {
		return all
	}
	allowed := map[string]bool{}
	for _, name := range p.Builtins {
		allowed[name] = true
	}
	all.Builtins = slices.DeleteFunc(all.Builtins, func(b *ast.Builtin) bool { return !allowed[b.Name] })
	return all
}

// parse reads all modules and collects the errors of all files, not only of the first.
func (p policy) parse() (map[string]*ast.Module, error) {
	parsed := make(map[string]*ast.Module, len(p.Modules))
	options := ast.ParserOptions{ProcessAnnotation: true, Capabilities: p.capabilities(), RegoVersion: ast.RegoV1}
	var failed ast.Errors
	for _, m := range p.Modules {
		if _, twice := parsed[m.Path]; twice {
			return nil, fmt.Errorf("%w: module %q twice", errBadRequest, m.Path)
		}
		result, err := ast.ParseModuleWithOpts(m.Path, m.Text, options)
		var many ast.Errors
		var one *ast.Error
		switch {
		case errors.As(err, &many):
			failed = append(failed, many...)
			continue
		case errors.As(err, &one):
			failed = append(failed, ast.NewError(one.Code, ast.NewLocation(nil, m.Path, 1, 1), "%s", one.Message))
			continue
		case err != nil:
			failed = append(failed, ast.NewError(ast.ParseErr, ast.NewLocation(nil, m.Path, 1, 1), "%s", err.Error()))
			continue
		}
		if result == nil {
			failed = append(failed, ast.NewError(ast.ParseErr, ast.NewLocation(nil, m.Path, 1, 1), "empty module"))
			continue
		}
		parsed[m.Path] = result
	}
	if len(failed) > 0 {
		return nil, failed
	}
	return parsed, nil
}

// compiled is the policy after all stages of OPA's compiler, in the interpreter's form.
func (p policy) compiled(parsed map[string]*ast.Module) (*ast.Compiler, error) {
	c := ast.NewCompiler().WithCapabilities(p.capabilities()).WithEnablePrintStatements(true)
	c.SetErrorLimit(0)
	if c.Compile(parsed); c.Failed() {
		return nil, c.Errors
	}
	return c, nil
}

// load decodes a request and parses and compiles its policy.
func load(body []byte, into any, p *policy) (*ast.Compiler, error) {
	if err := util.UnmarshalJSON(body, into); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	parsed, err := p.parse()
	if err != nil {
		return nil, err
	}
	return p.compiled(parsed)
}

func version([]byte) (any, error) {
	return map[string]any{
		"opa":      opa.Version,
		"go":       runtime.Version(),
		"platform": runtime.GOOS + "/" + runtime.GOARCH,
	}, nil
}

func describeCapabilities(body []byte) (any, error) {
	var request policy
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	return request.capabilities(), nil
}
