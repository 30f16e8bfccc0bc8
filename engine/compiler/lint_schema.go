package main

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// schemaNode is a part of the input schema, as far as this looks at it.
type schemaNode struct {
	// Type is a JSON type, or empty where anything may stand.
	Type     string
	Enum     []string
	Members  map[string]*schemaNode
	Required []string
	Items    *schemaNode
	// Further members may have any name.
	Open bool
}

func newSchema(raw any) *schemaNode {
	m, ok := raw.(map[string]any)
	if !ok {
		return &schemaNode{Open: true}
	}
	n := &schemaNode{Members: map[string]*schemaNode{}}
	n.Type, _ = m["type"].(string)
	n.Enum = stringsOf(m["enum"])
	n.Required = stringsOf(m["required"])
	if properties, ok := m["properties"].(map[string]any); ok {
		for name, child := range properties {
			n.Members[name] = newSchema(child)
		}
	}
	if items, ok := m["items"]; ok {
		n.Items = newSchema(items)
	}
	n.Open = m["additionalProperties"] != false && (n.Type == "" || n.Type == "object")
	return n
}

func stringsOf(list any) []string {
	items, _ := list.([]any)
	var out []string
	for _, item := range items {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (n *schemaNode) names() []string {
	out := make([]string, 0, len(n.Members))
	for name := range n.Members {
		out = append(out, name)
	}
	return inOrder(out)
}

func inOrder(names []string) []string {
	slices.Sort(names)
	return names
}

// trust is how much is known of a part of the input.
type trust int

const (
	trustGiven    trust = iota // there on every frame it can be asked of, with its type
	trustOptional              // may be absent; has its type where it is there
	trustNone                  // decided by a client, a server or a token: absent, or of any type
)

// inputPlace is a part of the input with what the schema tells of it.
type inputPlace struct {
	path  []string // without `input`; "*" for what is not constant
	trust trust
	node  *schemaNode // nil where anything may stand
}

func (p inputPlace) String() string {
	var b strings.Builder
	b.WriteString("input")
	for _, step := range p.path {
		switch {
		case step == "*":
			b.WriteString("[_]")
		case identifier.MatchString(step):
			b.WriteString("." + step)
		default:
			b.WriteString("[" + ast.String(step).String() + "]")
		}
	}
	return b.String()
}

// byFrame are members that a kind of frame has or has not: absent, there is nothing to be asked of them.
var byFrame = []string{"tool", "tool.definition", "tool.definition.status", "embedded_in"}

// counted are the counts by a name: absent before the first call.
var counted = []string{"session.calls.by_tool", "recent.calls.by_server"}

// at follows a path as far as the schema goes. unknown is the index of a step that the input has not, or -1.
func (n *schemaNode) at(path []string) (p inputPlace, unknown int) {
	p = inputPlace{path: path, node: n}
	for i, step := range path {
		spelled := strings.Join(path[:i+1], ".")
		if slices.Contains(counted, strings.Join(path[:i], ".")) {
			return inputPlace{path: path, trust: trustOptional, node: &schemaNode{Type: "integer"}}, -1
		}
		switch child := p.node.Members[step]; {
		case child != nil:
			optional := !slices.Contains(p.node.Required, step) && !slices.Contains(byFrame, spelled)
			p.node = child
			if child.Type == "" && len(child.Members) == 0 {
				return inputPlace{path: path, trust: trustNone}, -1
			}
			if optional {
				p.trust = trustOptional
			}
		case p.node.Items != nil:
			p.node = p.node.Items
		case p.node.Open:
			return inputPlace{path: path, trust: trustNone}, -1
		case step == "*":
			return inputPlace{path: path, node: &schemaNode{Open: true}}, -1
		default:
			return p, i
		}
	}
	return p, -1
}
