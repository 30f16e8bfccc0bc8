package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

// readsByRule follows every rule through all that it uses (OPA's own dependency graph) and collects which
// parts of the input are read, as the longest constant prefix of each reference.
func readsByRule(c *ast.Compiler) map[string][]string {
	own := map[*ast.Rule][]string{}
	var rules []*ast.Rule
	for _, m := range c.Modules {
		ast.WalkRules(m, func(r *ast.Rule) bool {
			own[r] = inputRefs(r)
			rules = append(rules, r)
			return false
		})
	}
	out := map[string][]string{}
	for _, r := range rules {
		found := map[string]bool{}
		seen := map[*ast.Rule]bool{}
		var follow func(*ast.Rule)
		follow = func(r *ast.Rule) {
			if seen[r] {
				return
			}
			seen[r] = true
			for _, path := range own[r] {
				found[path] = true
			}
			for node := range c.Graph.Dependencies(r) {
				if next, ok := node.(*ast.Rule); ok {
					follow(next)
				}
			}
		}
		follow(r)
		// Two rules at one place cannot be: chained bodies have places of their own.
		out[key(r)] = shortest(append(out[key(r)], util.Keys(found)...))
	}
	return out
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func inputRefs(r *ast.Rule) []string {
	var paths []string
	var visitor *ast.GenericVisitor
	visitor = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.With:
			visitor.Walk(x.Value) // the target is written, not read
			return true
		case ast.Ref:
			if x[0].Equal(ast.InputRootDocument) {
				paths = append(paths, prefix(x))
				for _, term := range x[1:] {
					visitor.Walk(term)
				}
				return true
			}
		case ast.Var:
			if x.Equal(ast.InputRootDocument.Value) {
				paths = append(paths, "input")
			}
		}
		return false
	})
	visitor.Walk(r)
	return paths
}

func prefix(ref ast.Ref) string {
	parts := []string{"input"}
	for _, term := range ref[1:] {
		name, ok := term.Value.(ast.String)
		if !ok || !identifier.MatchString(string(name)) {
			break
		}
		parts = append(parts, string(name))
	}
	return strings.Join(parts, ".")
}

// shortest drops what another entry contains: `input.tool.name` beside `input.tool`.
func shortest(paths []string) []string {
	slices.Sort(paths)
	out := []string{}
	for _, path := range slices.Compact(paths) {
		if !slices.ContainsFunc(out, func(p string) bool { return path == p || strings.HasPrefix(path, p+".") }) {
			out = append(out, path)
		}
	}
	return out
}
