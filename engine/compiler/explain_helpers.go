package main

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// helpers explains the rules and functions that a part uses and that made it fail.
func (x *explainer) helpers(m *ast.Module, part any, env map[ast.Var]ast.Value, negated bool, depth int) []helper {
	out := []helper{}
	seen := map[string]bool{}
	follow := func(name string, term *ast.Term, ref ast.Ref) {
		if seen[name] || len(out) >= helperBreadth {
			return
		}
		seen[name] = true
		rules := x.rulesOf(m, ref)
		if len(rules) == 0 || x.budget == 0 {
			return
		}
		x.budget--
		value, trace := x.evaluate(m, term, env, true)
		if negated == isNothing(value) {
			return
		}
		h := helper{Name: name, Definitions: x.definitions(rules, trace, depth+1)}
		if value != nil {
			info := infoOf(value)
			h.Value = &info
		}
		// Of what was true, those that made it so; of what was not, those that did not.
		h.Definitions = slices.DeleteFunc(h.Definitions, func(d definition) bool { return negated != (d.Fired > 0) })
		if len(h.Definitions) > 0 {
			out = append(out, h)
		}
	}
	if negated {
		x.denied(part, env, follow)
	} else {
		x.calls(part, env, follow)
	}
	return out
}

// denied finds what a negation asks for itself, not what that is compared with.
func (x *explainer) denied(part any, env map[ast.Var]ast.Value, found func(name string, term *ast.Term, ref ast.Ref)) {
	e, ok := part.(*ast.Expr)
	if !ok {
		return
	}
	if not, ok := e.Terms.(*ast.Not); ok {
		if len(not.Body) == 1 {
			x.denied(not.Body[0], env, found)
		}
		return
	}
	switch terms := e.Terms.(type) {
	case []*ast.Term:
		if ref, ok := terms[0].Value.(ast.Ref); ok {
			call := ast.NewTerm(ast.Call(terms))
			found(spelled(call), call, ref)
		}
	case *ast.Term:
		x.calls(terms, env, found)
	}
}

// isNothing is what makes an expression fail that asks for it: undefined, false, or an empty collection.
func isNothing(v ast.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case ast.Boolean:
		return !bool(v)
	case ast.Set:
		return v.Len() == 0
	case *ast.Array:
		return v.Len() == 0
	case ast.Object:
		return v.Len() == 0
	}
	return false
}

// calls finds the references and calls of a part that may be to rules, with the term that asks for their value.
func (x *explainer) calls(part any, env map[ast.Var]ast.Value, found func(name string, term *ast.Term, ref ast.Ref)) {
	var visit *ast.GenericVisitor
	called := func(terms []*ast.Term) bool {
		call := ast.NewTerm(ast.Call(terms))
		if ref, ok := terms[0].Value.(ast.Ref); ok && isKnown(call, env) {
			found(spelled(call), call, ref)
		}
		for _, operand := range terms[1:] {
			visit.Walk(operand)
		}
		return true
	}
	visit = ast.NewGenericVisitor(func(n any) bool {
		switch n := n.(type) {
		case []*ast.Term:
			return called(n)
		case *ast.Expr:
			if terms, ok := n.Terms.([]*ast.Term); ok {
				return called(terms)
			}
		case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
			return true
		case *ast.Every:
			visit.Walk(n.Domain)
			return true
		case *ast.Term:
			switch v := n.Value.(type) {
			case ast.Call:
				return called(v)
			case ast.Ref:
				if prefix := known(v, env); len(prefix) > 0 {
					found(prefix.String(), ast.NewTerm(prefix), prefix)
				}
				for _, key := range v[1:] {
					visit.Walk(key)
				}
				return true
			case ast.Var:
				if _, local := env[v]; !local {
					found(string(v), n, ast.Ref{n})
				}
			}
		}
		return false
	})
	visit.Walk(part)
}

// spelled is a call as it is written, as far as that is known.
func spelled(call *ast.Term) string {
	terms := call.Value.(ast.Call)
	names := make([]string, len(terms))
	for i, t := range terms {
		names[i] = nameOf(t)
	}
	return names[0] + "(" + strings.Join(names[1:], ", ") + ")"
}

// rulesOf are the rules that a reference in a module reads first, by the names that the module knows.
func (x *explainer) rulesOf(m *ast.Module, ref ast.Ref) []*ast.Rule {
	head, ok := ref[0].Value.(ast.Var)
	if !ok || head.Equal(ast.InputRootDocument.Value) {
		return nil
	}
	full := ref
	if !head.Equal(ast.DefaultRootDocument.Value) {
		full = append(m.Package.Path.Copy(), ast.StringTerm(string(head)))
		for _, imported := range m.Imports {
			if imported.Name() == head {
				if path, ok := imported.Path.Value.(ast.Ref); ok {
					full = path.Copy()
				}
			}
		}
		full = append(full, ref[1:]...)
	}
	for end := len(full); end > 2; end-- {
		if rules := x.c.GetRulesExact(full[:end]); len(rules) > 0 {
			return rules
		}
	}
	return nil
}
