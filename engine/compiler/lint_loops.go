package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// loops counts the iterations of an expression over what the caller decides the length of, and says so where one stands
// within another, or in a comprehension, and nothing in the body bounds it with `count(…)`.
func (l *linter) loops(e *ast.Expr, c bodyContext) int {
	if c.test || e.Negated {
		return 0
	}
	n := 0
	over := func(v *value, at *ast.Location) {
		if v == nil || v.trust != trustNone || c.guarded["count "+v.String()] {
			return
		}
		n++
		if l.signs[e]&signHolds != 0 && c.loose(v) && l.isInside(v) {
			l.say(findingType, false, at, map[string]any{"path": v.String(), "operator": "some", "wants": "array"})
		}
		if c.loops > 0 {
			l.say(findingUnbounded, false, at, map[string]any{"path": v.String(), "form": "loop"})
		}
	}
	switch terms := e.Terms.(type) {
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			if call, ok := symbol.Value.(ast.Call); ok && len(call) >= 3 {
				over(c.names.of(call[len(call)-1]), e.Location)
			}
		}
	case *ast.Term:
		n += l.refLoops(terms, c, over)
	case []*ast.Term:
		for _, operand := range e.Operands() {
			n += l.refLoops(operand, c, over)
		}
	}
	return n
}

// isInside tells whether a part is below one that anything may stand in. Arguments as a whole are an object.
func (l *linter) isInside(v *value) bool {
	outer, _ := l.schema.at(v.path[:len(v.path)-1])
	return outer.trust == trustNone
}

// refLoops looks for `input.tool.arguments.list[_]`.
func (l *linter) refLoops(t *ast.Term, c bodyContext, over func(*value, *ast.Location)) int {
	ref, ok := t.Value.(ast.Ref)
	if !ok || ref.IsGround() {
		return 0
	}
	for i, step := range ref {
		if v, ok := step.Value.(ast.Var); ok && i > 0 && v.IsWildcard() {
			over(c.names.ref(ref[:i]), t.Location)
		}
	}
	return 0
}

// noteBounds takes up `count(input.…) < 100`, in either order.
func (l *linter) noteBounds(e *ast.Expr, c bodyContext) {
	if !e.IsCall() || !slices.Contains(orderings, e.Operator().String()) {
		return
	}
	for _, operand := range e.Operands() {
		if isCount(operand) {
			if v := c.names.of(operand.Value.(ast.Call)[1]); v != nil {
				c.guarded["count "+v.String()] = true
			}
		}
	}
}
