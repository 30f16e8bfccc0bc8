package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// finding is one doubtful thing of a policy that compiles. Its words are made where they are shown.
type finding struct {
	// One of the finding… constants.
	Kind string `json:"kind"`
	// Whether it can make a deny, hold or mask not fire.
	Open   bool   `json:"open,omitempty"`
	File   string `json:"file"`
	Row    int    `json:"row"`
	Col    int    `json:"col"`
	EndRow int    `json:"endRow,omitempty"`
	EndCol int    `json:"endCol,omitempty"`
	// Parts of the message, by the kind.
	Details map[string]any `json:"details,omitempty"`
}

const (
	findingField     = "field"      // a path that the input has not
	findingReference = "reference"  // a name under data.lib or data.rules that nothing defines
	findingEnum      = "enum"       // a comparison with a value that the field never has
	findingWhole     = "whole"      // the input as a whole is handed on
	findingType      = "type"       // an argument is ordered or converted, whatever its type
	findingAbsent    = "absent"     // an absent field makes an expression undefined
	findingMessage   = "message"    // an absent field leaves a member of a set without its text
	findingRegex     = "regex"      // a pattern that does not compile
	findingSprintf   = "sprintf"    // a format that does not fit its values
	findingReplace   = "replace"    // a search that is empty, or not the author's
	findingUnbounded = "unbounded"  // work that the caller decides the amount of
	findingPrint     = "print"      // a print that was left in
	findingTime      = "time"       // time.now_ns
	findingHold      = "hold"       // a hold of what cannot wait
	findingTestField = "test-field" // a test input with a member that no input has
	findingTestType  = "test-type"  // a test input with a value of another type
	findingTestEnum  = "test-enum"  // a test input with a value that the field never has
)

// sign is what an expression is to the sets that enforce: some need it to hold, some need it not to.
type sign uint8

const (
	signHolds sign = 1 << iota // a deny, hold or mask fires only where it holds
	signFails                  // a deny, hold or mask fires only where it does not hold
)

// flipped is the sign of what is negated.
func (s sign) flipped() sign {
	var out sign
	if s&signHolds != 0 {
		out |= signFails
	}
	if s&signFails != 0 {
		out |= signHolds
	}
	return out
}

// linter looks at a policy as it was written, with all names resolved.
type linter struct {
	modules   map[string]*ast.Module
	tests     map[string]bool
	generated map[string]bool
	schema    *schemaNode
	// Absent where the policy does not compile.
	compiled *ast.Compiler
	// Every definition of a rule by its path, `data.lib.tool.words`.
	rules map[string][]*ast.Rule
	// The package that a definition stands in, spelled.
	packages map[*ast.Rule]string
	// The path that a definition belongs to, spelled.
	names map[*ast.Rule]string
	// What the body that holds an expression is to the sets that enforce.
	signs map[*ast.Expr]sign
	// Paths of the input that a package refuses where they are ill-typed: `not is_string(input.…)`.
	refused  map[string]map[string]bool
	findings []finding
	said     map[string]bool
}

func newLinter(modules map[string]*ast.Module, schema any, tests, generated []string) *linter {
	l := &linter{
		modules:   modules,
		tests:     map[string]bool{},
		generated: map[string]bool{},
		schema:    newSchema(schema),
		rules:     map[string][]*ast.Rule{},
		packages:  map[*ast.Rule]string{},
		names:     map[*ast.Rule]string{},
		signs:     map[*ast.Expr]sign{},
		refused:   map[string]map[string]bool{},
		findings:  []finding{},
		said:      map[string]bool{},
	}
	for _, path := range tests {
		l.tests[path] = true
	}
	for _, path := range generated {
		l.generated[path] = true
	}
	for _, path := range l.paths() {
		m := modules[path]
		for _, r := range m.Rules {
			name := m.Package.Path.Extend(r.Head.Ref().GroundPrefix()).String()
			l.rules[name] = append(l.rules[name], r)
			l.names[r] = name
			for b := r; b != nil; b = b.Else {
				l.packages[b] = m.Package.Path.String()
			}
		}
	}
	return l
}

// paths are those of the modules that somebody wrote, sorted.
func (l *linter) paths() []string {
	out := make([]string, 0, len(l.modules))
	for path := range l.modules {
		if !l.generated[path] {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// lintSafely is lint that says what it has found when it breaks off, and why it did.
func (l *linter) lintSafely() (found []finding, broken string) {
	defer func() {
		if r := recover(); r != nil {
			found, broken = l.findings, fmt.Sprint(r)
		}
	}()
	return l.lint(), ""
}

func (l *linter) lint() []finding {
	l.followSets()
	for _, path := range l.paths() {
		l.collectRefused(l.modules[path])
	}
	for _, path := range l.paths() {
		m := l.modules[path]
		for _, r := range m.Rules {
			for b := r; b != nil; b = b.Else {
				l.rule(b, path)
			}
		}
		if l.tests[path] {
			l.testInputs(m)
		}
	}
	l.references()
	if l.compiled != nil {
		l.holds()
	}
	slices.SortStableFunc(l.findings, func(a, b finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Row-b.Row, a.Col-b.Col, strings.Compare(a.Kind, b.Kind))
	})
	return l.findings
}

// say adds a finding, once for a place and kind.
func (l *linter) say(kind string, open bool, at *ast.Location, details map[string]any) {
	if at == nil {
		return
	}
	f := finding{Kind: kind, Open: open, File: at.File, Row: at.Row, Col: at.Col, Details: details}
	f.EndRow, f.EndCol = endOf(at)
	key := strings.Join([]string{kind, at.String(), textOf(details["path"]), textOf(details["value"])}, "\x00")
	if l.said[key] {
		return
	}
	l.said[key] = true
	l.findings = append(l.findings, f)
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

// isRuleSet tells whether a definition is one of a set that enforces: `deny contains …` in `rules.<category>.<name>`.
func (l *linter) isRuleSet(r *ast.Rule, m *ast.Module, names ...string) bool {
	return len(m.Package.Path) == 4 && m.Package.Path[1].Value.Compare(ast.String("rules")) == 0 &&
		r.Head.RuleKind() == ast.MultiValue && slices.Contains(names, plainVar(r.Head.Ref()[0].Value))
}
