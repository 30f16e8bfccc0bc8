package main

import (
	"encoding/json"
	"slices"
)

// field is one of the four facts of a frame that the rule index looks at.
type field int

const (
	fieldFrom field = iota
	fieldKind
	fieldMethod
	fieldTool
	fields
)

// inputFields are the places of the facts in the input document.
var inputFields = map[string]field{
	"input.from":      fieldFrom,
	"input.kind":      fieldKind,
	"input.method":    fieldMethod,
	"input.tool.name": fieldTool,
}

// slot is a set of frames: those whose facts are each in the list for it. A fact without a list may be anything,
// absent included. A list is sorted and never empty.
type slot [fields][]string

// slots is a union of slots; none of them: no frame.
type slots []slot

// anyFrame is the answer whenever nothing is certain.
func anyFrame() slots { return slots{slot{}} }

// Each further slot costs a comparison a frame and rarely tells more: above this many they become one.
const maxSlots = 16

func (s slots) or(t slots) slots {
	return slices.Concat(s, t).tidy()
}

func (s slots) and(t slots) slots {
	out := slots{}
	for _, a := range s {
		for _, b := range t {
			if both, possible := a.and(b); possible {
				out = append(out, both)
			}
		}
	}
	return out.tidy()
}

func (s slot) and(t slot) (slot, bool) {
	for f := range fields {
		switch {
		case t[f] == nil:
		case s[f] == nil:
			s[f] = t[f]
		default:
			if s[f] = common(s[f], t[f]); len(s[f]) == 0 {
				return slot{}, false
			}
		}
	}
	return s, true
}

// tidy drops what another slot contains, joins slots that differ in one fact only, and bounds their number.
func (s slots) tidy() slots {
	out := slots{}
	for _, next := range s {
		for i := 0; i < len(out); i++ {
			if joined, exact := join(out[i], next); exact {
				next = joined
				out = slices.Delete(out, i, i+1)
				i = -1 // what it has become may join with those before
			}
		}
		out = append(out, next)
	}
	if len(out) > maxSlots {
		all := out[0]
		for _, next := range out[1:] {
			all = hull(all, next)
		}
		out = slots{all}
	}
	return out
}

// join gives the slot with exactly the frames of both, if there is one.
func join(s, t slot) (slot, bool) {
	all := hull(s, t)
	differ := 0
	for f := range fields {
		if !slices.Equal(s[f], t[f]) || (s[f] == nil) != (t[f] == nil) {
			differ++
		}
	}
	return all, differ <= 1 || all.equal(s) || all.equal(t)
}

func (s slot) equal(t slot) bool {
	for f := range fields {
		if !slices.Equal(s[f], t[f]) || (s[f] == nil) != (t[f] == nil) {
			return false
		}
	}
	return true
}

// hull is the smallest slot with the frames of both.
func hull(s, t slot) slot {
	var out slot
	for f := range fields {
		if s[f] != nil && t[f] != nil {
			out[f] = sorted(slices.Concat(s[f], t[f]))
		}
	}
	return out
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

// common is what two sorted lists share; not nil.
func common(a, b []string) []string {
	out := []string{}
	for _, x := range a {
		if _, found := slices.BinarySearch(b, x); found {
			out = append(out, x)
		}
	}
	return out
}

func (s slot) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		From   []string `json:"from,omitempty"`
		Kind   []string `json:"kind,omitempty"`
		Method []string `json:"method,omitempty"`
		Tool   []string `json:"tool,omitempty"`
	}{s[fieldFrom], s[fieldKind], s[fieldMethod], s[fieldTool]})
}

// order makes the answer independent of the order in which it was found.
func (s slots) order() slots {
	slices.SortFunc(s, func(a, b slot) int {
		for f := range fields {
			if c := slices.Compare(a[f], b[f]); c != 0 {
				return c
			}
		}
		return 0
	})
	return s
}
