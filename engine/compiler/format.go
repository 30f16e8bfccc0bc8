package main

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// formatModule writes each module as OPA's formatter does.
func formatModule(body []byte) (any, error) {
	var request policy
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	formatted := make([]module, 0, len(request.Modules))
	for _, m := range request.Modules {
		text, err := format.SourceWithOpts(m.Path, []byte(m.Text), format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			return nil, err
		}
		formatted = append(formatted, module{Path: m.Path, Text: string(text)})
	}
	return map[string]any{"modules": formatted}, nil
}
