package main

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// unfoldDefaults writes a default whose value has mutants as the last branch of a rule, which a switch can choose:
// `default x := v` becomes `x := d if d := x__sluice_defined` with else branches for `v` and for each mutant.
func unfoldDefaults(modules map[string]*ast.Module, number numbered) {
	for path, m := range modules {
		rules := []*ast.Rule{}
		for _, r := range m.Rules {
			if !r.Default {
				rules = append(rules, r)
				continue
			}
			mine := defaultsOf(path, r, number)
			if len(mine) == 0 {
				rules = append(rules, r)
				continue
			}
			rules = append(rules, unfolded(modules, m, r, mine, number))
		}
		m.Rules = rules
	}
}

func defaultsOf(path string, r *ast.Rule, number numbered) []int {
	mine := []int{}
	for n, one := range number {
		if one.File == path && one.Operator == "change-default" && one.Row == r.Location.Row && one.Col == r.Location.Col {
			mine = append(mine, n)
		}
	}
	slices.Sort(mine)
	return mine
}

func unfolded(modules map[string]*ast.Module, m *ast.Module, r *ast.Rule, mine []int, number numbered) *ast.Rule {
	name := plainVar(r.Head.Ref()[0].Value)
	hidden := name + unfoldedSuffix
	text := "package x\n"
	defined := false
	for _, other := range modules {
		if !other.Package.Equal(m.Package) {
			continue
		}
		for _, rule := range other.Rules {
			for b := rule; b != nil; b = b.Else {
				if !rule.Default && len(b.Head.Ref()) == 1 && plainVar(b.Head.Ref()[0].Value) == name {
					defined = true
					b.Head.Name, b.Head.Reference = ast.Var(hidden), ast.Ref{ast.VarTerm(hidden).SetLocation(b.Location)}
				}
			}
		}
	}
	if defined {
		text += fmt.Sprintf("%s := d if d := %s.%s\nelse := 0 if true\n", name, m.Package.Path, hidden)
	} else {
		text += fmt.Sprintf("%s := 0 if true\n", name)
	}
	for _, n := range mine {
		text += fmt.Sprintf("else := 0 if sluice.on(\"%d\")\nelse := 0 if sluice.on(\"-%d\")\n", n, n)
	}
	rule := ast.MustParseModuleWithOpts(text, ast.ParserOptions{RegoVersion: ast.RegoV1}).Rules[0]
	rule.Module = m
	b := rule
	if defined {
		b = b.Else
	}
	b.Head.Value = r.Head.Value.Copy()
	b.Body = ast.NewBody(ast.MustParseExpr(fmt.Sprintf("sluice.original(\"%d\")", number[mine[0]].definition)))
	for _, n := range mine {
		b = b.Else
		changed, _ := changedRule(m, r, number[n].ordinal)
		b.Head.Value = changed.Head.Value
		b = b.Else
		b.Head.Value = r.Head.Value.Copy()
	}
	setLocation(rule, r.Location)
	return rule
}
