package main

import (
	"regexp"

	"github.com/open-policy-agent/opa/v1/ast"
)

// patterns are the operands that hold a regular expression.
var patterns = map[string]int{
	"regex.match": 0, "regex.find_n": 0, "regex.split": 0, "regex.find_all_string_submatch_n": 0, "regex.replace": 1,
}

// builtin looks at one call, wherever it stands.
func (l *linter) builtin(operator string, operands []*ast.Term, at *ast.Location, c bodyContext, s sign) {
	if len(operands) == 2 {
		l.compared(operator, operands[0], operands[1], at, s, c)
	}
	l.whole(operands, at, c)
	if i, ok := patterns[operator]; ok && i < len(operands) {
		l.pattern(operands[i], at, c, s)
	}
	switch operator {
	case "object.get":
		if len(operands) == 3 {
			l.path(operands[0], operands[1], c)
		}
	case "sprintf":
		if len(operands) == 2 {
			l.format(operands[0], operands[1], c)
		}
	case "replace":
		if len(operands) == 3 {
			l.search(operands[1], at, c)
		}
	case "strings.replace_n":
		if len(operands) == 2 {
			l.searches(operands[0], at, c)
		}
	case "numbers.range", "numbers.range_step":
		for _, operand := range operands {
			if v := c.names.of(operand); v != nil && v.trust == trustNone {
				l.say(findingUnbounded, false, at, map[string]any{"path": v.String(), "form": "range"})
			}
		}
	case "walk":
		if v := c.names.of(operands[0]); v != nil && v.trust == trustNone && !c.test {
			l.say(findingUnbounded, false, at, map[string]any{"path": v.String(), "form": "walk"})
		}
	case "print", "internal.print":
		if !c.test {
			l.say(findingPrint, false, at, nil)
		}
	case "time.now_ns":
		if !c.test {
			l.say(findingTime, false, at, nil)
		}
	}
}

// whole finds `input` as an operand: nobody can see which parts are read.
func (l *linter) whole(operands []*ast.Term, at *ast.Location, c bodyContext) {
	for _, operand := range operands {
		ref, ok := operand.Value.(ast.Ref)
		bare := ok && len(ref) == 1 && ref[0].Equal(ast.InputRootDocument)
		if v, ok := operand.Value.(ast.Var); ok && v.Equal(ast.InputRootDocument.Value) {
			bare = true
		}
		if bare && !c.test {
			if operand.Location != nil {
				at = operand.Location
			}
			l.say(findingWhole, false, at, nil)
		}
	}
}

func (l *linter) pattern(t *ast.Term, at *ast.Location, c bodyContext, s sign) {
	text, ok := c.names.literal(t).(ast.String)
	if !ok {
		return
	}
	if _, err := regexp.Compile(string(text)); err != nil {
		l.say(findingRegex, s&signHolds != 0, at, map[string]any{"value": string(text), "why": err.Error()})
	}
}

// path looks at the path of an `object.get` on the input.
func (l *linter) path(from, key *ast.Term, c bodyContext) {
	var path []string
	if ref, ok := from.Value.(ast.Ref); !ok || len(ref) != 1 || !ref[0].Equal(ast.InputRootDocument) {
		v := c.names.of(from)
		if v == nil || v.trust == trustNone {
			return
		}
		path = append(path, v.path...)
	}
	start := len(path)
	list := steps(key)
	for _, step := range list {
		path = append(path, constant(step))
	}
	p, unknown := l.schema.at(path)
	if unknown < start || path[unknown] == "*" {
		return
	}
	before := inputPlace{path: path[:unknown]}.String()
	details := map[string]any{"before": before, "path": path[unknown], "oneOf": p.node.names()}
	l.say(findingField, true, list[unknown-start].Location, details)
}

func (l *linter) search(t *ast.Term, at *ast.Location, c bodyContext) {
	if text, ok := c.names.literal(t).(ast.String); ok {
		if text == "" {
			l.say(findingReplace, false, at, map[string]any{"form": "empty"})
		}
	} else if v := c.names.of(t); v != nil {
		l.say(findingReplace, false, at, map[string]any{"form": "open", "path": v.String()})
	}
}

func (l *linter) searches(t *ast.Term, at *ast.Location, c bodyContext) {
	object, ok := t.Value.(ast.Object)
	if literal, isLiteral := c.names.literal(t).(ast.Object); isLiteral {
		object, ok = literal, true
	}
	if ok {
		object.Foreach(func(key, _ *ast.Term) { l.search(key, at, c) })
	} else if v := c.names.of(t); v != nil {
		l.say(findingReplace, false, at, map[string]any{"form": "open", "path": v.String()})
	}
}
