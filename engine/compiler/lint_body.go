package main

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// bodyContext is where an expression stands.
type bodyContext struct {
	names *names
	// What the body is to the sets that enforce.
	sign sign
	// Parts of the input whose type the body, or one around it, asks for.
	guarded map[string]bool
	// Parts that the body needs anyway, so that it does not matter what else needs them.
	needed map[string]bool
	pkg    string
	test   bool
	// How many loops over what the caller decides are open here.
	loops int
}

func (c bodyContext) guards(v *value) bool {
	return c.guarded[v.String()] || c.names.linter.refused[c.pkg][v.String()]
}

// rule looks at one definition, without its else branches.
func (l *linter) rule(r *ast.Rule, path string) {
	c := bodyContext{pkg: l.packages[r], test: l.tests[path], guarded: map[string]bool{}, needed: map[string]bool{}}
	c = l.body(r.Body, c)
	for _, part := range []*ast.Term{r.Head.Key, r.Head.Value} {
		if part != nil {
			l.term(part, c)
		}
	}
	if m := l.modules[path]; !c.test && l.isRuleSet(r, m, "deny", "hold", "mask") {
		l.member(r.Head.Key, c, map[*ast.Rule]bool{})
	}
}

// body looks at all expressions of a body and says what holds for what stands beside it.
func (l *linter) body(body ast.Body, c bodyContext) bodyContext {
	c.names = l.namesOf(body, c.names)
	c.guarded = maps.Clone(c.guarded)
	c.needed = maps.Clone(c.needed)
	for _, e := range body {
		c.sign |= l.signs[e]
		if !e.Negated {
			l.noteGuards(e, c, 0)
			l.noteBounds(e, c)
		}
	}
	l.noteNeeds(body, c)
	loops := 0
	for _, e := range body {
		loops += l.loops(e, c)
	}
	c.loops += loops
	for _, e := range body {
		l.expression(e, c)
	}
	return c
}

var typeChecks = []string{"is_string", "is_number", "is_array", "is_object", "is_boolean", "is_set"}

// noteGuards takes up `is_string(input.…)`, `type_name(…) == …`, comparisons with a constant, and the same in a
// helper that the body calls.
func (l *linter) noteGuards(e *ast.Expr, c bodyContext, depth int) {
	if term, ok := e.Terms.(*ast.Term); ok {
		if ref, ok := term.Value.(ast.Ref); ok && depth < 4 {
			for _, r := range l.rulesOf(ref) {
				inner := c
				inner.names = l.namesOf(r.Body, nil)
				for _, e := range r.Body {
					if !e.Negated {
						l.noteGuards(e, inner, depth+1)
					}
				}
			}
		}
		return
	}
	if !e.IsCall() {
		return
	}
	operands := e.Operands()
	operator := e.Operator().String()
	switch {
	case slices.Contains(typeChecks, operator) && len(operands) == 1:
		if v := c.names.of(operands[0]); v != nil {
			c.guarded[v.String()] = true
		}
	case slices.Contains([]string{"equal", "eq", "internal.member_2"}, operator) && len(operands) == 2:
		for i, operand := range operands {
			if call, ok := operand.Value.(ast.Call); ok && len(call) == 2 && call[0].String() == "type_name" {
				operand = call[1]
			}
			if v := c.names.of(operand); v != nil && c.names.literal(operands[1-i]) != nil {
				c.guarded[v.String()] = true
			}
		}
	}
}

// collectRefused takes up what a package refuses outright: `not is_number(input.tool.arguments.amount)`.
func (l *linter) collectRefused(m *ast.Module) {
	pkg := m.Package.Path.String()
	for _, r := range m.Rules {
		for b := r; b != nil; b = b.Else {
			n := l.namesOf(b.Body, nil)
			for _, e := range b.Body {
				inner := ast.Body{e}
				if not, ok := e.Terms.(*ast.Not); ok {
					inner = not.Body
				} else if !e.Negated {
					continue
				}
				for _, e := range inner {
					if !e.IsCall() || !slices.Contains(typeChecks, e.Operator().String()) || len(e.Operands()) != 1 {
						continue
					}
					if v := n.of(e.Operand(0)); v != nil {
						if l.refused[pkg] == nil {
							l.refused[pkg] = map[string]bool{}
						}
						l.refused[pkg][v.String()] = true
					}
				}
			}
		}
	}
}

// needless are operators that say nothing of what the author expects to be there: they are looked at themselves.
var needless = []string{"assign", "print", "internal.print", "neq", "lt", "lte", "gt", "gte"}

// noteNeeds takes up what the body asks of the input, apart from what only makes a text of it.
func (l *linter) noteNeeds(body ast.Body, c bodyContext) {
	for _, e := range body {
		if e.Negated || len(e.With) > 0 {
			continue
		}
		need := func(v *value, _ *ast.Term, _ bool) {
			for end := len(v.path); end > 0; end-- {
				c.needed[inputPlace{path: v.path[:end]}.String()] = true
			}
		}
		switch terms := e.Terms.(type) {
		case *ast.Term:
			c.names.eachPart(terms, false, need)
		case *ast.SomeDecl:
			for _, symbol := range terms.Symbols {
				c.names.eachPart(symbol, false, need)
			}
		case *ast.Every:
			c.names.eachPart(terms.Domain, false, need)
		case []*ast.Term:
			if slices.Contains(needless, e.Operator().String()) || isEmptyCount(e) {
				continue
			}
			for _, operand := range e.Operands() {
				c.names.eachPart(operand, false, need)
			}
		}
	}
}

// expression looks at one expression and at all that stands in it.
func (l *linter) expression(e *ast.Expr, c bodyContext) {
	s := l.signs[e]
	if e.Negated {
		s = s.flipped()
	}
	for _, with := range e.With {
		if !c.test {
			l.term(with.Value, c)
		}
	}
	switch terms := e.Terms.(type) {
	case *ast.Not:
		l.body(terms.Body, c)
	case *ast.LogicalAnd:
		l.body(terms.Lhs, c)
		l.body(terms.Rhs, c)
	case *ast.LogicalOr:
		l.body(terms.Lhs, c)
		l.body(terms.Rhs, c)
	case *ast.Every:
		l.term(terms.Domain, c)
		inner := c
		inner.names = l.namesOf(nil, c.names)
		targets := []*ast.Term{terms.Value}
		if terms.Value != nil {
			inner.names.iterate(targets, terms.Domain)
		}
		l.body(terms.Body, inner)
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			l.term(symbol, c)
		}
	case *ast.Term:
		l.term(terms, c)
	case []*ast.Term:
		for _, operand := range e.Operands() {
			l.term(operand, c)
		}
		l.builtin(e.Operator().String(), e.Operands(), e.Location, c, s)
		if !c.test {
			l.absences(e, s, c)
			l.conversions(e, s, c)
		}
	}
}

// term looks at the calls and comprehensions in a term.
func (l *linter) term(t *ast.Term, c bodyContext) {
	switch v := t.Value.(type) {
	case ast.Call:
		for _, operand := range v[1:] {
			l.term(operand, c)
		}
		l.builtin(v[0].String(), v[1:], t.Location, c, c.sign)
	case ast.Ref:
		for _, step := range v {
			if _, ok := step.Value.(ast.Call); ok || len(v) > 1 {
				l.term(step, c)
			}
		}
	case *ast.Array:
		v.Foreach(func(item *ast.Term) { l.item(item, c) })
	case ast.Set:
		v.Foreach(func(item *ast.Term) { l.item(item, c) })
	case ast.Object:
		v.Foreach(func(key, item *ast.Term) { l.item(key, c); l.item(item, c) })
	case *ast.ArrayComprehension:
		l.term(v.Term, l.body(v.Body, inComprehension(c)))
	case *ast.SetComprehension:
		l.term(v.Term, l.body(v.Body, inComprehension(c)))
	case *ast.ObjectComprehension:
		inner := l.body(v.Body, inComprehension(c))
		l.term(v.Key, inner)
		l.term(v.Value, inner)
	case *ast.TemplateString:
		for _, part := range v.Parts {
			if e, ok := part.(*ast.Expr); ok {
				inner := c
				inner.sign = 0
				l.expression(e, inner)
			}
		}
	}
}

func (l *linter) item(t *ast.Term, c bodyContext) {
	l.whole([]*ast.Term{t}, t.Location, c)
	l.term(t, c)
}

// inComprehension: its own body says what it is to the sets that enforce, if anything does.
func inComprehension(c bodyContext) bodyContext {
	c.sign = 0
	c.loops++
	return c
}
