package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// compared finds comparisons of a field with a text that it never has.
func (l *linter) compared(operator string, a, b *ast.Term, at *ast.Location, s sign, c bodyContext) {
	switch operator {
	case "equal", "eq", "neq":
		open := s&signHolds != 0
		if operator == "neq" {
			open = s&signFails != 0
		}
		l.pair(a, b, open, at, c)
		l.pair(b, a, open, at, c)
	case "internal.member_2":
		v := c.names.of(a)
		in := c.names.literal(b)
		if v == nil || v.node == nil || in == nil {
			return
		}
		each := func(item *ast.Term) { l.outside(v, item, s&signHolds != 0, at) }
		switch in := in.(type) {
		case *ast.Array:
			in.Foreach(each)
		case ast.Set:
			in.Foreach(each)
		}
	}
}

func (l *linter) pair(a, b *ast.Term, open bool, at *ast.Location, c bodyContext) {
	if x, ok := a.Value.(*ast.Array); ok {
		if y, ok := b.Value.(*ast.Array); ok && x.Len() == y.Len() {
			for i := range x.Len() {
				l.pair(x.Elem(i), y.Elem(i), open, at, c)
			}
		}
		return
	}
	v := c.names.of(a)
	if v == nil || v.node == nil {
		return
	}
	if literal := c.names.literal(b); literal != nil {
		item := ast.NewTerm(literal)
		item.Location = b.Location
		l.outside(v, item, open, at)
	}
}

func (l *linter) outside(v *value, item *ast.Term, open bool, at *ast.Location) {
	text, ok := item.Value.(ast.String)
	if !ok || len(v.node.Enum) == 0 || slices.Contains(v.node.Enum, string(text)) {
		return
	}
	if item.Location != nil && at != nil && item.Location.File == at.File && item.Location.Row > 0 {
		at = item.Location
	}
	l.say(findingEnum, open, at, map[string]any{"path": v.String(), "value": string(text), "oneOf": v.node.Enum})
}
