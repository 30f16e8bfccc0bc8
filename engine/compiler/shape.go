package main

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

// shape is what the text tells of a term: its kind, and its value or parts where they stand there literally.
type shape struct {
	// string, number, boolean, null, array, set, object or unknown
	Kind string `json:"kind"`
	// A literal string, number or boolean.
	Value any `json:"value,omitempty"`
	// The parts of a literal; absent when only the kind is known.
	Items   *[]*shape      `json:"items,omitempty"`
	Members *[]memberShape `json:"members,omitempty"`
	Row     int            `json:"row"`
	Col     int            `json:"col"`
}

type memberShape struct {
	Key   *shape `json:"key"`
	Value *shape `json:"value"`
}

// shapeOf looks through one local variable: `deny contains x if { x := {…} }`.
func shapeOf(term *ast.Term, body ast.Body) *shape {
	if term == nil {
		return nil
	}
	s := &shape{Kind: "unknown"}
	if term.Location != nil {
		s.Row, s.Col = term.Location.Row, term.Location.Col
	}
	switch v := term.Value.(type) {
	case ast.Null:
		s.Kind = "null"
	case ast.Boolean:
		s.Kind, s.Value = "boolean", bool(v)
	case ast.Number:
		s.Kind, s.Value = "number", json.Number(v)
	case ast.String:
		s.Kind, s.Value = "string", string(v)
	case *ast.TemplateString:
		s.Kind = "string"
	case *ast.Array:
		s.Kind, s.Items = "array", items(v.Foreach, v.Len(), body)
	case ast.Set:
		s.Kind, s.Items = "set", items(v.Foreach, v.Len(), body)
	case ast.Object:
		members := make([]memberShape, 0, v.Len())
		v.Foreach(func(key, value *ast.Term) {
			members = append(members, memberShape{Key: shapeOf(key, body), Value: shapeOf(value, body)})
		})
		s.Kind, s.Members = "object", &members
	case *ast.ArrayComprehension:
		s.Kind = "array"
	case *ast.SetComprehension:
		s.Kind = "set"
	case *ast.ObjectComprehension:
		s.Kind = "object"
	case ast.Call:
		s.Kind = resultKind(v)
	case ast.Var:
		if assigned := assignment(v, body); assigned != nil {
			if found := shapeOf(assigned, nil); found.Kind != "unknown" {
				return found
			}
		}
	}
	return s
}

func items(each func(func(*ast.Term)), n int, body ast.Body) *[]*shape {
	out := make([]*shape, 0, n)
	each(func(t *ast.Term) { out = append(out, shapeOf(t, body)) })
	return &out
}

// assignment is the one term that the body assigns to a variable with := , if there is exactly one.
func assignment(v ast.Var, body ast.Body) *ast.Term {
	var found *ast.Term
	for _, e := range body {
		if !e.IsAssignment() || e.Negated {
			continue
		}
		if target := e.Operand(0); target != nil && target.Value.Compare(v) == 0 {
			if found != nil {
				return nil
			}
			found = e.Operand(1)
		}
	}
	return found
}

func resultKind(call ast.Call) string {
	builtin, ok := ast.BuiltinMap[call[0].Value.String()]
	if !ok || builtin.Decl == nil || builtin.Decl.Result() == nil {
		return "unknown"
	}
	switch types.Type(builtin.Decl.Result()).(type) {
	case types.String:
		return "string"
	case types.Number:
		return "number"
	case types.Boolean:
		return "boolean"
	case *types.Array:
		return "array"
	case *types.Set:
		return "set"
	case *types.Object:
		return "object"
	default:
		return "unknown"
	}
}
