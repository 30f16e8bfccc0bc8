package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// flips are what a comparison becomes: its neighbour at the boundary and its opposite.
var flips = map[string][]string{
	"equal": {"neq"},
	"neq":   {"equal"},
	"lt":    {"lte", "gte"},
	"lte":   {"lt", "gt"},
	"gt":    {"gte", "lte"},
	"gte":   {"gt", "lt"},
}

var infix = map[string]string{"equal": "==", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}

func (c *changes) expression(e *ast.Expr, body *ast.Body, i int) {
	c.around = e.Location
	whole := string(e.Location.Text)
	if e.Negated {
		c.offer("negate", e.Location, whole, affirmed(whole), func() { e.Negated = false })
	}
	switch terms := e.Terms.(type) {
	case *ast.Term:
		if !e.Negated {
			c.negation(e)
		}
		c.term(terms, func(t *ast.Term) { e.Terms = t })
	case []*ast.Term:
		compares := flips[e.Operator().String()] != nil
		if !e.Negated && !compares && !binds(e) {
			c.negation(e)
		}
		c.call(terms)
	case *ast.SomeDecl:
		c.some(e, terms, body, i)
	case *ast.Every:
		c.every(e, terms)
	case *ast.Not:
		if len(terms.Body) == 1 {
			c.offer("negate", e.Location, whole, affirmed(whole), func() { become(e, terms.Body[0]) })
			c.denied = terms.Body[0] // a second `not` would be the same
		}
		c.body(&terms.Body, false)
	case *ast.LogicalAnd:
		or := &ast.LogicalOr{Lhs: terms.Lhs, Rhs: terms.Rhs, Location: terms.Location}
		c.offer("swap-and-or", e.Location, "", "", func() { e.Terms = or })
		c.relabel(e, bodyText(terms.Lhs)+" or "+bodyText(terms.Rhs))
		c.sides(e, &terms.Lhs, &terms.Rhs)
	case *ast.LogicalOr:
		and := &ast.LogicalAnd{Lhs: terms.Lhs, Rhs: terms.Rhs, Location: terms.Location}
		c.offer("swap-and-or", e.Location, "", "", func() { e.Terms = and })
		c.relabel(e, bodyText(terms.Lhs)+" and "+bodyText(terms.Rhs))
		c.sides(e, &terms.Lhs, &terms.Rhs)
	}
}

// relabel gives the change that was offered last the words of the whole expression.
func (c *changes) relabel(e *ast.Expr, after string) {
	if c.target == -1 {
		last := c.found[len(c.found)-1]
		last.Before, last.After = clipped(folded(string(e.Location.Text)), folded(after))
	}
}

// affirmed is an expression less its `not`.
func affirmed(text string) string {
	if len(text) > 4 && text[:4] == "not " {
		return text[4:]
	}
	return text
}

func (c *changes) negation(e *ast.Expr) {
	if t, ok := e.Terms.(*ast.Term); ok && ast.IsConstant(t.Value) || e == c.denied {
		return
	}
	c.offer("negate", e.Location, string(e.Location.Text), "not "+string(e.Location.Text), func() { e.Negated = true })
}

// become puts one expression in the place of another, under that one's `with`.
func become(e, other *ast.Expr) {
	e.Terms, e.Negated = other.Terms, other.Negated
	e.With = append(slices.Clone(other.With), e.With...)
}

// sides offers to leave out either side of `and` and `or`, and the changes of both.
func (c *changes) sides(e *ast.Expr, lhs, rhs *ast.Body) {
	for _, pair := range [][2]*ast.Body{{lhs, rhs}, {rhs, lhs}} {
		dropped, kept := *pair[0], *pair[1]
		if len(kept) == 1 {
			c.offer("drop-expression", dropped[0].Location, "", "", func() { become(e, kept[0]) })
			c.relabel(e, bodyText(kept))
		}
	}
	c.body(lhs, false)
	c.body(rhs, false)
}

func bodyText(body ast.Body) string {
	out := ""
	for i, e := range body {
		if i > 0 {
			out += "; "
		}
		out += string(e.Location.Text)
	}
	return out
}

// some becomes `every` over what follows it. Where the rest of the rule reads what it found, that does not compile.
func (c *changes) some(e *ast.Expr, some *ast.SomeDecl, body *ast.Body, i int) {
	call, ok := some.Symbols[0].Value.(ast.Call)
	if !ok {
		return
	}
	domain := call[len(call)-1]
	rest := (*body)[i+1:]
	if len(rest) > 0 && areVars(call[1:len(call)-1]) && !c.readsOutside(call[1:len(call)-1]) {
		c.offer("some-every", e.Location, "some ", "every ", func() {
			every := &ast.Every{Value: call[len(call)-2], Domain: domain, Body: ast.NewBody(rest...), Location: e.Location}
			if len(call) == 4 {
				every.Key = call[1]
			}
			all := append(slices.Clone((*body)[:i]), &ast.Expr{Terms: every, Location: e.Location})
			*body = ast.NewBody(all...)
		})
		c.around = e.Location
	}
	c.term(domain, func(t *ast.Term) { call[len(call)-1] = t })
}

// every becomes `{true | some …}[true]`: holds if it does for one member.
func (c *changes) every(e *ast.Expr, every *ast.Every) {
	c.offer("some-every", e.Location, "every ", "some ", func() {
		operator, terms := ast.Member.Ref(), []*ast.Term{every.Value, every.Domain}
		if every.Key != nil {
			operator, terms = ast.MemberWithKey.Ref(), []*ast.Term{every.Key, every.Value, every.Domain}
		}
		call := ast.Call(append([]*ast.Term{ast.NewTerm(operator)}, terms...))
		decl := &ast.SomeDecl{Symbols: []*ast.Term{ast.NewTerm(call).SetLocation(e.Location)}, Location: e.Location}
		exprs := append([]*ast.Expr{{Terms: decl, Location: e.Location}}, every.Body...)
		yes := ast.BooleanTerm(true).SetLocation(e.Location)
		held := ast.SetComprehensionTerm(yes, ast.NewBody(exprs...)).SetLocation(e.Location)
		e.Terms = ast.RefTerm(held, ast.BooleanTerm(true).SetLocation(e.Location)).SetLocation(e.Location)
	})
	c.term(every.Domain, func(t *ast.Term) { every.Domain = t })
	c.body(&every.Body, false)
}

// call offers the changes of a call's operator and operands.
func (c *changes) call(terms []*ast.Term) {
	name := terms[0].Value.String()
	for _, other := range flips[name] {
		c.offer("flip-comparison", terms[0].Location, infix[name], infix[other], func() {
			terms[0] = ast.NewTerm(ast.BuiltinMap[other].Ref()).SetLocation(terms[0].Location)
		})
	}
	around := c.around
	for i, operand := range terms[1:] {
		if name == "sprintf" && i == 0 || name == "assign" && i == 0 {
			continue // words for people; a new name
		}
		c.around = around
		set := func(t *ast.Term) { terms[i+1] = t }
		if step := boundary(name, i, operand); step != 0 {
			c.number(operand, step, set)
			continue
		}
		if text, ok := operand.Value.(ast.String); ok && texts[name] {
			c.replace("change-constant", operand, otherText(text), set)
		}
		if _, ok := operand.Value.(ast.Set); ok && flips[name] != nil {
			c.widen(operand, set)
		}
		if _, ok := operand.Value.(*ast.Array); ok && flips[name] != nil {
			c.widen(operand, set)
		}
		c.term(operand, set)
	}
	c.around = around
}

// texts are the functions that ask whether a text has another in it: of the empty one that always holds.
var texts = map[string]bool{
	"startswith": true, "endswith": true, "contains": true, "regex.match": true, "glob.match": true,
}

// boundary is the one step of a number in an ordering that is not what the flip to the neighbour already asks of whole
// numbers: `x > 3` as `x >= 3` is `x > 2`. 0: it is no such number.
func boundary(name string, i int, operand *ast.Term) int {
	if _, ok := operand.Value.(ast.Number); !ok {
		return 0
	}
	step := map[string]int{"gt": 1, "gte": -1, "lt": -1, "lte": 1}[name]
	if i == 0 {
		return -step
	}
	return step
}

// areVars tells whether a loop only names what it finds: `every` takes no patterns.
func areVars(terms []*ast.Term) bool {
	for _, t := range terms {
		if _, ok := t.Value.(ast.Var); !ok {
			return false
		}
	}
	return true
}

// readsOutside tells whether the head of the branch, or of the comprehension, that the walk is in reads such a variable:
// then it has to have one value.
func (c *changes) readsOutside(vars []*ast.Term) bool {
	found := false
	for _, head := range c.heads {
		if head == nil {
			continue
		}
		ast.WalkVars(head, func(v ast.Var) bool {
			for _, t := range vars {
				found = found || v.Equal(t.Value)
			}
			return found
		})
	}
	return found
}
