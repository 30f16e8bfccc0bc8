package main

import (
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
)

// endOf is the place after the last character of what stands at a place, 1-based; zeros where that is not known.
func endOf(at *ast.Location) (row, col int) {
	text := strings.TrimRight(string(at.Text), " \t\r\n")
	if text == "" {
		return 0, 0
	}
	lines := strings.Count(text, "\n")
	last := text[strings.LastIndexByte(text, '\n')+1:]
	if lines == 0 {
		return at.Row, at.Col + utf8.RuneCountInString(last)
	}
	return at.Row + lines, utf8.RuneCountInString(last) + 1
}
