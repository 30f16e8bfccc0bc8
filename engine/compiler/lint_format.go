package main

import (
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// verb is one directive of a format, as package fmt has them.
var verb = regexp.MustCompile(`%[-+# 0]*(?:\[\d+\])?(\*|\d+)?(?:\.(?:\[\d+\])?(\*|\d+)?)?(?:\[(\d+)\])?(.)?`)

const (
	verbsOfAny      = "vT"
	verbsOfIntegers = "bcdoOxXUq"
	verbsOfFloats   = "eEfFgGxXb"
	verbsOfTexts    = "sqxX"
)

// format looks at a literal format and its values.
func (l *linter) format(format, values *ast.Term, c bodyContext) {
	text, ok := c.names.literal(format).(ast.String)
	if !ok {
		if v := c.names.of(format); v != nil && v.trust == trustNone {
			l.say(findingSprintf, false, format.Location, map[string]any{"form": "open", "path": v.String()})
		}
		return
	}
	list, ok := values.Value.(*ast.Array)
	if !ok {
		return
	}
	wants := 0
	indexed := false
	for _, m := range verb.FindAllStringSubmatch(string(text), -1) {
		letter := m[4]
		if letter == "%" {
			continue
		}
		if letter == "" || !strings.Contains(verbsOfAny+verbsOfIntegers+verbsOfFloats+verbsOfTexts+"t", letter) {
			l.say(findingSprintf, false, format.Location, map[string]any{"form": "verb", "value": m[0]})
			return
		}
		if strings.Contains(m[0], "[") || m[1] == "*" || m[2] == "*" {
			indexed = true
			continue
		}
		if wants < list.Len() && !indexed {
			l.fits(m[0], letter, list.Elem(wants), c)
		}
		wants++
	}
	if !indexed && wants != list.Len() {
		l.say(findingSprintf, false, format.Location, map[string]any{
			"form": "count", "wants": wants, "has": list.Len(),
		})
	}
}

// fits compares a directive with the type of its value, where that is known.
func (l *linter) fits(directive, letter string, t *ast.Term, c bodyContext) {
	kind := l.kindOf(t, c)
	fitting := verbsOfTexts // OPA makes a text of what is neither text nor number
	switch kind {
	case "":
		return
	case "integer":
		fitting = verbsOfIntegers
	case "number":
		fitting = verbsOfFloats
	}
	if !strings.Contains(verbsOfAny+fitting, letter) {
		l.say(findingSprintf, false, t.Location, map[string]any{"form": "type", "value": directive, "has": kind})
	}
}

// kindOf is the type of a term, or empty where it is not known.
func (l *linter) kindOf(t *ast.Term, c bodyContext) string {
	switch v := c.names.literal(t).(type) {
	case nil:
	case ast.Number:
		if _, ok := v.Int(); ok {
			return "integer"
		}
		return "number"
	default:
		return ast.ValueName(v)
	}
	if v := c.names.of(t); v != nil && v.node != nil {
		return v.node.Type
	}
	if s := shapeOf(t, nil); s.Kind != "unknown" && s.Kind != "number" {
		return s.Kind
	}
	return ""
}
