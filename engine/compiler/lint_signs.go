package main

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// followSets follows deny, hold and mask through the helpers they use, and notes for every body on the way whether
// they fire only where it holds, or only where it does not. What cannot be told has neither sign: nothing is said of it.
func (l *linter) followSets() {
	f := follower{linter: l, seen: map[string]bool{}}
	for _, path := range l.paths() {
		if l.tests[path] {
			continue
		}
		m := l.modules[path]
		for _, r := range m.Rules {
			if l.isRuleSet(r, m, "deny", "hold", "mask") {
				f.definition(r, signHolds, isTrueish)
			}
		}
	}
}

type follower struct {
	*linter
	seen map[string]bool
}

// fits tells whether a rule with this value is one that the expression asks for: `verdict == "bad"`.
type fits struct {
	spelled string
	holds   func(ast.Value) bool
}

// isTrueish is for a rule that is named alone: anything but false will do.
var isTrueish = fits{"true", func(v ast.Value) bool { return v.Compare(ast.Boolean(false)) != 0 }}

// definition follows all branches of a rule. A branch whose constant value is not asked for stands in the way of what
// comes after it: of its else, or of a default. Where nothing comes after, it does not matter.
func (f follower) definition(r *ast.Rule, s sign, asked fits) {
	key := fmt.Sprintf("%p %d %s", r, s, asked.spelled)
	if f.seen[key] || s == 0 {
		return
	}
	f.seen[key] = true
	for b := r; b != nil; b = b.Else {
		own := s
		if b.Head.Key == nil && b.Head.Value != nil && ast.IsConstant(b.Head.Value.Value) && !asked.holds(b.Head.Value.Value) {
			own = 0
			if b.Else != nil || f.hasDefault(r) {
				own = s.flipped()
			}
		}
		f.body(b.Body, own)
		f.values(b.Head.Key, s)
		f.values(b.Head.Value, s)
	}
}

func (f follower) hasDefault(r *ast.Rule) bool {
	return slices.ContainsFunc(f.rules[f.names[r]], func(other *ast.Rule) bool { return other.Default })
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

// call follows the operands. What is compared with a constant is asked for that value; a comparison with an empty
// count turns the sign.
func (f follower) call(e *ast.Expr, s sign) {
	operator, operands := e.Operator().String(), e.Operands()
	if len(operands) == 2 {
		for i, operand := range operands {
			ref, isRef := operand.Value.(ast.Ref)
			asked, known := askedOf(operator, operands[1-i], i)
			if isRef && known && len(f.rulesOf(ref)) > 0 {
				for _, r := range f.rulesOf(ref) {
					f.definition(r, s, asked)
				}
				return
			}
		}
		if turns(operator, operands[0], operands[1]) {
			s = s.flipped()
		}
	}
	f.functions(e.Operator(), s)
	for _, operand := range operands {
		f.values(operand, s)
	}
}

// askedOf is what a comparison asks of the operand at position i, if the other one is constant.
func askedOf(operator string, other *ast.Term, i int) (fits, bool) {
	if !ast.IsConstant(other.Value) {
		return fits{}, false
	}
	spelled := operator + " " + other.String()
	equal := func(v ast.Value) bool { return v.Compare(other.Value) == 0 }
	switch {
	case operator == "equal" || operator == "eq":
		return fits{spelled, equal}, true
	case operator == "neq":
		return fits{spelled, func(v ast.Value) bool { return !equal(v) }}, true
	case operator == "internal.member_2" && i == 0:
		return fits{spelled, func(v ast.Value) bool { return contains(other.Value, v) }}, true
	}
	return fits{}, false
}

func contains(in, v ast.Value) bool {
	found := false
	each := func(item *ast.Term) { found = found || item.Value.Compare(v) == 0 }
	switch in := in.(type) {
	case *ast.Array:
		in.Foreach(each)
	case ast.Set:
		in.Foreach(each)
	}
	return found
}

func turns(operator string, a, b *ast.Term) bool {
	switch operator {
	case "equal", "eq":
		return (isCount(a) && isZero(b)) || (isCount(b) && isZero(a))
	case "lt", "lte":
		return isCount(a)
	case "gt", "gte":
		return isCount(b)
	}
	return false
}

func isZero(t *ast.Term) bool { return t.Equal(ast.InternedTerm(0)) }

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
		f.definition(r, s, isTrueish)
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
