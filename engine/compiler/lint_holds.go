package main

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// notHoldable are requests that cannot wait for a human.
var notHoldable = []string{"initialize", "ping", "server/discover", "subscriptions/listen"}

// holds finds holds of frames that cannot be held: they deny.
func (l *linter) holds() {
	q := newRequires(l.compiled)
	for path, m := range l.compiled.Modules {
		if l.tests[path] || l.generated[path] {
			continue
		}
		for _, r := range m.Rules {
			if !l.isRuleSet(r, m, "hold") {
				continue
			}
			for _, frames := range q.definition(r, false, func(*ast.Rule) *scope { return newScope(q.constants) }, 0) {
				l.hold(r, frames)
			}
		}
	}
}

func (l *linter) hold(r *ast.Rule, frames slot) {
	if kinds := frames[fieldKind]; kinds != nil && !slices.Contains(kinds, "request") {
		l.say(findingHold, true, r.Location, map[string]any{"form": "kind", "value": strings.Join(kinds, ", ")})
		return
	}
	var cannot []string
	for _, method := range frames[fieldMethod] {
		if slices.Contains(notHoldable, method) || strings.HasPrefix(method, "tasks/") ||
			strings.HasPrefix(method, "notifications/") {
			cannot = append(cannot, method)
		}
	}
	if len(cannot) > 0 {
		l.say(findingHold, true, r.Location, map[string]any{"form": "method", "value": strings.Join(cannot, ", ")})
	}
}
