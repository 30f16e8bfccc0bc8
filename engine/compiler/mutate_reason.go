package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// optional are the fields of a reason that it can do without.
var optional = []string{"approvers", "quorum", "timeout", "grant", "op", "scope", "for"}

// otherOps weakens an operation of a mask, or makes it another where there is no weaker one.
var otherOps = map[string]string{"redact": "partial", "partial": "redact", "hash": "partial", "remove": "redact", "replace": "remove"}

// reason offers the changes of a member of deny, hold, mask, warn and label: of everything but its words.
func (c *changes) reason(t *ast.Term, label bool, set func(*ast.Term)) {
	switch v := t.Value.(type) {
	case ast.String:
		if label {
			c.replace("change-reason", t, otherText(v), set)
		}
	case ast.Object:
		for _, key := range v.Keys() {
			name, ok := key.Value.(ast.String)
			if !ok || name == "message" {
				continue
			}
			c.around = t.Location
			c.field(t, key, v.Get(key), set)
		}
	}
}

func (c *changes) field(t, key, value *ast.Term, set func(*ast.Term)) {
	name := string(key.Value.(ast.String))
	if slices.Contains(optional, name) {
		c.offer("change-reason", key.Location, string(key.Location.Text), "", func() { set(withMember(t, key, nil)) })
		c.relabelText(string(t.Location.Text), "without "+key.Value.String())
	}
	change := func(operator *ast.Term) {
		c.replace("change-reason", value, operator, func(changed *ast.Term) { set(withMember(t, key, changed)) })
	}
	switch v := value.Value.(type) {
	case ast.Number:
		change(plus(v, 1))
		if name != "quorum" || v != "1" {
			change(plus(v, -1))
		}
	case ast.String:
		switch name {
		case "op":
			if other := otherOps[string(v)]; other != "" && other != "remove" {
				change(ast.StringTerm(other))
			}
		case "finding":
			change(ast.StringTerm(map[bool]string{true: "secret/*", false: "pii/*"}[v == "pii/*"]))
		case "scope":
			change(ast.StringTerm(map[bool]string{true: "principal", false: "session"}[v == "session"]))
		case "path", "label", "with":
			change(otherText(v))
		}
	case *ast.Array:
		c.around = t.Location
		for i, member := range elements(v) {
			if v.Len() == 1 || member.Location == nil {
				break
			}
			c.offer("change-reason", member.Location, sourceOf(member), "", func() {
				rest := slices.Delete(elements(v), i, i+1)
				set(withMember(t, key, &ast.Term{Value: ast.NewArray(rest...), Location: value.Location}))
			})
		}
	}
}

func (c *changes) relabelText(before, after string) {
	if c.target == -1 {
		last := c.found[len(c.found)-1]
		last.Before, last.After = folded(before), after
	}
}
