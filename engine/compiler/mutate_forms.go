package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

// withMutants is the policy with every definition in as many forms as it has mutants.
func withMutants(parsed map[string]*ast.Module, number numbered, probes bool) (map[string]*ast.Module, []built) {
	byRule := map[string]map[int][]int{}
	for i, one := range number {
		if byRule[one.File] == nil {
			byRule[one.File] = map[int][]int{}
		}
		byRule[one.File][one.rule] = append(byRule[one.File][one.rule], i)
	}
	out := make(map[string]*ast.Module, len(parsed))
	placed := []built{}
	definition := 0
	for _, path := range util.KeysSorted(parsed) {
		m := parsed[path].Copy()
		out[path] = m
		rules := []*ast.Rule{}
		for i, r := range m.Rules {
			definition++
			mine := byRule[path][i]
			slices.Sort(mine)
			if len(mine) == 0 {
				rules = append(rules, r)
				continue
			}
			for _, n := range mine {
				number[n].definition = definition
				placed = append(placed, built{number[n].ID, n, definition})
			}
			rules = append(rules, forms(m, r, mine, number, probes)...)
		}
		m.Rules = rules
	}
	for _, m := range out {
		for _, r := range m.Rules {
			r.Module = m
		}
	}
	unfoldDefaults(out, number)
	slices.SortFunc(placed, func(a, b built) int { return a.Number - b.Number })
	return out, placed
}

// forms are one definition as it was written and as each of its mutants has it, every branch of each behind its switch.
func forms(m *ast.Module, r *ast.Rule, mine []int, number numbered, probes bool) []*ast.Rule {
	if r.Default {
		return []*ast.Rule{r} // see unfoldDefaults
	}
	out := []*ast.Rule{}
	for _, n := range mine {
		changed, dropped := changedRule(m, r, number[n].ordinal)
		if probes {
			changed, dropped = probedRule(m, r, number[n].ordinal, false, n)
			original, _ := probedRule(m, r, number[n].ordinal, true, n)
			guard(original, fmt.Sprintf("sluice.on(\"-%d\")", n))
			relocate(original, n)
			out = append(out, original)
		}
		if dropped {
			continue
		}
		guard(changed, fmt.Sprintf("sluice.on(\"%d\")", n))
		relocate(changed, n)
		out = append(out, changed)
	}
	guard(r, fmt.Sprintf("sluice.original(\"%d\")", number[mine[0]].definition))
	return append([]*ast.Rule{r}, out...)
}

func guard(r *ast.Rule, text string) {
	for b := r; b != nil; b = b.Else {
		e := ast.MustParseExpr(text)
		setLocation(e, b.Location)
		b.Body = ast.NewBody(append([]*ast.Expr{e}, b.Body...)...)
	}
}

// relocate names the mutant as the file of everything in a rule: what the compiler says of it names it then.
func relocate(r *ast.Rule, n int) {
	eachLocation(r, func(at *ast.Location) *ast.Location {
		if at == nil {
			return nil
		}
		moved := *at
		moved.File = mutantPrefix + strconv.Itoa(n)
		return &moved
	})
}

func setLocation(node any, at *ast.Location) {
	eachLocation(node, func(*ast.Location) *ast.Location { return at })
}

func eachLocation(node any, change func(*ast.Location) *ast.Location) {
	ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Rule:
			x.Location = change(x.Location)
		case *ast.Head:
			x.Location = change(x.Location)
		case *ast.Expr:
			x.Location = change(x.Location)
		case *ast.Term:
			x.Location = change(x.Location)
		case *ast.SomeDecl:
			x.Location = change(x.Location)
		case *ast.Every:
			x.Location = change(x.Location)
		case *ast.With:
			x.Location = change(x.Location)
		}
		return false
	}).Walk(node)
}
