package main

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A change is shown with this much of the text on either side, in bytes.
const shownAround = 36

// shown is a change within the text around it: white space folded, and cut where it is long.
func (c *changes) shown(at *ast.Location, old, new string) (before, after string) {
	if c.around == nil {
		return clipped(folded(old), folded(new))
	}
	text, from := string(c.around.Text), at.Offset-c.around.Offset
	if from < 0 && strings.Count(text, old) == 1 { // see behindIf
		from = strings.Index(text, old)
	}
	if from < 0 || from+len(old) > len(text) || text[from:from+len(old)] != old {
		return clipped(folded(old), folded(new))
	}
	lead, rest := text[:from], text[from+len(old):]
	if new == "" && old != "" { // a member goes with its comma
		trimmed := strings.TrimLeft(rest, " \t\r\n")
		if next, ok := strings.CutPrefix(trimmed, ","); ok {
			rest = strings.TrimLeft(next, " \t\r\n")
		} else if last := strings.TrimRight(lead, " \t\r\n"); strings.HasSuffix(last, ",") {
			lead = strings.TrimSuffix(last, ",")
		}
	}
	return clipped(folded(text), folded(lead+new+rest))
}

func folded(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

// clipped cuts both texts where they are alike and far from what differs.
func clipped(before, after string) (string, string) {
	if after == "" {
		return cut(before, 0, 3*shownAround), ""
	}
	head := 0
	for head < len(before) && head < len(after) && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < len(before)-head && tail < len(after)-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	from := max(0, head-shownAround)
	return cut(before, from, len(before)-max(0, tail-shownAround)), cut(after, from, len(after)-max(0, tail-shownAround))
}

// cut is a part of a text, with an ellipsis for what is left out, whole characters only.
func cut(text string, from, to int) string {
	to = min(to, len(text))
	for from > 0 && text[from]&0xc0 == 0x80 {
		from--
	}
	for to < len(text) && text[to]&0xc0 == 0x80 {
		to++
	}
	out := text[from:to]
	if from > 0 {
		out = "…" + out
	}
	if to < len(text) {
		out += "…"
	}
	return out
}
