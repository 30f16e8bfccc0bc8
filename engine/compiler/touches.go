package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// setNames are the partial sets of a rule package.
var setNames = []string{"deny", "hold", "mask", "warn", "label"}

// touches finds for a rule package `rules.<category>.<name>` the frames for which any of its sets can have a
// member; nil when nothing is known, so any.
func (q *requires) touches(info *packageInfo) slots {
	if len(info.Path) != 3 || info.Path[0] != "rules" {
		return nil
	}
	for _, r := range info.Rules {
		if slices.Contains(setNames, r.Name) && r.Kind != kindSet {
			return anyFrame() // such a rule is reported for every frame
		}
	}
	found := slots{}
	for _, name := range setNames {
		path := ast.Ref{ast.DefaultRootDocument}
		for _, part := range append(slices.Clone(info.Path), name) {
			path = append(path, ast.StringTerm(part))
		}
		for _, r := range q.constants.compiler.GetRulesDynamicWithOpts(path, ast.RulesOptions{IncludeHiddenModules: true}) {
			if r.Head.RuleKind() != ast.MultiValue || !r.Ref().Equal(path) {
				return anyFrame()
			}
			found = found.or(q.definition(r, false, func(*ast.Rule) *scope { return newScope(q.constants) }, 0))
		}
	}
	return found.order()
}
