package main

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// reach says which modules can have a part in what a package or an entrypoint gives. It goes by the names that parsed
// Rego has in it, so it may name more modules than are needed, never fewer.
type reach struct {
	modules map[string]*ast.Module
	named   map[string]*mentions
}

// mentions are what a module refers to.
type mentions struct {
	// Longest constant prefixes below `data`, its own package among them.
	prefixes [][]string
	// It may refer to anything: `data` as a whole, or annotations, which other modules can give.
	anything bool
	// It calls what answers otherwise each time, such as the clock.
	volatile bool
}

func newReach(parsed map[string]*ast.Module) *reach {
	r := &reach{modules: parsed, named: map[string]*mentions{}}
	volatile := map[string]bool{}
	for _, b := range ast.CapabilitiesForThisVersion().Builtins {
		volatile[b.Name] = b.Nondeterministic
	}
	for path, m := range parsed {
		r.named[path] = mentionsIn(m, volatile)
	}
	return r
}

func mentionsIn(m *ast.Module, volatile map[string]bool) *mentions {
	found := &mentions{}
	var walk func(part any)
	visit := func(x any) bool {
		switch x := x.(type) {
		case ast.Ref:
			name := x.String()
			found.volatile = found.volatile || volatile[name]
			found.anything = found.anything || strings.HasPrefix(name, "rego.metadata.")
			if x[0].Value.Compare(ast.DefaultRootDocument.Value) == 0 {
				found.prefixes = append(found.prefixes, constantPrefix(x))
			} else if _, plain := x[0].Value.(ast.Var); !plain {
				walk(x[0])
			}
			for _, term := range x[1:] {
				walk(term)
			}
			return true
		case ast.Var:
			found.anything = found.anything || x == ast.DefaultRootDocument.Value
		case *ast.Rule:
			for _, term := range x.Head.Reference { // OPA's walk leaves it out
				walk(term)
			}
		}
		return false
	}
	walk = func(part any) { ast.NewGenericVisitor(visit).Walk(part) }
	walk(m)
	found.prefixes = append(found.prefixes, constantPrefix(m.Package.Path))
	return found
}

// from are the paths of the modules that some modules reach, themselves among them, sorted.
func (r *reach) from(starts []string) []string {
	seen := map[string]bool{}
	waiting := slices.Clone(starts)
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		waiting = append(waiting, r.next(r.named[path], seen)...)
	}
	return slices.Sorted(maps.Keys(seen))
}

func (r *reach) next(n *mentions, seen map[string]bool) []string {
	out := []string{}
	for path, m := range r.modules {
		if seen[path] {
			continue
		}
		at := constantPrefix(m.Package.Path)
		if n.anything || slices.ContainsFunc(n.prefixes, func(p []string) bool { return overlap(p, at) }) {
			out = append(out, path)
		}
	}
	return out
}

// overlap: one is a prefix of the other.
func overlap(a, b []string) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[:n], b[:n])
}

// fromEntrypoints are the modules that entrypoints (`a/b/c`) reach.
func (r *reach) fromEntrypoints(entrypoints []string) []string {
	starts := []string{}
	for _, e := range entrypoints {
		asked := &mentions{prefixes: [][]string{strings.Split(e, "/")}}
		starts = append(starts, r.next(asked, nil)...)
	}
	return r.from(starts)
}

// basis identifies all that the tests of a package are made of, data apart: SHA-256 (hex) of its name and the modules
// that its own reach. Empty: they may go otherwise each time.
func (r *reach) basis(name string, starts []string, texts map[string]string) string {
	hash := sha256.New()
	hash.Write([]byte(name + "\x00"))
	for _, path := range r.from(starts) {
		if r.named[path].volatile {
			return ""
		}
		hash.Write([]byte(path + "\x00" + texts[path] + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// testPackages are the paths of the modules of each package (`data.a.b`) with a test.
func testPackages(parsed map[string]*ast.Module) map[string][]string {
	found, tested := map[string][]string{}, map[string]bool{}
	for path, m := range parsed {
		name := m.Package.Path.String()
		found[name] = append(found[name], path)
		tested[name] = tested[name] || slices.ContainsFunc(m.Rules, isTest)
	}
	maps.DeleteFunc(found, func(name string, _ []string) bool { return !tested[name] })
	return found
}

func isTest(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Head.Ref().GroundPrefix(), func(term *ast.Term) bool {
		name := plainVar(term.Value)
		return strings.HasPrefix(name, "test_") || strings.HasPrefix(name, "todo_test_")
	})
}
