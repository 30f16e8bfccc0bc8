package main

import "github.com/open-policy-agent/opa/v1/ast"

// value is what is known of where a term comes from.
type value struct {
	inputPlace
	// There whenever the term is evaluated: an item of an iteration, or something with a default.
	present bool
}

// names is what the variables of a body stand for, with what the bodies around it say.
type names struct {
	linter *linter
	outer  *names
	values map[ast.Var]*value
	terms  map[ast.Var]*ast.Term // what `:=` gave it
}

func (l *linter) namesOf(body ast.Body, outer *names) *names {
	n := &names{linter: l, outer: outer, values: map[ast.Var]*value{}, terms: map[ast.Var]*ast.Term{}}
	for _, e := range body {
		n.note(e)
	}
	return n
}

func (n *names) note(e *ast.Expr) {
	if e.Negated || len(e.With) > 0 {
		return
	}
	switch terms := e.Terms.(type) {
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			if call, ok := symbol.Value.(ast.Call); ok && len(call) >= 3 {
				n.iterate(call[1:len(call)-1], call[len(call)-1])
			}
		}
	case []*ast.Term:
		operands := e.Operands()
		switch e.Operator().String() {
		case "assign", "eq":
			if len(operands) == 2 {
				n.bind(operands[0], operands[1])
			}
		case "walk":
			if len(operands) == 2 {
				if pair, ok := operands[1].Value.(*ast.Array); ok && pair.Len() == 2 {
					n.iterate([]*ast.Term{pair.Elem(1)}, operands[0])
				}
			}
		}
	}
}

func (n *names) bind(target, from *ast.Term) {
	if v, ok := target.Value.(ast.Var); ok {
		n.terms[v] = from
		if known := n.of(from); known != nil {
			n.values[v] = known
		}
		return
	}
	if names, ok := target.Value.(*ast.Array); ok {
		if items, ok := from.Value.(*ast.Array); ok && items.Len() == names.Len() {
			for i := range names.Len() {
				n.bind(names.Elem(i), items.Elem(i))
			}
		}
	}
}

// iterate notes `some key, item in from`: the item is the last of the targets.
func (n *names) iterate(targets []*ast.Term, from *ast.Term) {
	known := n.of(from)
	if known == nil {
		return
	}
	if v, ok := targets[len(targets)-1].Value.(ast.Var); ok {
		item := n.linter.value(append(append([]string{}, known.path...), "*"))
		item.present = true
		n.values[v] = item
	}
}

func (n *names) lookup(v ast.Var) *value {
	for at := n; at != nil; at = at.outer {
		if known := at.values[v]; known != nil {
			return known
		}
		if at.terms[v] != nil {
			return nil
		}
	}
	return nil
}

// term is what `:=` gave a variable, or nil.
func (n *names) term(v ast.Var) *ast.Term {
	for at := n; at != nil; at = at.outer {
		if t := at.terms[v]; t != nil {
			return t
		}
	}
	return nil
}

// of is the part of the input that a term is, or nil.
func (n *names) of(t *ast.Term) *value {
	switch v := t.Value.(type) {
	case ast.Var:
		return n.lookup(v)
	case ast.Ref:
		return n.ref(v)
	case ast.Call:
		if len(v) == 4 && v[0].String() == "object.get" {
			return n.get(v[1], v[2])
		}
	}
	return nil
}

func (n *names) ref(ref ast.Ref) *value {
	var base *value
	rest := ref[1:]
	switch head := ref[0].Value.(type) {
	case ast.Var:
		switch {
		case ref[0].Equal(ast.InputRootDocument):
			base = n.linter.value(nil)
		case ref[0].Equal(ast.DefaultRootDocument):
			base, rest = n.alias(ref)
		default:
			base = n.lookup(head)
		}
	case ast.Call:
		base = n.of(ref[0])
	}
	if base == nil {
		return nil
	}
	path := append([]string{}, base.path...)
	for _, step := range rest {
		path = append(path, constant(step))
	}
	out := n.linter.value(path)
	out.present = base.present && len(rest) == 0
	return out
}

// alias follows `command := input.tool.arguments.command` as a rule of its own.
func (n *names) alias(ref ast.Ref) (*value, []*ast.Term) {
	ground := ref.GroundPrefix()
	for end := len(ground); end > 1; end-- {
		rules := n.linter.rules[ground[:end].String()]
		if len(rules) == 0 {
			continue
		}
		r := rules[0]
		if len(rules) > 1 || r.Else != nil || r.Default || len(r.Head.Args) > 0 || r.Head.Key != nil ||
			r.Head.Value == nil || end < len(r.Ref().GroundPrefix()) {
			return nil, nil
		}
		from, ok := r.Head.Value.Value.(ast.Ref)
		if !ok || !from[0].Equal(ast.InputRootDocument) {
			return nil, nil
		}
		return n.ref(from), ref[end:]
	}
	return nil, nil
}

// get is `object.get(from, key or path, default)`, which is always there.
func (n *names) get(from, key *ast.Term) *value {
	base := n.of(from)
	if base == nil {
		if ref, ok := from.Value.(ast.Ref); !ok || len(ref) != 1 || !ref[0].Equal(ast.InputRootDocument) {
			return nil
		}
		base = n.linter.value(nil)
	}
	path := append([]string{}, base.path...)
	for _, step := range steps(key) {
		path = append(path, constant(step))
	}
	out := n.linter.value(path)
	out.present = true
	return out
}

func steps(key *ast.Term) []*ast.Term {
	if list, ok := key.Value.(*ast.Array); ok {
		out := make([]*ast.Term, 0, list.Len())
		list.Foreach(func(step *ast.Term) { out = append(out, step) })
		return out
	}
	return []*ast.Term{key}
}

func constant(step *ast.Term) string {
	if s, ok := step.Value.(ast.String); ok {
		return string(s)
	}
	return "*"
}

func (l *linter) value(path []string) *value {
	p, _ := l.schema.at(path)
	p.path = path
	return &value{inputPlace: p}
}

// literal is the constant that a term is, also through a variable or a rule, or nil.
func (n *names) literal(t *ast.Term) ast.Value {
	if ast.IsConstant(t.Value) {
		return t.Value
	}
	switch v := t.Value.(type) {
	case ast.Var:
		if from := n.term(v); from != nil && ast.IsConstant(from.Value) {
			return from.Value
		}
	case ast.Ref:
		if !v[0].Equal(ast.DefaultRootDocument) || !v.IsGround() {
			return nil
		}
		rules := n.linter.rules[v.String()]
		if len(rules) == 1 && rules[0].Else == nil && len(rules[0].Head.Args) == 0 && rules[0].Head.Key == nil &&
			rules[0].Head.Value != nil && ast.IsConstant(rules[0].Head.Value.Value) {
			return rules[0].Head.Value.Value
		}
	}
	return nil
}

// eachPart calls what for every part of the input that evaluating a term needs, nested calls included; nested tells
// whether it is an operand of a call within. Comprehensions and template strings are always defined: not looked into.
func (n *names) eachPart(t *ast.Term, nested bool, what func(v *value, at *ast.Term, nested bool)) {
	if known := n.of(t); known != nil {
		what(known, t, nested)
		return
	}
	switch v := t.Value.(type) {
	case ast.Call:
		for _, operand := range v[1:] {
			n.eachPart(operand, true, what)
		}
	case ast.Ref:
		for _, step := range v[1:] {
			n.eachPart(step, nested, what)
		}
	case *ast.Array:
		v.Foreach(func(item *ast.Term) { n.eachPart(item, nested, what) })
	case ast.Set:
		v.Foreach(func(item *ast.Term) { n.eachPart(item, nested, what) })
	case ast.Object:
		v.Foreach(func(_, item *ast.Term) { n.eachPart(item, nested, what) })
	}
}
