package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// operatorNames are all kinds of change, in the order in which they are told of one place.
var operatorNames = []string{
	"drop-rule", "drop-else", "drop-expression", "negate", "flip-comparison", "swap-and-or", "some-every",
	"change-constant", "change-collection", "change-reason", "change-default",
}

// changes walks a rule and offers every change of it. The change whose ordinal is `target` is made; with -1 none is, and
// `found` lists them all.
type changes struct {
	target, next int
	found        []*mutant
	dropped      bool
	// The text in which a change is shown: the expression or the part of the head around it.
	around *ast.Location
	// Where in which body the walk is: for a change of the head, behind the last expression.
	at bodyPlace
	// What reads the variables of the bodies that the walk is in.
	heads []*ast.Term
	// The expression that stands behind a `not` alone.
	denied *ast.Expr
	// Where the change was made, and what it was.
	made     bodyPlace
	operator string
	// The change is not made, only found.
	dry bool
}

// bodyPlace is an expression's place in a body.
type bodyPlace struct {
	body  *ast.Body
	index int
}

// changesOf are all changes of a rule.
func changesOf(m *ast.Module, r *ast.Rule) []*mutant {
	c := &changes{target: -1}
	c.walk(m, r.Copy())
	return c.found
}

// changedRule is a copy of a rule with one change made; the second result says that the change is to leave it out.
func changedRule(m *ast.Module, r *ast.Rule, ordinal int) (*ast.Rule, bool) {
	c := &changes{target: ordinal}
	copied := r.Copy()
	c.walk(m, copied)
	return copied, c.dropped
}

// probedRule is a copy of a rule, with the change made or (`dry`) not, that tells the host by the number `n` when the
// place of the change is reached, and when it has held.
func probedRule(m *ast.Module, r *ast.Rule, ordinal int, dry bool, n int) (*ast.Rule, bool) {
	c := &changes{target: ordinal, dry: dry}
	copied := r.Copy()
	c.walk(m, copied)
	if body := c.made.body; body != nil {
		before := min(c.made.index, len(*body))
		after := min(before+1, len(*body))
		if c.operator == "drop-expression" && !dry {
			after = before
		}
		probe := func(name string) *ast.Expr {
			e := ast.MustParseExpr(fmt.Sprintf("%s(%d)", name, n))
			setLocation(e, r.Location)
			return e
		}
		all := slices.Insert(slices.Clone(*body), after, probe("sluice.passed"))
		all = slices.Insert(all, before, probe("sluice.reached"))
		*body = ast.NewBody(all...)
	}
	return copied, c.dropped
}

// offer is one change: of the `old` text at a place to `new`.
func (c *changes) offer(operator string, at *ast.Location, old, new string, apply func()) {
	ordinal := c.next
	c.next++
	switch {
	case c.target == ordinal:
		c.made, c.operator = c.at, operator
		if !c.dry {
			apply()
		}
	case c.target == -1 && at != nil:
		before, after := c.shown(at, old, new)
		c.found = append(c.found, &mutant{
			Row: at.Row, Col: at.Col, Operator: operator, Before: before, After: after, ordinal: ordinal,
		})
	}
}

func (c *changes) walk(m *ast.Module, r *ast.Rule) {
	if r.Default {
		c.defaultValue(r)
		return
	}
	head := headText(r)
	c.at = bodyPlace{&r.Body, len(r.Body)}
	c.offer("drop-rule", r.Location, head, "", func() { c.dropped = true })
	reasons := isReasonSet(m, r)
	var before *ast.Rule
	for b := r; b != nil; before, b = b, b.Else {
		c.at = bodyPlace{&b.Body, len(b.Body)}
		if before != nil {
			last, branch := before, b
			c.around = nil
			c.offer("drop-else", branch.Location, headText(branch), "", func() { last.Else = branch.Else })
		}
		c.head(b, reasons)
		c.heads = []*ast.Term{b.Head.Key, b.Head.Value}
		c.body(&b.Body, true)
		c.heads = nil
	}
}

// headText is the first line of a rule.
func headText(r *ast.Rule) string {
	line, _, _ := strings.Cut(string(r.Location.Text), "\n")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), "{"))
}

// isReasonSet tells whether the members of a rule are reasons or labels: what a person reads in them is not changed.
func isReasonSet(m *ast.Module, r *ast.Rule) bool {
	path := m.Package.Path
	if len(path) < 2 || !path[1].Equal(ast.StringTerm("rules")) || r.Head.RuleKind() != ast.MultiValue {
		return false
	}
	return slices.Contains([]string{"deny", "hold", "mask", "warn", "label"}, plainVar(r.Head.Ref()[0].Value))
}

func (c *changes) head(b *ast.Rule, reasons bool) {
	if key := b.Head.Key; key != nil && b.Head.RuleKind() == ast.MultiValue {
		c.around = key.Location
		if reasons {
			c.reason(key, plainVar(b.Head.Ref()[0].Value) == "label", func(t *ast.Term) { b.Head.Key = t })
		} else {
			c.term(key, func(t *ast.Term) { b.Head.Key = t })
		}
	}
	if value := b.Head.Value; value != nil && value.Location != nil {
		c.around = value.Location
		c.term(value, func(t *ast.Term) { b.Head.Value = t })
	}
}

// defaultValue changes `default x := value`. Only those whose name is one word: see `unfold`.
func (c *changes) defaultValue(r *ast.Rule) {
	value := r.Head.Value
	if value == nil || len(r.Head.Args) > 0 || len(r.Head.Ref()) != 1 {
		return
	}
	c.around = nil
	name := "default " + r.Head.Ref().String() + " := "
	for _, other := range otherConstants(value, false) {
		c.offer("change-default", r.Location, name+value.String(), name+other.String(), func() { r.Head.Value = other })
	}
}

// body offers the changes of a body. `alone`: its only expression may be left out.
func (c *changes) body(body *ast.Body, alone bool) {
	outer := c.at
	defer func() { c.at = outer }()
	for i, e := range *body {
		if isGenerated(e) {
			continue
		}
		c.at = bodyPlace{body, i}
		behindIf(e)
		if !binds(e) && (alone || len(*body) > 1) {
			c.around = nil
			c.offer("drop-expression", e.Location, string(e.Location.Text), "", func() { *body = without(*body, i) })
		}
		if c.target >= 0 && c.next > c.target {
			return // made: what follows may have gone
		}
		c.expression(e, body, i)
	}
}

// without is a body less one expression; it is never empty.
func without(body ast.Body, i int) ast.Body {
	rest := slices.Delete(slices.Clone(body), i, i+1)
	if len(rest) == 0 {
		rest = ast.Body{ast.NewExpr(ast.BooleanTerm(true)).SetLocation(body[i].Location)}
	}
	return ast.NewBody(rest...)
}

// isGenerated tells whether the parser wrote an expression: the `true` of a rule without a body.
func isGenerated(e *ast.Expr) bool {
	t, ok := e.Terms.(*ast.Term)
	return ok && t.Equal(ast.BooleanTerm(true)) && string(e.Location.Text) != "true"
}

// binds tells whether an expression gives variables their values, so that a rule without it would not compile. What it
// overlooks is found when the rule is compiled.
func binds(e *ast.Expr) bool {
	switch terms := e.Terms.(type) {
	case *ast.SomeDecl:
		return true
	case []*ast.Term:
		if e.IsAssignment() || e.IsEquality() {
			return true
		}
		b := ast.BuiltinMap[e.Operator().String()]
		return b != nil && len(terms)-1 > len(b.Decl.FuncArgs().Args)
	}
	return false
}

// behindIf puts an expression where it stands: that of `else := x if y` has the place of its `else` from the parser.
func behindIf(e *ast.Expr) {
	text := string(e.Location.Text)
	i := strings.Index(text, " if ")
	if !strings.HasPrefix(text, "else") || i < 0 || strings.Contains(text[:i], "\n") {
		return
	}
	moved := *e.Location
	moved.Text, moved.Col, moved.Offset = []byte(text[i+4:]), moved.Col+i+4, moved.Offset+i+4
	e.Location = &moved
}
