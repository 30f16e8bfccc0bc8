package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// testInputs compares what tests give as input (`with input as …`, `with input.tool as …`) with the schema. A test gives
// a part of a document, so what is missing is fine.
func (l *linter) testInputs(m *ast.Module) {
	ast.WalkRules(m, func(r *ast.Rule) bool {
		n := l.namesOf(r.Body, nil)
		ast.WalkExprs(r.Body, func(e *ast.Expr) bool {
			for _, with := range e.With {
				ref, ok := with.Target.Value.(ast.Ref)
				if v, isVar := with.Target.Value.(ast.Var); isVar {
					ref, ok = ast.Ref{ast.NewTerm(v)}, true
				}
				if !ok || !ref[0].Equal(ast.InputRootDocument) {
					continue
				}
				path := []string{}
				for _, step := range ref[1:] {
					path = append(path, constant(step))
				}
				p, unknown := l.schema.at(path)
				if unknown >= 0 {
					l.unknownMember(inputPlace{path: path[:unknown]}, path[unknown], p.node, with.Target.Location)
					continue
				}
				l.document(with.Value, p, n, map[*ast.Rule]bool{})
			}
			return false
		})
		return false
	})
}

func (l *linter) unknownMember(before inputPlace, have string, node *schemaNode, at *ast.Location) {
	l.say(findingTestField, false, at, map[string]any{"before": before.String(), "path": have, "oneOf": node.names()})
}

// document compares a term with a part of the schema, as far as its text tells; what it names is followed. Null is let
// pass: nobody writes it for anything but a test of what is missing.
func (l *linter) document(t *ast.Term, p inputPlace, n *names, seen map[*ast.Rule]bool) {
	if p.node == nil || p.trust == trustNone {
		return
	}
	switch v := t.Value.(type) {
	case ast.Var:
		if from := n.term(v); from != nil && !from.Equal(t) {
			l.document(from, p, n, seen)
		}
	case ast.Ref:
		l.documents(l.rulesOf(v), v, p, seen)
	case ast.Call:
		if name := v[0].String(); name == "object.union" {
			for _, operand := range v[1:] {
				l.document(operand, p, n, seen)
			}
		} else {
			ref, _ := v[0].Value.(ast.Ref)
			l.documents(l.rulesOf(ref), ref, p, seen)
		}
	case ast.Object:
		if l.typed(t, p, "object") {
			v.Foreach(func(key, item *ast.Term) { l.memberOfInput(key, item, p, n, seen) })
		}
	case *ast.Array:
		if l.typed(t, p, "array") && p.node.Items != nil {
			v.Foreach(func(item *ast.Term) {
				l.document(item, inputPlace{path: append(slices.Clone(p.path), "*"), node: p.node.Items}, n, seen)
			})
		}
	case ast.String:
		if l.typed(t, p, "string") && len(p.node.Enum) > 0 && !slices.Contains(p.node.Enum, string(v)) {
			l.say(findingTestEnum, false, t.Location, map[string]any{
				"path": p.String(), "value": string(v), "oneOf": p.node.Enum,
			})
		}
	case ast.Number:
		l.typed(t, p, "number")
	case ast.Boolean:
		l.typed(t, p, "boolean")
	}
}

func (l *linter) memberOfInput(key, item *ast.Term, p inputPlace, n *names, seen map[*ast.Rule]bool) {
	name, ok := key.Value.(ast.String)
	if !ok || p.node.Open {
		return
	}
	child := p.node.Members[string(name)]
	if child == nil {
		l.unknownMember(p, string(name), p.node, key.Location)
		return
	}
	inner, _ := l.schema.at(append(slices.Clone(p.path), string(name)))
	l.document(item, inner, n, seen)
}

// documents follows the rules that a reference names whole; a function's value is looked at as it is written.
func (l *linter) documents(rules []*ast.Rule, ref ast.Ref, p inputPlace, seen map[*ast.Rule]bool) {
	for _, r := range rules {
		for b := r; b != nil; b = b.Else {
			if seen[b] || b.Head.Value == nil || b.Head.Key != nil || len(b.Head.Ref()) > 1 {
				continue
			}
			if name := ref[len(ref)-1]; name.Value.Compare(ast.String(plainVar(b.Head.Ref()[0].Value))) != 0 {
				continue // a part of what the rule gives
			}
			seen[b] = true
			l.document(b.Head.Value, p, l.namesOf(b.Body, nil), seen)
		}
	}
}

// typed tells whether a literal has the type that the schema asks for, and says so where it has not.
func (l *linter) typed(t *ast.Term, p inputPlace, has string) bool {
	wants := p.node.Type
	if wants == "integer" {
		wants = "number"
	}
	if wants == "" || wants == has {
		return true
	}
	l.say(findingTestType, false, t.Location, map[string]any{"path": p.String(), "has": has, "wants": p.node.Type})
	return false
}
