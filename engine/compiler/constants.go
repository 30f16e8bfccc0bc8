package main

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

// constants knows the rules that only give a name to a literal or to a part of the input.
type constants struct {
	compiler *ast.Compiler
	aliases  map[*ast.Rule]ast.Ref
}

// definitions are the rules that a reference reads when it reads nothing else, and what remains of the reference
// below them. Only rules define what is under data.rules and data.lib: data files may not.
func (k *constants) definitions(ref ast.Ref) (rules []*ast.Rule, rest ast.Ref) {
	if len(ref) < 3 || !ref[0].Equal(ast.DefaultRootDocument) {
		return nil, nil
	}
	if top, ok := ref[1].Value.(ast.String); !ok || top != "rules" && top != "lib" {
		return nil, nil
	}
	node := k.compiler.RuleTree
	for i, term := range ref {
		if i > 0 && !ast.IsConstant(term.Value) {
			return nil, nil
		}
		if node = node.Child(term.Value); node == nil {
			return nil, nil
		}
		if len(node.Values) == 0 {
			continue
		}
		if len(node.Children) > 0 { // p and p.q: the document is made of both
			return nil, nil
		}
		return node.Values, ref[i+1:]
	}
	return nil, nil
}

// isPlain tells whether a rule is `name := value` or `name if …`, neither a set, an object nor part of one.
func isPlain(r *ast.Rule) bool {
	return r.Head.RuleKind() == ast.SingleValue && r.Head.Key == nil && len(r.Head.Args) == 0 && r.Ref().IsGround()
}

// sole is the one rule, without other bodies, that a reference reads.
func (k *constants) sole(ref ast.Ref) (*ast.Rule, ast.Ref) {
	rules, rest := k.definitions(ref)
	if len(rules) != 1 || rules[0].Else != nil || rules[0].Default || !isPlain(rules[0]) {
		return nil, nil
	}
	return rules[0], rest
}

// valueOf is what a reference to rules can be wherever it is defined.
func (k *constants) valueOf(ref ast.Ref) class {
	if rule, rest := k.sole(ref); rule != nil && ast.IsConstant(rule.Head.Value.Value) && rest.IsGround() {
		value, err := rule.Head.Value.Value.Find(rest)
		if err != nil {
			return class{}
		}
		return classOf(value)
	}
	rules, rest := k.definitions(ref)
	if len(rules) == 0 || len(rest) > 0 {
		return class{}
	}
	// A set is at most all of its literal members.
	members := make([]*ast.Term, 0, len(rules))
	for _, r := range rules {
		if len(r.Head.Args) > 0 || r.Head.RuleKind() != ast.MultiValue || !r.Ref().IsGround() || r.Else != nil || !ast.IsConstant(r.Head.Key.Value) {
			return class{}
		}
		members = append(members, r.Head.Key)
	}
	return class{strings: []string{}, collection: ast.NewSet(members...)}
}

// classOf is a class of that very value, if it is a literal.
func classOf(v ast.Value) class {
	if !ast.IsConstant(v) {
		return class{}
	}
	switch v := v.(type) {
	case ast.String:
		return class{strings: []string{string(v)}}
	case *ast.Array, ast.Set, ast.Object:
		return class{strings: []string{}, collection: v}
	case ast.Null, ast.Boolean, ast.Number:
		return class{strings: []string{}}
	}
	return class{}
}

// aliasOf is the part of the input that a reference to rules is wherever it is defined, as in `tool := input.tool`.
func (k *constants) aliasOf(ref ast.Ref) ast.Ref {
	rule, rest := k.sole(ref)
	if rule == nil {
		return nil
	}
	alias, known := k.aliases[rule]
	if !known {
		k.aliases[rule] = nil
		if !hasWithInput(rule) {
			s := newScope(k)
			for _, e := range rule.Body {
				s.note(e)
			}
			alias = s.resolve(rule.Head.Value).input
		}
		k.aliases[rule] = alias
	}
	if alias == nil {
		return nil
	}
	return alias.Concat(rest)
}

// hasWithInput tells whether any part of a rule runs with another input.
func hasWithInput(r *ast.Rule) bool {
	found := false
	ast.WalkWiths(r, func(w *ast.With) bool {
		ref, ok := w.Target.Value.(ast.Ref)
		found = found || !ok || ref[0].Equal(ast.InputRootDocument)
		return found
	})
	return found
}
