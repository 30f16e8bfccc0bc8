package main

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/dependencies"
)

// deps says which base documents and which rules a query reads.
func deps(body []byte) (any, error) {
	var request struct {
		policy
		Query string `json:"query"`
	}
	c, err := load(body, &request, &request.policy)
	if err != nil {
		return nil, err
	}
	query, err := ast.ParseBodyWithOpts(request.Query, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, err
	}
	compiledQuery, err := c.QueryCompiler().Compile(query)
	if err != nil {
		return nil, err
	}
	base, err := dependencies.Base(c, compiledQuery)
	if err != nil {
		return nil, err
	}
	virtual, err := dependencies.Virtual(c, compiledQuery)
	if err != nil {
		return nil, err
	}
	return map[string][]string{"base": refs(base), "virtual": refs(virtual)}, nil
}

func refs(list []ast.Ref) []string {
	out := make([]string, 0, len(list))
	for _, r := range list {
		out = append(out, r.String())
	}
	return out
}
