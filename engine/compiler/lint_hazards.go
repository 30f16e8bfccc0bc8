package main

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"
)

var orderings = []string{"lt", "lte", "gt", "gte"}

// missing tells whether a part of the input may be absent here, for all that the body says.
func (c bodyContext) missing(v *value) bool {
	return len(v.path) > 0 && !v.present && v.trust != trustGiven && !c.guards(v) && !c.needed[v.String()]
}

// loose tells whether a part of the input may have any type here, for all that the body says.
func (c bodyContext) loose(v *value) bool {
	return len(v.path) > 0 && v.trust == trustNone && !c.guards(v)
}

// absences finds expressions that an absent field makes undefined, where a deny, hold or mask should fire just then:
// `not startswith(input.…, "/srv")` as Rego v1 has it, where an operand that is undefined makes all of it undefined;
// `!=`, `<` and empty counts.
func (l *linter) absences(e *ast.Expr, s sign, c bodyContext) {
	operator, operands := e.Operator().String(), e.Operands()
	if e.Negated {
		if l.signs[e]&signHolds == 0 {
			return
		}
		direct := operator == "equal" || operator == "eq"
		l.eachOperand(operands, c, func(v *value, at *ast.Term, nested bool) {
			if c.missing(v) && (nested || !direct) {
				l.say(findingAbsent, true, e.Location, map[string]any{"path": v.String(), "form": "not"})
			}
		})
		return
	}
	if s&signHolds == 0 {
		return
	}
	switch {
	case operator == "neq":
		l.eachOperand(operands, c, func(v *value, at *ast.Term, _ bool) {
			if c.missing(v) {
				l.say(findingAbsent, true, e.Location, map[string]any{"path": v.String(), "form": "neq"})
			}
		})
	case len(operands) == 2 && slices.Contains(orderings, operator):
		small := operands[0] // the side that has to be small
		if strings.HasPrefix(operator, "g") {
			small = operands[1]
		}
		l.small(small, e, c)
	case isEmptyCount(e):
		for _, operand := range operands {
			if isCount(operand) {
				l.small(operand, e, c)
			}
		}
	}
}

// isEmptyCount is `count(…) == 0`.
func isEmptyCount(e *ast.Expr) bool {
	operator, operands := e.Operator().String(), e.Operands()
	if len(operands) != 2 || (operator != "equal" && operator != "eq") {
		return false
	}
	return (isCount(operands[0]) && isZero(operands[1])) || (isCount(operands[1]) && isZero(operands[0]))
}

// small finds a part that has to be small, and is not at all when it is absent.
func (l *linter) small(t *ast.Term, e *ast.Expr, c bodyContext) {
	form := "small"
	if isCount(t) {
		form, t = "count", t.Value.(ast.Call)[1]
	}
	v := c.names.of(t)
	if v == nil || !c.missing(v) || (form == "small" && v.trust == trustNone) {
		return
	}
	l.say(findingAbsent, true, e.Location, map[string]any{"path": v.String(), "form": form})
}

func (l *linter) eachOperand(operands []*ast.Term, c bodyContext, what func(*value, *ast.Term, bool)) {
	for _, operand := range operands {
		c.names.eachPart(operand, false, what)
	}
}

// conversions finds what orders or converts a value of which nobody has asked the type. Rego orders values of different
// types, and its functions are undefined on a type that is not theirs.
func (l *linter) conversions(e *ast.Expr, s sign, c bodyContext) {
	operator, operands := e.Operator().String(), e.Operands()
	if slices.Contains(orderings, operator) && len(operands) == 2 {
		for _, operand := range operands {
			if v := c.names.of(operand); v != nil && s != 0 && c.loose(v) {
				l.say(findingType, true, e.Location, map[string]any{"path": v.String(), "operator": operator, "wants": "number"})
			}
		}
	}
	l.converted(operator, operands, e.Location, s, c)
	for _, operand := range operands {
		l.convertedIn(operand, l.signs[e], c)
	}
}

func (l *linter) convertedIn(t *ast.Term, s sign, c bodyContext) {
	switch v := t.Value.(type) {
	case ast.Call:
		l.converted(v[0].String(), v[1:], t.Location, s, c)
		for _, operand := range v[1:] {
			l.convertedIn(operand, s, c)
		}
	case *ast.Array:
		v.Foreach(func(item *ast.Term) { l.convertedIn(item, s, c) })
	}
}

// converted looks at one call of a built-in function that has a type for its operand.
func (l *linter) converted(operator string, operands []*ast.Term, at *ast.Location, s sign, c bodyContext) {
	b := ast.BuiltinMap[operator]
	if s&signHolds == 0 || b == nil || b.Decl == nil || strings.HasPrefix(operator, "object.") {
		return
	}
	wanted := b.Decl.FuncArgs().Args
	for i, operand := range operands {
		if i >= len(wanted) {
			break
		}
		wants := wantedType(wanted[i])
		v := c.names.of(operand)
		if wants == "" || v == nil || !c.loose(v) || l.saidAbsent(at, v) {
			continue
		}
		l.say(findingType, true, at, map[string]any{"path": v.String(), "operator": operator, "wants": wants})
	}
}

// saidAbsent: one finding for a comparison is enough.
func (l *linter) saidAbsent(at *ast.Location, v *value) bool {
	return slices.ContainsFunc(l.findings, func(f finding) bool {
		return f.Kind == findingAbsent && at != nil && f.File == at.File && f.Row == at.Row && f.Details["path"] == v.String()
	})
}

// wantedType is what a function wants, as the guard that asks for it ends, or empty where anything will do.
func wantedType(t types.Type) string {
	if named, ok := t.(*types.NamedType); ok {
		t = named.Type
	}
	switch t := t.(type) {
	case types.String:
		return "string"
	case types.Number:
		return "number"
	case types.Any:
		if len(t) == 0 {
			return ""
		}
		return "array"
	case *types.Array, *types.Set:
		return "array"
	}
	return ""
}

// member finds parts of the input that the member of a set needs and the body does not: without them there is no
// member, so the set does not fire.
func (l *linter) member(t *ast.Term, c bodyContext, seen map[*ast.Rule]bool) {
	if t == nil {
		return
	}
	if v := c.names.of(t); v != nil {
		if c.missing(v) {
			l.say(findingMessage, true, t.Location, map[string]any{"path": v.String()})
		}
		return
	}
	switch v := t.Value.(type) {
	case ast.Var:
		if from := c.names.term(v); from != nil {
			l.member(from, c, seen)
		}
	case ast.Ref:
		l.memberOf(v, seen)
	case ast.Call:
		if v[0].String() == "object.get" && len(v) == 4 {
			return
		}
		for _, operand := range v[1:] {
			l.member(operand, c, seen)
		}
	case *ast.Array:
		v.Foreach(func(item *ast.Term) { l.member(item, c, seen) })
	case ast.Object:
		v.Foreach(func(_, item *ast.Term) { l.member(item, c, seen) })
	}
}

// memberOf follows a rule that makes the text: `message := sprintf(…)`.
func (l *linter) memberOf(ref ast.Ref, seen map[*ast.Rule]bool) {
	rules := l.rulesOf(ref)
	if len(rules) != 1 || seen[rules[0]] {
		return
	}
	r := rules[0]
	if r.Else != nil || r.Default || len(r.Head.Args) > 0 || r.Head.Value == nil || r.Head.Key != nil {
		return
	}
	seen[r] = true
	c := bodyContext{pkg: l.packages[r], guarded: map[string]bool{}, needed: map[string]bool{}, names: l.namesOf(r.Body, nil)}
	l.noteNeeds(r.Body, c)
	for _, e := range r.Body {
		l.noteGuards(e, c, 0)
	}
	l.member(r.Head.Value, c, seen)
}
