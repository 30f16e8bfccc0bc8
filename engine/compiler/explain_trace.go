package main

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// tracer keeps what a run tells of rules: how far each came, of all attempts at it.
type tracer struct {
	rules   map[*ast.Rule]*progress
	queries map[uint64]*ast.Rule
}

// progress is the best that attempts at a rule's body have come to.
type progress struct {
	// The expression that one came furthest to, by its number in the compiled body; -1: none has begun.
	furthest int
	// How often that was not true, and the variables at the first times.
	failed int
	locals []map[ast.Var]ast.Value
	fired  int
}

// samples is how many failures are kept of one expression.
const samples = 3

func newTracer() *tracer {
	return &tracer{map[*ast.Rule]*progress{}, map[uint64]*ast.Rule{}}
}

func (t *tracer) Enabled() bool { return true }

// Config: variables are looked up where they are needed. With each of the events they would be copied each time, and
// they can be all of a large input.
func (t *tracer) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

func (t *tracer) TraceEvent(event topdown.Event) {
	switch node := event.Node.(type) {
	case *ast.Rule:
		switch event.Op {
		case topdown.EnterOp:
			t.queries[event.QueryID] = node
			if t.rules[node] == nil {
				t.rules[node] = &progress{furthest: -1}
			}
		case topdown.ExitOp:
			if p := t.rules[t.queries[event.QueryID]]; p != nil {
				p.fired++
			}
		}
	case *ast.Expr:
		rule := t.queries[event.QueryID]
		p := t.rules[rule]
		if p == nil {
			return
		}
		switch event.Op {
		case topdown.EvalOp:
			if node.Index > p.furthest {
				p.furthest, p.failed, p.locals = node.Index, 0, nil
			}
		case topdown.FailOp:
			if node.Index != p.furthest {
				return
			}
			if p.failed++; len(p.locals) < samples {
				p.locals = append(p.locals, localsOf(rule, &event))
			}
		}
	}
}

// localsOf are the variables of a rule that are bound.
func localsOf(rule *ast.Rule, event *topdown.Event) map[ast.Var]ast.Value {
	out := map[ast.Var]ast.Value{}
	note := func(v ast.Var) bool {
		if _, seen := out[v]; !seen && !ast.RootDocumentNames.Contains(ast.NewTerm(v)) {
			if value := event.Plug(ast.NewTerm(v)); value != nil && ast.IsConstant(value.Value) {
				out[v] = value.Value
			}
		}
		return false
	}
	ast.WalkVars(rule.Head.Args, note)
	ast.WalkVars(rule.Body, note)
	return out
}
