package main

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// conflicts tells which expressions can end a whole evaluation with an error, as far as the text decides that: a
// rule or a function that gives two values, an object with one key twice. What runs out (fuel, memory) is no matter
// of the text.
type conflicts struct {
	compiler *ast.Compiler
	known    map[*ast.Rule]bool
}

// mayConflict looks at a part of the compiled policy and at all rules that it reads.
func (c *conflicts) mayConflict(part any) bool {
	found := false
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.ObjectComprehension:
			found = true
		case ast.Ref:
			if !found && x[0].Equal(ast.DefaultRootDocument) {
				found = c.rulesMayConflict(x)
			}
		}
		return found
	}).Walk(part)
	return found
}

func (c *conflicts) rulesMayConflict(ref ast.Ref) bool {
	groups := map[string][]*ast.Rule{}
	for _, r := range c.compiler.GetRulesDynamicWithOpts(ref, ast.RulesOptions{IncludeHiddenModules: true}) {
		path := r.Ref().GroundPrefix()
		groups[path.String()] = c.compiler.GetRulesExact(path)
	}
	for _, rules := range groups {
		if len(rules) > 0 && c.groupMayConflict(rules) {
			return true
		}
	}
	return false
}

// groupMayConflict asks of all definitions of one name.
func (c *conflicts) groupMayConflict(rules []*ast.Rule) bool {
	if known, asked := c.known[rules[0]]; asked {
		return known
	}
	c.known[rules[0]] = true // no rule reads itself; if one did, it would be no surprise
	conflict := valuesMayDiffer(rules)
	for _, r := range rules {
		conflict = conflict || c.mayConflict(r)
	}
	c.known[rules[0]] = conflict
	return conflict
}

func valuesMayDiffer(rules []*ast.Rule) bool {
	var bodies []*ast.Rule // an else is tried only where what is before it gave nothing
	var value *ast.Term
	sets, same := true, true
	for _, r := range rules {
		sets = sets && r.Head.RuleKind() == ast.MultiValue && r.Ref().IsGround()
		if r.Default {
			continue
		}
		bodies = append(bodies, r)
		for b := r; b != nil; b = b.Else {
			switch {
			case b.Head.Value == nil || b.Head.Key != nil || !b.Ref().IsGround() || !ast.IsConstant(b.Head.Value.Value):
				same = false
			case value == nil:
				value = b.Head.Value
			default:
				same = same && value.Equal(b.Head.Value)
			}
		}
	}
	if sets || same {
		return false
	}
	if len(bodies) > 1 {
		return true
	}
	for _, r := range bodies {
		for b := r; b != nil; b = b.Else {
			if b.Head.Key != nil || !b.Ref().IsGround() || !isSingle(b) {
				return true
			}
		}
	}
	return false
}

// isSingle tells whether a body holds in at most one way: nothing in it iterates.
func isSingle(r *ast.Rule) bool {
	bound := ast.NewVarSet()
	bind := func(x any) {
		ast.NewGenericVisitor(func(x any) bool {
			switch x := x.(type) {
			case *ast.Every, *ast.Not, *ast.LogicalAnd, *ast.LogicalOr,
				*ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
				return true // what is inside stays inside
			case ast.Var:
				bound.Add(x)
			}
			return false
		}).Walk(x)
	}
	bind(r.Head.Args)
	for _, e := range r.Body {
		if iterates(e, bound) {
			return false
		}
		bind(e)
	}
	return true
}

func iterates(e *ast.Expr, bound ast.VarSet) bool {
	if e.IsCall() {
		if b := ast.BuiltinMap[e.Operator().String()]; b != nil && b.Relation {
			return true
		}
	}
	found := false
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Every, *ast.Not, *ast.LogicalAnd, *ast.LogicalOr,
			*ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			return true // one answer, whatever they look at
		case ast.Ref:
			for _, term := range x[1:] {
				if v, ok := term.Value.(ast.Var); ok && !bound.Contains(v) {
					found = true
				}
			}
		}
		return found
	}).Walk(e)
	return found
}
