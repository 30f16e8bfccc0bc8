package main

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// requires finds the frames for which a body can hold. It looks only at what every way through a body demands:
// equations and memberships that are neither negated nor under `with`, and rules that demand such. Everything else
// may hold for any frame.
//
// Leaving a body out must not lose an error that would have denied the frame: what stands behind an expression
// that can end the evaluation does not count, since a module evaluates a body in its order. (OPA's own rule index
// in the interpreter does not care for that.) An evaluation that is cut for its cost is another matter: what is
// not evaluated costs nothing.
type requires struct {
	*conflicts
	constants *constants
	known     map[question]slots
}

// question is one that may be asked often: of a rule, or of a function with what is known of its arguments.
type question struct {
	rule      *ast.Rule
	truth     bool
	arguments string
}

func newRequires(c *ast.Compiler) *requires {
	return &requires{
		conflicts: &conflicts{compiler: c, known: map[*ast.Rule]bool{}},
		constants: &constants{compiler: c, aliases: map[*ast.Rule]ast.Ref{}},
		known:     map[question]slots{},
	}
}

// A chain of calls is followed this far.
const maxDepth = 8

// body is for one body, with what the scope around it knows.
func (q *requires) body(body ast.Body, s *scope, depth int) slots {
	found := anyFrame()
	for _, e := range body {
		found = found.and(q.expression(e, s, depth))
		if q.mayConflict(e) {
			break
		}
		s.note(e)
	}
	return found.and(s.slots())
}

// expression is for what an expression evaluates, not for what it compares: that is noted in the scope.
func (q *requires) expression(e *ast.Expr, s *scope, depth int) slots {
	if e.Negated || len(e.With) > 0 {
		return anyFrame()
	}
	switch terms := e.Terms.(type) {
	case *ast.LogicalAnd:
		found := q.body(terms.Lhs, s.inner(), depth)
		if !q.mayConflict(terms.Lhs) {
			found = found.and(q.body(terms.Rhs, s.inner(), depth))
		}
		return found
	case *ast.LogicalOr:
		return q.body(terms.Lhs, s.inner(), depth).or(q.body(terms.Rhs, s.inner(), depth))
	case *ast.Term:
		if ref, ok := terms.Value.(ast.Ref); ok {
			return q.reference(ref, true, depth)
		}
	case []*ast.Term:
		return q.call(e, terms, s, depth)
	}
	return anyFrame()
}

// call is for a function and for the rules that its operands name: all of them must be defined.
func (q *requires) call(e *ast.Expr, terms []*ast.Term, s *scope, depth int) slots {
	var evaluated []slots
	if rules, rest := q.constants.definitions(e.Operator()); len(rules) > 0 && len(rest) == 0 {
		evaluated = append(evaluated, q.function(rules, e.Operands(), s, depth))
	}
	for _, operand := range e.Operands() {
		if ref, ok := operand.Value.(ast.Ref); ok && ref[0].Equal(ast.DefaultRootDocument) {
			evaluated = append(evaluated, q.reference(ref, false, depth))
		}
	}
	if (len(evaluated) > 1 || !areSimple(e.Operands())) && q.mayConflict(terms) {
		return anyFrame() // which of them is the first is nothing to rely on
	}
	found := anyFrame()
	for _, one := range evaluated {
		found = found.and(one)
	}
	return found
}

// areSimple tells whether evaluating the terms runs nothing but the rules that they name.
func areSimple(terms []*ast.Term) bool {
	for _, t := range terms {
		switch t.Value.(type) {
		case ast.Var, ast.Ref:
		default:
			if !ast.IsConstant(t.Value) {
				return false
			}
		}
	}
	return true
}

// reference is for a reference that must be defined, and true if it stands alone.
func (q *requires) reference(ref ast.Ref, truth bool, depth int) slots {
	rules, rest := q.constants.definitions(ref)
	if len(rules) == 0 {
		return anyFrame()
	}
	if len(rest) > 0 {
		truth = false
	} else {
		for _, r := range rules {
			if !isPlain(r) {
				return anyFrame() // a set or an object is there even if it is empty
			}
		}
	}
	asked := question{rule: rules[0], truth: truth}
	if known, done := q.known[asked]; done {
		return known
	}
	found := slots{}
	for _, r := range rules {
		found = found.or(q.definition(r, truth, func(*ast.Rule) *scope { return newScope(q.constants) }, depth))
	}
	q.known[asked] = found
	return found
}

// function is for a call: its parameters are what the caller knows of the arguments.
func (q *requires) function(rules []*ast.Rule, operands []*ast.Term, s *scope, depth int) slots {
	if depth >= maxDepth {
		return anyFrame()
	}
	arguments := make([]class, len(operands))
	spelled := make([]string, len(operands))
	for i, operand := range operands {
		arguments[i] = s.resolve(operand).class
		spelled[i] = arguments[i].String()
	}
	asked := question{rules[0], len(rules[0].Head.Args) == len(operands), fmt.Sprintf("%d %q", depth, spelled)}
	if known, done := q.known[asked]; done {
		return known
	}
	found := slots{}
	for _, r := range rules {
		if len(r.Head.Args) > len(operands) {
			return anyFrame()
		}
		// With one operand more, the result is a value and may be false.
		truth := len(r.Head.Args) == len(operands)
		found = found.or(q.definition(r, truth, func(r *ast.Rule) *scope {
			inner := newScope(q.constants)
			for i, parameter := range r.Head.Args {
				known := arguments[i]
				if known.input != nil {
					inner.equate(parameter, ast.NewTerm(known.input))
				}
				inner.unite(inner.resolve(parameter), operand{class: known})
			}
			return inner
		}, depth+1))
	}
	q.known[asked] = found
	return found
}

// definition is for one rule with its else branches. Where it must be true, a branch that says false does not
// count, unless evaluating it can end the evaluation.
func (q *requires) definition(r *ast.Rule, truth bool, scopeOf func(*ast.Rule) *scope, depth int) slots {
	found := slots{}
	for b := r; b != nil; b = b.Else {
		saysFalse := b.Head.Value != nil && b.Head.Value.Equal(ast.InternedTerm(false))
		if truth && saysFalse && !q.mayConflict(b.Body) {
			continue
		}
		if b.Default || hasWithInput(b) {
			return anyFrame()
		}
		found = found.or(q.body(b.Body, scopeOf(b), depth))
	}
	return found
}
