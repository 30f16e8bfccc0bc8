package main

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// otherWord is a text that no policy has.
const otherWord = "sluice-mutant"

// term offers the changes of a value. References stay as they are: the schema and the compiler look after those.
// Template strings are words for people.
func (c *changes) term(t *ast.Term, set func(*ast.Term)) {
	if t == nil || t.Location == nil {
		return
	}
	switch v := t.Value.(type) {
	case ast.String, ast.Number, ast.Boolean:
		for _, other := range otherConstants(t, true) {
			c.replace("change-constant", t, other, set)
		}
	case *ast.Array:
		c.members(t, elements(v), func(members []*ast.Term) ast.Value { return ast.NewArray(members...) }, set)
	case ast.Set:
		c.members(t, v.Slice(), func(members []*ast.Term) ast.Value { return ast.NewSet(members...) }, set)
	case ast.Object:
		for _, key := range v.Keys() {
			c.term(v.Get(key), func(changed *ast.Term) { set(withMember(t, key, changed)) })
		}
	case ast.Call:
		c.call(v)
	case ast.Ref:
		if _, named := v[0].Value.(ast.Var); !named {
			c.term(v[0], func(changed *ast.Term) { v[0] = changed })
		}
	case *ast.ArrayComprehension:
		c.term(v.Term, func(changed *ast.Term) { v.Term = changed })
		c.comprehension(&v.Body, v.Term)
	case *ast.SetComprehension:
		c.term(v.Term, func(changed *ast.Term) { v.Term = changed })
		c.comprehension(&v.Body, v.Term)
	case *ast.ObjectComprehension:
		c.term(v.Value, func(changed *ast.Term) { v.Value = changed })
		c.comprehension(&v.Body, v.Key, v.Value)
	}
}

func withMember(t, key, value *ast.Term) *ast.Term {
	object := ast.NewObject()
	t.Value.(ast.Object).Foreach(func(k, v *ast.Term) {
		if k.Equal(key) {
			v = value
		}
		if v != nil {
			object.Insert(k, v)
		}
	})
	return &ast.Term{Value: object, Location: t.Location}
}

// members offers to leave out each constant of a literal, to add one to an empty one, and the changes of the rest.
func (c *changes) members(t *ast.Term, members []*ast.Term, of func([]*ast.Term) ast.Value, set func(*ast.Term)) {
	around := c.around
	if len(members) == 0 {
		c.widen(t, set)
	}
	for i, member := range members {
		c.around = around
		if ast.IsConstant(member.Value) && member.Location != nil {
			c.offer("change-collection", member.Location, sourceOf(member), "", func() {
				set(&ast.Term{Value: of(slices.Delete(slices.Clone(members), i, i+1)), Location: t.Location})
			})
			if isScalar(member.Value) {
				continue // another value is less than none, and a value that nobody asks for
			}
		}
		c.term(member, func(changed *ast.Term) {
			all := slices.Clone(members)
			all[i] = changed
			set(&ast.Term{Value: of(all), Location: t.Location})
		})
	}
	c.around = around
}

// widen offers one member more. Where membership is asked, `drop-expression` is the widest collection of all; a word
// that no test can know would survive everywhere.
func (c *changes) widen(t *ast.Term, set func(*ast.Term)) {
	word := ast.StringTerm(otherWord).SetLocation(t.Location)
	var wider ast.Value
	switch v := t.Value.(type) {
	case *ast.Array:
		wider = ast.NewArray(append(elements(v), word)...)
	case ast.Set:
		wider = ast.NewSet(append(slices.Clone(v.Slice()), word)...)
	default:
		return
	}
	c.offer("change-collection", t.Location, sourceOf(t), wider.String(), func() {
		set(&ast.Term{Value: wider, Location: t.Location})
	})
}

func isScalar(v ast.Value) bool {
	switch v.(type) {
	case ast.String, ast.Number, ast.Boolean, ast.Null:
		return true
	}
	return false
}

func (c *changes) replace(operator string, t, other *ast.Term, set func(*ast.Term)) {
	c.offer(operator, t.Location, sourceOf(t), other.Value.String(), func() {
		set(&ast.Term{Value: other.Value, Location: t.Location})
	})
}

// sourceOf is a term as it was written. The parser keeps the sign of a number alone.
func sourceOf(t *ast.Term) string {
	if _, ok := t.Value.(ast.Number); ok {
		return t.Value.String()
	}
	if text := string(t.Location.Text); !strings.HasPrefix(text, "else") {
		return text
	}
	return t.Value.String() // see behindIf
}

// otherConstants are what a constant becomes. `empty`: a text becomes the empty one, else another.
func otherConstants(t *ast.Term, empty bool) []*ast.Term {
	switch v := t.Value.(type) {
	case ast.Boolean:
		return []*ast.Term{ast.BooleanTerm(!bool(v))}
	case ast.String:
		if !empty {
			return []*ast.Term{otherText(v)}
		}
		if v == "" {
			return []*ast.Term{ast.StringTerm(otherWord)}
		}
		return []*ast.Term{ast.StringTerm("")}
	case ast.Number:
		if strings.HasPrefix(string(v), "-") {
			return []*ast.Term{plus(v, 1)} // what counts down from nothing mostly says "all"
		}
		return []*ast.Term{plus(v, 1), plus(v, -1)}
	}
	return nil
}

func otherText(v ast.String) *ast.Term {
	if string(v) == otherWord {
		return ast.StringTerm(otherWord + "-2")
	}
	return ast.StringTerm(otherWord)
}

func (c *changes) number(t *ast.Term, step int, set func(*ast.Term)) {
	c.replace("change-constant", t, plus(t.Value.(ast.Number), int64(step)), set)
}

func plus(v ast.Number, step int64) *ast.Term {
	value, ok := new(big.Rat).SetString(string(v))
	if !ok {
		return ast.NumberTerm(json.Number(v))
	}
	value.Add(value, new(big.Rat).SetInt64(step))
	if value.IsInt() {
		return ast.NumberTerm(json.Number(value.Num().String()))
	}
	return ast.NumberTerm(json.Number(value.FloatString(9)))
}

func elements(v *ast.Array) []*ast.Term {
	out := make([]*ast.Term, v.Len())
	for i := range out {
		out[i] = v.Elem(i)
	}
	return out
}

func (c *changes) comprehension(body *ast.Body, heads ...*ast.Term) {
	outer := c.heads
	c.heads = append(slices.Clone(c.heads), heads...)
	c.body(body, true)
	c.heads = outer
}
