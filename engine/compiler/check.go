package main

import (
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

// check compiles strictly, with the types that the input schema declares, and says every error at once as
// far as OPA's stages allow (a type error ends the compilation before unused variables are looked for).
func check(body []byte) (any, error) {
	var request struct {
		policy
		Schema json.RawMessage `json:"schema"`
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
	if request.Schema != nil {
		var schema any
		if err := util.UnmarshalJSON(request.Schema, &schema); err != nil {
			return nil, fmt.Errorf("%w: schema: %w", errBadRequest, err)
		}
		set := ast.NewSchemaSet()
		set.Put(ast.SchemaRootRef, schema)
		c = c.WithSchemas(set)
	}
	if c.Compile(parsed); c.Failed() {
		return nil, c.Errors
	}
	return struct{}{}, nil
}
