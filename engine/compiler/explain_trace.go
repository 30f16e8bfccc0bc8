package main

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// tracer keeps what a run tells of rules: how far each attempt at one came.
type tracer struct {
	attempts map[*ast.Rule][]*attempt
	queries  map[uint64]*attempt
}

// attempt is one evaluation of a rule's body.
type attempt struct {
	// The expression that it came furthest to, by its number in the compiled body; -1: it has not begun.
	furthest int
	// How often that was not true, and the variables at the first times.
	failed int
	locals []*ast.ValueMap
	fired  int
}

// samples is how many failures are kept of one expression.
const samples = 3

func newTracer() *tracer {
	return &tracer{map[*ast.Rule][]*attempt{}, map[uint64]*attempt{}}
}

func (t *tracer) Enabled() bool { return true }

func (t *tracer) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

func (t *tracer) TraceEvent(event topdown.Event) {
	switch node := event.Node.(type) {
	case *ast.Rule:
		if event.Op == topdown.EnterOp {
			a := &attempt{furthest: -1}
			t.attempts[node] = append(t.attempts[node], a)
			t.queries[event.QueryID] = a
		} else if a := t.queries[event.QueryID]; a != nil && event.Op == topdown.ExitOp {
			a.fired++
		}
	case *ast.Expr:
		a := t.queries[event.QueryID]
		if a == nil {
			return
		}
		switch event.Op {
		case topdown.EvalOp:
			if node.Index > a.furthest {
				a.furthest, a.failed, a.locals = node.Index, 0, nil
			}
		case topdown.FailOp:
			if node.Index != a.furthest {
				return
			}
			if a.failed++; len(a.locals) < samples {
				a.locals = append(a.locals, event.Locals)
			}
		}
	}
}
