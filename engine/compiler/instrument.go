package main

import (
	"encoding/json"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
	"github.com/open-policy-agent/opa/v1/util"
)

// probe is the function that an instrumented module calls with a number wherever it passes. No policy can have a
// function or a variable of that name. Its answer is true, so that it changes nothing; being non-deterministic, it is
// called each time.
var probe = &ast.Builtin{
	Name:             "sluice:probe",
	Decl:             types.NewFunction(types.Args(types.N), types.B),
	Nondeterministic: true,
}

// probedBody is a body with its probes. Probe First stands before the first expression, First+i before expression i,
// and the one after the last expression tells that all of them held.
type probedBody struct {
	File    string `json:"file"`
	Package string `json:"package"`
	// The head's reference, as written.
	Rule string `json:"rule"`
	// rule, else, default, comprehension, every, not, and, or
	Kind string `json:"kind"`
	// Of a rule its head, else the expression or term that the body is in.
	At span `json:"at"`
	// The body around it, and the number of the expression there that it is part of: that of the last one and one more
	// for the head. Absent: it is a rule's own.
	Parent *[2]int `json:"parent,omitempty"`
	First  int     `json:"first"`
	// Its expressions in their order; none: there is no text, as in `limit := 5`.
	Expressions []probedExpression `json:"expressions"`
	// The head is computed after the body: then one probe more tells that it had a value.
	Computed bool `json:"computed,omitempty"`
	// OPA evaluates the expressions in another order than they stand in: there is a probe before the first only.
	Reordered bool `json:"reordered,omitempty"`
}

type probedExpression struct {
	span
	Text string `json:"text"`
}

// instrumentWasm makes a module as `compile` does, with probes in the files `probed`.
func instrumentWasm(body []byte) (any, error) {
	var request struct {
		policy
		Entrypoints []string `json:"entrypoints"`
		Probed      []string `json:"probed"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	if parsed, err = mended(parsed, request.compiled); err != nil {
		return nil, err
	}
	order, err := orderOf(parsed, request.compiled)
	if err != nil {
		return nil, err
	}
	in := &instrumenter{order: order, bodies: []*probedBody{}, seen: map[any]bool{}}
	wanted := map[string]bool{}
	for _, path := range request.Probed {
		wanted[path] = true
	}
	for _, path := range util.KeysSorted(parsed) {
		if wanted[path] {
			in.module(path, parsed[path])
		}
	}
	capabilities := request.capabilities()
	capabilities.Builtins = append(capabilities.Builtins, probe)
	wasm, err := buildWasm(parsed, request.Entrypoints, capabilities)
	if err != nil {
		return nil, err
	}
	return map[string]any{"wasm": wasm, "probe": probe.Name, "bodies": in.bodies}, nil
}

// instrumenter puts probes into modules and remembers where.
type instrumenter struct {
	order  order
	bodies []*probedBody
	probes int
	// Parts that a head has twice: as its key and in its reference.
	seen map[any]bool
	// Where it is.
	file, pkg, rule string
}

func (in *instrumenter) module(path string, m *ast.Module) {
	in.file, in.pkg = path, m.Package.Path.String()
	for _, r := range m.Rules {
		kind := "rule"
		if r.Default {
			kind = "default"
		}
		for ; r != nil; r, kind = r.Else, "else" {
			in.rule = r.Head.Ref().String()
			id := in.body(kind, spanOf(r.Head.Location), nil, &r.Body, in.computed(r))
			head := &[2]int{id, len(in.bodies[id].Expressions)}
			in.inside(r.Head, head)
			in.inside(r.Head.Reference, head)
		}
	}
}

// computed takes what a rule computes out of its head, to be the last thing that its body does: a rule whose value is
// undefined does not fire. Nil: its head is a literal.
func (in *instrumenter) computed(r *ast.Rule) *ast.Expr {
	term := &r.Head.Value
	if r.Head.RuleKind() == ast.MultiValue {
		term = &r.Head.Key
	}
	if r.Default || *term == nil || ast.IsConstant((*term).Value) || !in.order.keeps(r.Body) {
		return nil
	}
	value := *term
	*term = ast.VarTerm("sluice:" + strconv.Itoa(in.probes)).SetLocation(value.Location)
	return ast.Assign.Expr((*term).Copy(), value).SetLocation(value.Location)
}

// body puts probes into a body, with `last` after its expressions, and into those within it, and gives its number.
func (in *instrumenter) body(kind string, at span, parent *[2]int, body *ast.Body, last *ast.Expr) int {
	id := len(in.bodies)
	b := &probedBody{File: in.file, Package: in.pkg, Rule: in.rule, Kind: kind, At: at, Parent: parent, Expressions: []probedExpression{}}
	in.bodies = append(in.bodies, b)
	number := map[*ast.Expr]int{}
	for _, e := range *body {
		if counts(e) {
			number[e] = len(b.Expressions)
			b.Expressions = append(b.Expressions, probedExpression{spanOf(e.Location), text(e)})
		}
		in.inside(e, &[2]int{id, max(0, len(b.Expressions)-1)})
	}
	b.First = in.probes
	b.Reordered = !in.order.keeps(*body)
	b.Computed = last != nil
	in.probes += len(b.Expressions) + 2
	out := make(ast.Body, 0, 2*len(*body)+1)
	if b.Reordered {
		out = append(out, in.call(b.First, (*body)[0].Location))
	}
	for _, e := range *body {
		if i, counted := number[e]; counted && !b.Reordered {
			out = append(out, in.call(b.First+i, e.Location))
		}
		out = append(out, e)
	}
	if !b.Reordered {
		out = append(out, in.call(b.First+len(b.Expressions), (*body)[len(*body)-1].Location))
	}
	if last != nil {
		in.inside(last, &[2]int{id, len(b.Expressions)})
		out = append(out, last, in.call(b.First+len(b.Expressions)+1, last.Location))
	}
	for i, e := range out {
		e.Index = i
	}
	*body = out
	return id
}

// counts tells whether an expression is one that is evaluated: neither a declaration nor the `true` that a rule without
// a body has.
func counts(e *ast.Expr) bool {
	if declared, ok := e.Terms.(*ast.SomeDecl); ok {
		_, call := declared.Symbols[0].Value.(ast.Call)
		return call
	}
	if e.Location == nil {
		return false
	}
	implied, ok := e.Terms.(*ast.Term)
	return !ok || !implied.Equal(ast.InternedTerm(true)) || string(e.Location.Text) == "true"
}

func (in *instrumenter) call(n int, at *ast.Location) *ast.Expr {
	return probe.Expr(ast.NumberTerm(json.Number(strconv.Itoa(n))).SetLocation(at)).SetLocation(at)
}

// inside finds the bodies within a part of a policy. Each is in the expression `parent`.
func (in *instrumenter) inside(part any, parent *[2]int) {
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Expr:
			return in.clauses(x, parent)
		case *ast.ArrayComprehension:
			in.closure(x, parent, &x.Body, x.Term)
			return true
		case *ast.SetComprehension:
			in.closure(x, parent, &x.Body, x.Term)
			return true
		case *ast.ObjectComprehension:
			in.closure(x, parent, &x.Body, x.Key, x.Value)
			return true
		}
		return false
	}).Walk(part)
}

// clauses does the bodies that an expression has itself.
func (in *instrumenter) clauses(e *ast.Expr, parent *[2]int) bool {
	at := in.bodies[parent[0]].At
	if e.Location != nil {
		at = spanOf(e.Location)
	}
	switch c := e.Terms.(type) {
	case *ast.Every:
		in.inside(c.Domain, parent)
		in.body("every", at, parent, &c.Body, nil)
	case *ast.Not:
		in.body("not", at, parent, &c.Body, nil)
	case *ast.LogicalAnd:
		c.ExplicitLhs, c.ExplicitRhs = true, true
		in.body("and", at, parent, &c.Lhs, nil)
		in.body("and", at, parent, &c.Rhs, nil)
	case *ast.LogicalOr:
		c.ExplicitLhs, c.ExplicitRhs = true, true
		in.body("or", at, parent, &c.Lhs, nil)
		in.body("or", at, parent, &c.Rhs, nil)
	default:
		return false
	}
	for _, w := range e.With {
		in.inside(w.Value, parent)
	}
	return true
}

func (in *instrumenter) closure(x any, parent *[2]int, body *ast.Body, terms ...*ast.Term) {
	if in.seen[x] {
		return
	}
	in.seen[x] = true
	at := in.bodies[parent[0]].At
	if terms[0].Location != nil {
		at = spanOf(terms[0].Location)
	}
	id := in.body("comprehension", at, parent, body, nil)
	for _, t := range terms {
		in.inside(t, &[2]int{id, len(in.bodies[id].Expressions)})
	}
}
