package main

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// references finds what is read under `data.lib` and `data.rules` and defined by no rule. Data files may not define it
// either, so it is undefined on every frame.
func (l *linter) references() {
	known := map[string]bool{}
	note := func(ref ast.Ref) {
		for n := 1; n <= len(ref); n++ {
			known[ref[:n].String()] = true
		}
	}
	for _, m := range l.modules {
		note(m.Package.Path)
		for _, r := range m.Rules {
			note(m.Package.Path.Extend(r.Head.Ref().ConstantPrefix()))
		}
	}
	for _, path := range l.paths() {
		if l.tests[path] {
			continue
		}
		operators := map[*ast.Term]bool{} // what is called and not there, OPA says itself
		ast.WalkTerms(l.modules[path], func(t *ast.Term) bool {
			if call, ok := t.Value.(ast.Call); ok {
				operators[call[0]] = true
			}
			return false
		})
		ast.WalkExprs(l.modules[path], func(e *ast.Expr) bool {
			if terms, ok := e.Terms.([]*ast.Term); ok {
				operators[terms[0]] = true
			}
			return false
		})
		ast.WalkRules(l.modules[path], func(r *ast.Rule) bool {
			ast.WalkTerms(r, func(t *ast.Term) bool {
				if ref, ok := t.Value.(ast.Ref); ok && !operators[t] {
					l.reference(ref, t.Location, known)
				}
				return false
			})
			return true // the else branches are within
		})
	}
}

func (l *linter) reference(ref ast.Ref, at *ast.Location, known map[string]bool) {
	ground := ref.ConstantPrefix() // `data.lib.deep[input.method]` names nothing below `deep`
	if len(ground) < 3 || !ground[0].Equal(ast.DefaultRootDocument) {
		return
	}
	if top := plain(ground[1].Value); top != "lib" && top != "rules" {
		return
	}
	for n := 3; n <= len(ground); n++ {
		if len(l.rules[ground[:n-1].String()]) > 0 {
			return // a part of what a rule gives
		}
		if known[ground[:n].String()] {
			continue
		}
		before := ground[:n-1].String()
		var names []string
		for path := range known {
			if rest, ok := strings.CutPrefix(path, before+"."); ok && !strings.Contains(rest, ".") {
				names = append(names, rest)
			}
		}
		l.say(findingReference, true, at, map[string]any{
			"before": before, "path": plain(ground[n-1].Value), "oneOf": inOrder(names),
		})
		return
	}
}
