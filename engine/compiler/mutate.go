package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"
)

// mutant is one small change of a policy: what a test should notice.
type mutant struct {
	// File, row, column and operator; with a number where there are several of them.
	ID       string `json:"id"`
	File     string `json:"file"`
	Row      int    `json:"row"`
	Col      int    `json:"col"`
	Operator string `json:"operator"`
	// Dotted, without `data`.
	Package string `json:"package"`
	// The first name of the head.
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`

	// Which rule of the file, and which of the changes that this rule offers.
	rule, ordinal int
	// The number of the definition in a module: see `withMutants`.
	definition int
}

// equivalent is a comment that says that mutants of the next line change nothing.
type equivalent struct {
	File string `json:"file"`
	Row  int    `json:"row"`
	// Empty: every operator.
	Operator string `json:"operator,omitempty"`
	Reason   string `json:"reason,omitempty"`
	// The first line below it that is no comment.
	Line int `json:"line"`
}

// mutants lists every change of the policy, in the order of the places.
func mutants(body []byte) (any, error) {
	var request policy
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	listed := []*mutant{}
	comments := []equivalent{}
	for _, path := range util.KeysSorted(parsed) {
		listed = append(listed, mutantsOf(path, parsed[path])...)
		comments = append(comments, equivalentsOf(path, parsed[path])...)
	}
	return map[string]any{"mutants": listed, "equivalents": comments, "operators": operatorNames}, nil
}

// mutantsOf are the mutants of one file, each with an id of its own. Two changes that give the same rule are one mutant.
func mutantsOf(path string, m *ast.Module) []*mutant {
	found := []*mutant{}
	for i, r := range m.Rules {
		seen := map[string]bool{asWritten(r): true}
		for _, one := range changesOf(m, r) {
			changed, dropped := changedRule(m, r, one.ordinal)
			text := "(dropped)"
			if !dropped {
				text = asWritten(changed)
			}
			if seen[text] {
				continue
			}
			seen[text] = true
			one.File, one.rule = path, i
			one.Package = strings.TrimPrefix(m.Package.Path.String(), "data.")
			one.Name = plainVar(r.Head.Ref()[0].Value)
			found = append(found, one)
		}
	}
	slices.SortStableFunc(found, func(a, b *mutant) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		if a.Col != b.Col {
			return a.Col - b.Col
		}
		return slices.Index(operatorNames, a.Operator) - slices.Index(operatorNames, b.Operator)
	})
	counts := map[string]int{}
	for _, one := range found {
		id := fmt.Sprintf("%s:%d:%d:%s", one.File, one.Row, one.Col, one.Operator)
		counts[id]++
		one.ID = id
		if counts[id] > 1 {
			one.ID = fmt.Sprintf("%s:%d", id, counts[id])
		}
	}
	return found
}

// spelled is a rule with its else branches: two that are spelled alike are the same.
func asWritten(r *ast.Rule) string {
	out := r.String()
	for b := r; b != nil; b = b.Else {
		out += fmt.Sprintf("|%v|%v|%v", b.Head.Key, b.Head.Value, b.Body)
	}
	return out
}

const equivalentMark = "sluice:equivalent"

// equivalentsOf reads `# sluice:equivalent OPERATOR? reason…`.
func equivalentsOf(path string, m *ast.Module) []equivalent {
	found := []equivalent{}
	comment := map[int]bool{}
	for _, c := range m.Comments {
		comment[c.Location.Row] = true
	}
	for _, c := range m.Comments {
		text, ok := strings.CutPrefix(strings.TrimSpace(string(c.Text)), equivalentMark)
		if !ok {
			continue
		}
		one := equivalent{File: path, Row: c.Location.Row, Line: c.Location.Row + 1, Reason: strings.TrimSpace(text)}
		first, rest, _ := strings.Cut(one.Reason, " ")
		if slices.Contains(operatorNames, first) {
			one.Operator, one.Reason = first, strings.TrimSpace(rest)
		}
		for comment[one.Line] {
			one.Line++
		}
		found = append(found, one)
	}
	return found
}
