package main

import "github.com/open-policy-agent/opa/v1/ast"

// mendNegations writes every `not { body }` of a part of a policy, whatever it stands in, in a form that OPA's planner
// has right: `not {true | body}[true]`, with the negation that Rego had before rego.v2. It says whether there was one.
//
// The planner keeps whether the body of an ast.Not was true in a variable that it does not reset. In a loop, a body that
// loops itself stays true ever after it was true once, and a rule does not fire that should. A comprehension has no such
// variable. It is no call (`count(…)`), as a policy may have a function of that name; and a set, as it stays small.
func mendNegations(part any) bool {
	found := false
	mend := func(e *ast.Expr) bool {
		not, ok := e.Terms.(*ast.Not)
		if !ok {
			return false
		}
		found = true
		yes := func() *ast.Term { return ast.NewTerm(ast.Boolean(true)).SetLocation(e.Location) }
		whenTrue := ast.SetComprehensionTerm(yes(), not.Body).SetLocation(e.Location)
		e.Terms = ast.RefTerm(whenTrue, yes()).SetLocation(e.Location)
		e.Negated = true
		return false // into the body
	}
	ast.WalkExprs(part, mend)
	ast.WalkRules(part, func(r *ast.Rule) bool {
		ast.WalkExprs(r.Head.Reference, mend) // OPA's walk leaves it out
		return false
	})
	return found
}

// mended is a policy with its negations in that form. What is wrong with it, `compile` finds in the form in which it was
// written.
func mended(
	modules map[string]*ast.Module, compile func(map[string]*ast.Module) (*ast.Compiler, error),
) (map[string]*ast.Module, error) {
	out := make(map[string]*ast.Module, len(modules))
	found := false
	for path, m := range modules {
		out[path] = m.Copy()
		found = mendNegations(out[path]) || found
	}
	if found {
		if _, err := compile(modules); err != nil {
			return nil, err
		}
	}
	return out, nil
}
