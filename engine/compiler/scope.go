package main

import (
	"fmt"
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// scope is what must be equal wherever a body holds: classes of local variables and parts of the input, and for
// some classes the strings they can be at most.
type scope struct {
	constants *constants
	parent    map[string]string
	classes   map[string]class
}

type class struct {
	// A part of the input that is in the class.
	input ast.Ref
	// The strings it can be at most, sorted; nil: anything.
	strings []string
	// A literal collection that it is.
	collection ast.Value
}

func (c class) String() string {
	return fmt.Sprintf("%v %q %v %v", c.input, c.strings, c.strings == nil, c.collection)
}

func newScope(k *constants) *scope {
	return &scope{constants: k, parent: map[string]string{}, classes: map[string]class{}}
}

// inner is the scope of a body within this one: it knows all, and nothing of it comes out.
func (s *scope) inner() *scope {
	return &scope{constants: s.constants, parent: maps.Clone(s.parent), classes: maps.Clone(s.classes)}
}

// operand is what is known of a term: the class it is in, or the values it can be.
type operand struct {
	key string // empty: in no class
	class
}

func (s *scope) find(key string) string {
	for s.parent[key] != "" {
		key = s.parent[key]
	}
	return key
}

func (s *scope) resolve(t *ast.Term) operand {
	switch v := t.Value.(type) {
	case ast.String:
		return operand{class: class{strings: []string{string(v)}}}
	case ast.Null, ast.Boolean, ast.Number:
		return operand{class: class{strings: []string{}}} // never a string, and the facts of a frame are
	case ast.Var:
		key := s.find("var " + string(v))
		return operand{key, s.classes[key]}
	case ast.Ref:
		return s.resolveRef(v)
	case *ast.Array, ast.Set, ast.Object:
		return operand{class: classOf(v)}
	}
	return operand{}
}

func (s *scope) resolveRef(ref ast.Ref) operand {
	if ref[0].Equal(ast.InputRootDocument) {
		return s.inputRef(ref)
	}
	if ref[0].Equal(ast.DefaultRootDocument) {
		if alias := s.constants.aliasOf(ref); alias != nil {
			return s.inputRef(alias)
		}
		if of := s.constants.valueOf(ref[:len(ref)-1]).collection; of != nil {
			return operand{class: class{strings: stringsIn(of)}}
		}
		return operand{class: s.constants.valueOf(ref)}
	}
	head := s.resolve(ref[0])
	switch {
	case head.input != nil && len(ref) > 1:
		return s.inputRef(head.input.Concat(ref[1:]))
	case head.collection != nil && len(ref) == 2:
		return operand{class: class{strings: stringsIn(head.collection)}}
	}
	return operand{}
}

func (s *scope) inputRef(ref ast.Ref) operand {
	if !ref.IsGround() {
		return operand{}
	}
	key := s.find(ref.String())
	known := s.classes[key]
	if known.input == nil {
		known.input = ref
	}
	return operand{key, known}
}

// note takes up what an expression demands of its terms if it is an equation or a membership.
func (s *scope) note(e *ast.Expr) {
	if e.Negated || len(e.With) > 0 {
		return
	}
	if ref, ok := e.Terms.(*ast.Term); ok {
		s.noteKey(ref)
		return
	}
	// With one operand more, the result is a value and may be false.
	if !e.IsCall() || len(e.Operands()) != 2 {
		return
	}
	a, b := e.Operand(0), e.Operand(1)
	switch op := e.Operator(); {
	case op.Equal(ast.Equality.Ref()), op.Equal(ast.Equal.Ref()):
		s.equate(a, b)
	case op.Equal(ast.Member.Ref()):
		if in := s.resolve(b).collection; in != nil {
			s.restrict(a, stringsIn(in))
		}
	}
}

// noteKey takes up `closed[input.tool.name]`, where closed is a rule with literal keys or members.
func (s *scope) noteKey(t *ast.Term) {
	ref, ok := t.Value.(ast.Ref)
	if !ok || len(ref) < 2 {
		return
	}
	last := len(ref) - 1
	prefix := ref[:last]
	of := ref[0]
	if last > 1 {
		of = ast.NewTerm(prefix)
	}
	if in := s.resolve(of).collection; in != nil {
		s.restrict(ref[last], keysOf(in))
	}
}

// equate notes that two terms are equal.
func (s *scope) equate(a, b *ast.Term) {
	if x, ok := a.Value.(*ast.Array); ok {
		if y, ok := b.Value.(*ast.Array); ok && x.Len() == y.Len() {
			for i := range x.Len() {
				s.equate(x.Elem(i), y.Elem(i))
			}
			return
		}
	}
	s.unite(s.resolve(a), s.resolve(b))
}

func (s *scope) unite(a, b operand) {
	if a.key == "" {
		a, b = b, a
	}
	if a.key == "" {
		return
	}
	both := a.class
	if both.input == nil {
		both.input = b.input
	}
	if both.collection == nil {
		both.collection = b.collection
	}
	switch {
	case b.strings == nil:
	case both.strings == nil:
		both.strings = b.strings
	default:
		both.strings = common(both.strings, b.strings)
	}
	if b.key != "" && b.key != a.key {
		s.parent[b.key] = a.key
	}
	s.classes[a.key] = both
}

// restrict notes that a term is one of some strings.
func (s *scope) restrict(t *ast.Term, to []string) {
	if to != nil {
		s.unite(s.resolve(t), operand{class: class{strings: to}})
	}
}

// slots says for which frames all that was noted can hold.
func (s *scope) slots() slots {
	var found slot
	for place, f := range inputFields {
		list := s.classes[s.find(place)].strings
		if list == nil {
			continue
		}
		if found[f] = list; len(list) == 0 {
			return slots{}
		}
	}
	return slots{found}
}

// stringsIn are the strings among the elements of a literal collection (of an object, its values), sorted; not nil.
func stringsIn(collection ast.Value) []string {
	out := []string{}
	add := func(t *ast.Term) {
		if text, ok := t.Value.(ast.String); ok {
			out = append(out, string(text))
		}
	}
	switch c := collection.(type) {
	case *ast.Array:
		c.Foreach(add)
	case ast.Set:
		c.Foreach(add)
	case ast.Object:
		c.Foreach(func(_, value *ast.Term) { add(value) })
	}
	return sorted(out)
}

// keysOf are the strings that a literal collection can be asked for, sorted; not nil.
func keysOf(collection ast.Value) []string {
	object, ok := collection.(ast.Object)
	if !ok {
		if _, array := collection.(*ast.Array); array {
			return []string{}
		}
		return stringsIn(collection)
	}
	out := []string{}
	for _, key := range object.Keys() {
		if text, ok := key.Value.(ast.String); ok {
			out = append(out, string(text))
		}
	}
	return sorted(out)
}
