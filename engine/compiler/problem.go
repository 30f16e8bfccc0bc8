package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/topdown"
)

type answer struct {
	ID     int64     `json:"id"`
	OK     bool      `json:"ok"`
	Result any       `json:"result,omitempty"`
	Errors []problem `json:"errors,omitempty"`
}

// problem is one error with its place; row and col are 1-based, 0 when there is no place.
type problem struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	File    string   `json:"file,omitempty"`
	Row     int      `json:"row,omitempty"`
	Col     int      `json:"col,omitempty"`
	EndRow  int      `json:"endRow,omitempty"`
	EndCol  int      `json:"endCol,omitempty"`
	Details *details `json:"details,omitempty"`
}

// details say what a reference could have been, or which built-in function is closed.
type details struct {
	// The reference as it stands, its invalid element, and what could stand there.
	Ref   string   `json:"ref,omitempty"`
	Have  string   `json:"have,omitempty"`
	OneOf []string `json:"oneOf,omitempty"`
	// The reference up to the invalid element.
	Before string `json:"before,omitempty"`
	// A function that OPA has and that the capabilities of the request leave out.
	Builtin string   `json:"builtin,omitempty"`
	Lines   []string `json:"lines,omitempty"`
}

func problems(err error) []problem {
	var many ast.Errors
	var one *ast.Error
	var evaluation *topdown.Error
	var unformatted *format.UnformattedError
	switch {
	case errors.As(err, &many):
		many.Sort()
		out := make([]problem, 0, len(many))
		for _, e := range many {
			out = append(out, astProblem(e))
		}
		return out
	case errors.As(err, &one):
		return []problem{astProblem(one)}
	case errors.As(err, &evaluation):
		p := problem{Code: evaluation.Code, Message: evaluation.Message}
		p.place(evaluation.Location)
		return []problem{p}
	case errors.As(err, &unformatted):
		return []problem{{Code: ast.FormatErr, Message: unformatted.Error()}}
	}
	code := "internal"
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &mistyped) || errors.Is(err, errBadRequest) {
		code = "bad_request"
	}
	return []problem{{Code: code, Message: err.Error()}}
}

var errBadRequest = fmt.Errorf("bad request: %w", fs.ErrInvalid)

func (p *problem) place(at *ast.Location) {
	if at != nil {
		p.File, p.Row, p.Col = at.File, at.Row, at.Col
		p.EndRow, p.EndCol = endOf(at)
	}
}

func astProblem(e *ast.Error) problem {
	p := problem{Code: e.Code, Message: e.Message}
	p.place(e.Location)
	if name, ok := strings.CutPrefix(e.Message, "undefined function "); ok {
		if _, exists := ast.BuiltinMap[name]; exists {
			p.Details = &details{Builtin: name}
			return p
		}
	}
	switch d := e.Details.(type) {
	case nil:
	case *ast.RefErrInvalidDetail:
		p.Details = &details{Ref: d.Ref.String(), Before: d.Ref[:d.Pos].String(), Have: plain(d.Ref[d.Pos].Value)}
		for _, v := range d.OneOf {
			p.Details.OneOf = append(p.Details.OneOf, plain(v))
		}
	default:
		p.Details = &details{Lines: d.Lines()}
	}
	return p
}

// plain is a string without its quotes, anything else as Rego.
func plain(v ast.Value) string {
	if s, ok := v.(ast.String); ok {
		return string(s)
	}
	return v.String()
}
