package main

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// failure is the expression that a definition came furthest to and that was never true.
type failure struct {
	span
	Text string `json:"text"`
	// `not …`: what follows was true.
	Negated bool `json:"negated,omitempty"`
	// How many expressions before it were true.
	Passed int `json:"passed"`
	// How often it was tried and not true.
	Tries int `json:"tries"`
	// It asks only for which frame this is: who sent it, its kind, its method, its tool.
	Guard bool `json:"guard"`
	// What stands in it, at the first tries.
	Values [][]namedValue `json:"values"`
	// Rules and functions in it that were undefined, false or empty; of a negation, those that were not.
	Helpers []helper `json:"helpers,omitempty"`
}

// namedValue is a reference, a variable or a call with its value; without one it is undefined.
type namedValue struct {
	Text  string     `json:"text"`
	Value *valueInfo `json:"value,omitempty"`
}

// helper is a rule or function that a failing expression uses.
type helper struct {
	Name        string       `json:"name"`
	Value       *valueInfo   `json:"value,omitempty"`
	Definitions []definition `json:"definitions"`
}

// How deep and how broadly helpers are followed, and how many in all.
const (
	helperDepth   = 4
	helperBreadth = 6
	helperBudget  = 1000
)

func (x *explainer) failure(r *ast.Rule, p *progress, depth int) *failure {
	own := x.written[placeOf(r.Head.Location)]
	if own == nil || p.furthest < 0 {
		return nil
	}
	parts := partsOf(own)
	at := partOf(parts, r.Body[p.furthest])
	f := &failure{span: parts[at].span, Text: parts[at].text, Values: [][]namedValue{}}
	seen := map[int]bool{}
	for i, e := range r.Body {
		if n := partOf(parts, e); i < p.furthest && n != at && !e.Generated {
			seen[n] = true
		}
	}
	f.Passed = len(seen)
	f.Tries = p.failed
	locals := p.locals
	part := parts[at].node
	if e, ok := part.(*ast.Expr); ok {
		_, not := e.Terms.(*ast.Not)
		f.Negated = e.Negated || not
	}
	m := x.parsed[r.Location.File]
	if len(locals) == 0 {
		locals = append(locals, nil)
	}
	for i, l := range locals {
		env := x.named(l)
		f.Values = append(f.Values, x.values(m, part, env))
		if i == 0 && depth < helperDepth && !hasWith(part) {
			f.Helpers = x.helpers(m, part, env, f.Negated, depth)
		}
	}
	f.Guard = isGuard(part, f)
	return f
}

// part is an expression of a body as it is written, or what the head computes.
type part struct {
	span
	text string
	node any
}

func partsOf(r *ast.Rule) []part {
	out := []part{}
	for _, e := range r.Body {
		if e.Location != nil {
			out = append(out, part{spanOf(e.Location), text(e), e})
		}
	}
	head := strings.SplitN(string(r.Head.Location.Text), "\n", 2)[0]
	return append(out, part{spanOf(r.Head.Location), head, r.Head})
}

// partOf is the number of the part that a compiled expression has come from; the last, the head, if from no other.
func partOf(parts []part, e *ast.Expr) int {
	for i, p := range parts[:len(parts)-1] {
		if e.Location != nil && p.contains(e.Location.Row, e.Location.Col) {
			return i
		}
	}
	return len(parts) - 1
}

func (s span) contains(row, col int) bool {
	after := row > s.Row || row == s.Row && col >= s.Col
	before := row < s.EndRow || row == s.EndRow && col < s.EndCol
	return after && before
}

// named are the local variables by the names that the text has for them.
func (x *explainer) named(locals map[ast.Var]ast.Value) map[ast.Var]ast.Value {
	out := map[ast.Var]ast.Value{}
	for name, v := range locals {
		if own, rewritten := x.c.RewrittenVars[name]; rewritten {
			name = own
		}
		out[name] = v
	}
	return out
}

// values are those of the references, variables and calls in a part, in the order of the text.
func (x *explainer) values(m *ast.Module, part any, env map[ast.Var]ast.Value) []namedValue {
	out := []namedValue{}
	seen := map[string]bool{}
	add := func(name string, term *ast.Term) {
		if seen[name] {
			return
		}
		seen[name] = true
		out = append(out, namedValue{name, x.valueOf(m, term, env)})
	}
	x.walk(m, part, env, add)
	return out
}

// valueOf is the value of a term with some variables known; nil: it is undefined.
func (x *explainer) valueOf(m *ast.Module, term *ast.Term, env map[ast.Var]ast.Value) *valueInfo {
	value, _ := x.evaluate(m, term, env, false)
	if value == nil {
		return nil
	}
	info := infoOf(value)
	return &info
}

func (x *explainer) evaluate(m *ast.Module, term *ast.Term, env map[ast.Var]ast.Value, traced bool) (ast.Value, *tracer) {
	query := ast.Body{}
	used := map[ast.Var]bool{}
	ast.WalkVars(term, func(v ast.Var) bool {
		if value, known := env[v]; known && !used[v] {
			used[v] = true
			query.Append(ast.Assign.Expr(ast.NewTerm(v), ast.NewTerm(value)))
		}
		return false
	})
	query.Append(ast.Assign.Expr(ast.VarTerm("value"), term.Copy()))
	value, trace, err := x.runIn(m, query, traced)
	if err != nil {
		return nil, newTracer()
	}
	return value, trace
}
