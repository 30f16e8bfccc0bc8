package main

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// valueInfo is a value as `opa_value_dump` of a module writes it: JSON, with sets as `{1,2}` and `set()`, and keys of any
// kind. Of one that is very long, only how long.
type valueInfo struct {
	Rego  string `json:"rego,omitempty"`
	Bytes int    `json:"bytes"`
}

const longestValue = 256 * 1024

func infoOf(v ast.Value) valueInfo {
	var text strings.Builder
	dump(&text, v)
	if text.Len() > longestValue {
		return valueInfo{Bytes: text.Len()}
	}
	return valueInfo{text.String(), text.Len()}
}

func dump(out *strings.Builder, v ast.Value) {
	first := true
	next := func(terms ...*ast.Term) {
		if !first {
			out.WriteString(", ")
		}
		first = false
		for i, t := range terms {
			if i > 0 {
				out.WriteString(": ")
			}
			dump(out, t.Value)
		}
	}
	switch v := v.(type) {
	case ast.String:
		var quoted bytes.Buffer
		encoder := json.NewEncoder(&quoted)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(string(v)) // a string always encodes
		out.Write(bytes.TrimSuffix(quoted.Bytes(), []byte("\n")))
	case *ast.Array:
		out.WriteString("[")
		v.Foreach(func(t *ast.Term) { next(t) })
		out.WriteString("]")
	case ast.Set:
		if v.Len() == 0 {
			out.WriteString("set()")
			return
		}
		out.WriteString("{")
		v.Sorted().Foreach(func(t *ast.Term) { next(t) })
		out.WriteString("}")
	case ast.Object:
		out.WriteString("{")
		for _, key := range v.Keys() { // in Rego's order
			next(key, v.Get(key))
		}
		out.WriteString("}")
	default:
		out.WriteString(v.String())
	}
}
