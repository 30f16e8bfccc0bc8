package main

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// walk finds the terms of a part whose values tell something: references (as far as their variables are known), calls
// within it, variables. What is in a body of its own (a comprehension, `every`) has values of its own, so not those.
func (x *explainer) walk(m *ast.Module, part any, env map[ast.Var]ast.Value, found func(name string, term *ast.Term)) {
	var visit *ast.GenericVisitor
	visit = ast.NewGenericVisitor(func(n any) bool {
		switch n := n.(type) {
		case *ast.Head:
			for _, term := range []*ast.Term{n.Key, n.Value} {
				if term != nil {
					visit.Walk(term)
				}
			}
			return true
		case *ast.Expr:
			switch terms := n.Terms.(type) {
			case []*ast.Term:
				operands := terms[1:] // the operator is no value
				if n.IsAssignment() {
					operands = operands[1:] // nor has what is being assigned one yet
				}
				for _, operand := range operands {
					visit.Walk(operand)
				}
			case *ast.SomeDecl:
				for _, symbol := range terms.Symbols {
					if call, ok := symbol.Value.(ast.Call); ok {
						visit.Walk(call[len(call)-1]) // what it goes through
					}
				}
			case *ast.Every:
				visit.Walk(terms.Domain)
			case *ast.Not:
				for _, e := range terms.Body {
					visit.Walk(e)
				}
			case *ast.LogicalAnd, *ast.LogicalOr:
				return false
			case *ast.Term:
				visit.Walk(terms)
			}
			return true
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			return true
		case *ast.Term:
			return x.term(m, n, env, visit, found)
		}
		return false
	})
	visit.Walk(part)
}

func (x *explainer) term(
	m *ast.Module, t *ast.Term, env map[ast.Var]ast.Value, visit *ast.GenericVisitor, found func(string, *ast.Term),
) bool {
	switch v := t.Value.(type) {
	case ast.Call:
		for _, operand := range v[1:] {
			visit.Walk(operand)
		}
		if isKnown(t, env) {
			found(nameOf(t), t)
		}
		return true
	case ast.Ref:
		prefix := known(v, env)
		if len(prefix) == len(v) {
			found(nameOf(t), t)
		} else if len(prefix) > 1 || len(prefix) == 1 && env[varOf(prefix[0])] != nil {
			found(prefix.String(), ast.NewTerm(prefix))
		}
		return true
	case ast.Var:
		if _, bound := env[v]; bound || len(x.rulesOf(m, ast.Ref{t})) > 0 {
			found(string(v), t)
		}
		return true
	}
	return false
}

func varOf(t *ast.Term) ast.Var {
	name, _ := t.Value.(ast.Var)
	return name
}

// known is as much of a reference as has no variable that is not known.
func known(ref ast.Ref, env map[ast.Var]ast.Value) ast.Ref {
	for i, t := range ref {
		if i > 0 && !isKnown(t, env) {
			return ref[:i]
		}
	}
	return ref
}

func isKnown(t *ast.Term, env map[ast.Var]ast.Value) bool {
	unknown := false
	vis := ast.NewVarVisitor().WithParams(ast.VarVisitorParams{SkipRefHead: true, SkipRefCallHead: true, SkipClosures: true})
	vis.Walk(t)
	for v := range vis.Vars() {
		if _, bound := env[v]; !bound && !ast.RootDocumentNames.Contains(ast.NewTerm(v)) {
			unknown = true
		}
	}
	return !unknown
}

func nameOf(t *ast.Term) string {
	if t.Location != nil && len(t.Location.Text) > 0 {
		return string(t.Location.Text)
	}
	return t.String()
}

// hasWith tells whether something in a part is evaluated with another input or other data.
func hasWith(part any) bool {
	found := false
	ast.WalkWiths(part, func(*ast.With) bool {
		found = true
		return true
	})
	return found
}

// frameGuards are what a frame is: a rule that does not hold for one of these looks at other frames.
var frameGuards = []ast.Ref{
	ast.MustParseRef("input.from"),
	ast.MustParseRef("input.kind"),
	ast.MustParseRef("input.method"),
	ast.MustParseRef("input.embedded_in"),
	ast.MustParseRef("input.tool.name"),
}

// isGuard tells whether a part asks only which frame this is, itself or through helpers that failed on that.
func isGuard(part any, f *failure) bool {
	asks, other := false, false
	ast.WalkRefs(part, func(ref ast.Ref) bool {
		if !ref[0].Equal(ast.InputRootDocument) {
			return false
		}
		guard := false
		for _, g := range frameGuards {
			guard = guard || ref.HasPrefix(g)
		}
		asks, other = asks || guard, other || !guard
		return false
	})
	if other || f.Negated && len(f.Helpers) > 0 {
		return false
	}
	for _, h := range f.Helpers {
		for _, d := range h.Definitions {
			if d.Failed == nil || !d.Failed.Guard {
				return false
			}
			asks = true
		}
	}
	return asks
}
