package main

import (
	"context"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// eval runs a query in OPA's interpreter, once for each input. It is there to compare the interpreter with
// the module that a gateway runs; nothing that judges calls it.
func eval(body []byte) (any, error) {
	var request struct {
		policy
		Query  string         `json:"query"`
		Data   map[string]any `json:"data"`
		Inputs []any          `json:"inputs"`
		NowNs  int64          `json:"nowNs"`
	}
	c, err := load(body, &request, &request.policy)
	if err != nil {
		return nil, err
	}
	if request.Data == nil {
		request.Data = map[string]any{}
	}
	ctx := context.Background()
	prepared, err := rego.New(
		rego.Query(request.Query),
		rego.Compiler(c),
		rego.Store(inmem.NewFromObject(request.Data)),
		rego.Runtime(ast.ObjectTerm()),
	).PrepareForEval(ctx)
	if err != nil {
		return nil, err
	}
	type outcome struct {
		Defined bool     `json:"defined"`
		Value   any      `json:"value,omitempty"`
		Error   *problem `json:"error,omitempty"`
	}
	outcomes := make([]outcome, 0, len(request.Inputs))
	for _, input := range request.Inputs {
		options := []rego.EvalOption{rego.EvalInput(input)}
		if request.NowNs != 0 {
			options = append(options, rego.EvalTime(time.Unix(0, request.NowNs)))
		}
		results, err := prepared.Eval(ctx, options...)
		if err != nil {
			p := problems(err)[0]
			outcomes = append(outcomes, outcome{Error: &p})
			continue
		}
		if len(results) == 0 {
			outcomes = append(outcomes, outcome{})
			continue
		}
		if len(results[0].Expressions) != 1 {
			return nil, fmt.Errorf("%w: the query must be one expression", errBadRequest)
		}
		outcomes = append(outcomes, outcome{Defined: true, Value: results[0].Expressions[0].Value})
	}
	return map[string]any{"outcomes": outcomes}, nil
}
