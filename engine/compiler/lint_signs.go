package main

import "github.com/open-policy-agent/opa/v1/ast"

// followSets follows deny, hold and mask through the helpers they use, and notes for every body on the way whether
// they fire only where it holds, or only where it does not. What cannot be told has neither sign: nothing is said of it.
func (l *linter) followSets() {
	f := follower{linter: l, seen: map[*ast.Rule]sign{}}
	for _, path := range l.paths() {
		if l.tests[path] {
			continue
		}
		m := l.modules[path]
		for _, r := range m.Rules {
			if l.isRuleSet(r, m, "deny", "hold", "mask") {
				f.definition(r, signHolds)
			}
		}
	}
}

type follower struct {
	*linter
	seen map[*ast.Rule]sign
}

func (f follower) definition(r *ast.Rule, s sign) {
	if f.seen[r]&s == s || s == 0 {
		return
	}
	f.seen[r] |= s
	for b := r; b != nil; b = b.Else {
		own := s
		if b.Head.Value != nil && b.Head.Value.Equal(ast.InternedTerm(false)) {
			own = s.flipped() // `risky := false if …`
		}
		f.body(b.Body, own)
		f.values(b.Head.Key, s)
		f.values(b.Head.Value, s)
	}
}

func (f follower) body(body ast.Body, s sign) {
	for _, e := range body {
		f.signs[e] |= s
		f.expression(e, s)
	}
}

func (f follower) expression(e *ast.Expr, s sign) {
	if e.Negated {
		s = s.flipped()
	}
	switch terms := e.Terms.(type) {
	case *ast.Not:
		f.body(terms.Body, s.flipped())
	case *ast.LogicalAnd:
		f.body(terms.Lhs, s)
		f.body(terms.Rhs, s)
	case *ast.LogicalOr:
		f.body(terms.Lhs, s)
		f.body(terms.Rhs, s)
	case *ast.Every:
		f.values(terms.Domain, s)
		f.body(terms.Body, s)
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			f.values(symbol, s)
		}
	case *ast.Term:
		f.values(terms, s)
	case []*ast.Term:
		f.call(e, s)
	}
}

// call follows the operands. Comparisons with false or with an empty count turn the sign.
func (f follower) call(e *ast.Expr, s sign) {
	operands := e.Operands()
	if len(operands) == 2 && turns(e.Operator().String(), operands[0], operands[1]) {
		s = s.flipped()
	}
	f.functions(e.Operator(), s)
	for _, operand := range operands {
		f.values(operand, s)
	}
}

func turns(operator string, a, b *ast.Term) bool {
	switch operator {
	case "equal", "eq":
		return isFalse(a) || isFalse(b) || (isCount(a) && isZero(b)) || (isCount(b) && isZero(a))
	case "neq":
		return isTrue(a) || isTrue(b)
	case "lt", "lte":
		return isCount(a)
	case "gt", "gte":
		return isCount(b)
	}
	return false
}

func isTrue(t *ast.Term) bool  { return t.Equal(ast.InternedTerm(true)) }
func isFalse(t *ast.Term) bool { return t.Equal(ast.InternedTerm(false)) }
func isZero(t *ast.Term) bool  { return t.Equal(ast.InternedTerm(0)) }

func isCount(t *ast.Term) bool {
	call, ok := t.Value.(ast.Call)
	return ok && len(call) == 2 && call[0].String() == "count"
}

// values follows all that a term names. A comprehension is followed where it is counted.
func (f follower) values(t *ast.Term, s sign) {
	if t == nil {
		return
	}
	switch v := t.Value.(type) {
	case ast.Ref:
		if v[0].Equal(ast.DefaultRootDocument) {
			f.functions(v, s)
		}
		for _, part := range v[1:] {
			f.values(part, s)
		}
	case ast.Call:
		f.functions(v[0].Value.(ast.Ref), s)
		for _, operand := range v[1:] {
			if body, ok := comprehension(operand); ok && isCount(t) {
				f.body(body, s)
				continue
			}
			f.values(operand, s)
		}
	case *ast.Array:
		v.Foreach(func(item *ast.Term) { f.values(item, s) })
	case ast.Set:
		v.Foreach(func(item *ast.Term) { f.values(item, s) })
	case ast.Object:
		v.Foreach(func(key, value *ast.Term) { f.values(key, s); f.values(value, s) })
	}
}

// functions follows the rules of a reference, `data.lib.tool.words` of `data.lib.tool.words[x]`.
func (f follower) functions(ref ast.Ref, s sign) {
	for _, r := range f.rulesOf(ref) {
		f.definition(r, s)
	}
}

// rulesOf are the definitions that a reference names, or none.
func (l *linter) rulesOf(ref ast.Ref) []*ast.Rule {
	if !ref[0].Equal(ast.DefaultRootDocument) {
		return nil
	}
	ground := ref.GroundPrefix()
	for n := len(ground); n > 1; n-- {
		if rules := l.rules[ground[:n].String()]; len(rules) > 0 {
			return rules
		}
	}
	return nil
}

func comprehension(t *ast.Term) (ast.Body, bool) {
	switch v := t.Value.(type) {
	case *ast.ArrayComprehension:
		return v.Body, true
	case *ast.SetComprehension:
		return v.Body, true
	case *ast.ObjectComprehension:
		return v.Body, true
	}
	return nil, false
}
