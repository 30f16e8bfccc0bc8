package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// uses is what the sets of a rule package are made of: their own Rego, that of all they refer to, and data.
type uses struct {
	// SHA-256 (hex) of the definitions, as parsed: neither comments nor formatting nor the names of files count.
	Code string `json:"code"`
	// Files with a definition among them, sorted.
	Files []string `json:"files"`
	// Longest constant prefixes of the data that they read, sorted; none contains another.
	Data [][]string `json:"data"`
}

// usage answers what rule packages use. Nil answers mean that they may use anything.
type usage struct {
	compiler *ast.Compiler
	// Modules as parsed: the compiler numbers the variables of its own form over all modules.
	parsed map[string]*ast.Module
	// Definitions by place. Those that begin at one place count together.
	texts map[string][]string
	// A definition whose value the METADATA around it decides.
	annotated map[string]bool
}

func newUsage(c *ast.Compiler, parsed map[string]*ast.Module) (*usage, error) {
	u := &usage{compiler: c, parsed: parsed, texts: map[string][]string{}, annotated: map[string]bool{}}
	for _, m := range parsed {
		for _, r := range m.Rules {
			text, err := treeText(m, r)
			if err != nil {
				return nil, err
			}
			place := rulePlace(r)
			u.texts[place] = append(u.texts[place], text)
			u.annotated[place] = u.annotated[place] || readsMetadata(r)
		}
	}
	return u, nil
}

// of tells what the sets of a package use; nil when that may be anything, or when it is no rule package.
func (u *usage) of(info *packageInfo) *uses {
	if len(info.Path) != 3 || info.Path[0] != "rules" {
		return nil
	}
	seen := map[*ast.Rule]bool{}
	for _, path := range info.Files {
		for _, r := range u.compiler.Modules[path].Rules {
			if slices.Contains(setNames, plainVar(r.Head.Ref()[0].Value)) {
				u.follow(r, seen)
			}
		}
	}
	code := []string{}
	files := []string{}
	data := [][]string{}
	annotated := false
	for r := range seen {
		place := rulePlace(r)
		files = append(files, r.Location.File)
		annotated = annotated || u.annotated[place]
		code = append(code, u.texts[place]...) // of an `else` there is none: it stands in the text of its rule
		read, known := dataRead(r)
		if !known {
			return nil
		}
		data = append(data, read...)
	}
	if annotated {
		for _, m := range u.parsed {
			for _, a := range m.Annotations {
				code = append(code, a.String())
			}
		}
	}
	slices.Sort(code)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(code), "\n")))
	return &uses{Code: hex.EncodeToString(sum[:]), Files: sorted(files), Data: shortestPaths(data)}
}

// follow adds a rule and all that it refers to. The branches of an `else` are rules of their own in OPA's graph.
func (u *usage) follow(r *ast.Rule, seen map[*ast.Rule]bool) {
	for ; r != nil; r = r.Else {
		if seen[r] {
			continue
		}
		seen[r] = true
		for node := range u.compiler.Graph.Dependencies(r) {
			if next, ok := node.(*ast.Rule); ok {
				u.follow(next, seen)
			}
		}
	}
}

var wildcard = regexp.MustCompile(`\{"type":"var","value":"\$\d+"\}`)

// treeText is a rule's tree as JSON, with its package and the imports that it uses: two rules that mean something
// else never have the same.
func treeText(m *ast.Module, r *ast.Rule) (string, error) {
	bare := r.Copy()
	for b := bare; b != nil; b = b.Else {
		b.Annotations = nil
	}
	tree, err := json.Marshal(bare)
	if err != nil {
		return "", err
	}
	// `_` is numbered over the file
	count := 0
	text := wildcard.ReplaceAllStringFunc(string(tree), func(string) string {
		count++
		return `{"type":"var","value":"$` + strconv.Itoa(count) + `"}`
	})
	names := map[ast.Var]bool{}
	ast.WalkVars(r, func(v ast.Var) bool {
		names[v] = true
		return false
	})
	parts := []string{m.Package.Path.String()}
	for _, i := range m.Imports {
		if names[i.Name()] {
			parts = append(parts, i.Path.String()+" as "+string(i.Name()))
		}
	}
	slices.Sort(parts[1:])
	return strings.Join(append(parts, text), "\n"), nil
}

func readsMetadata(r *ast.Rule) bool {
	found := false
	ast.WalkRefs(r, func(ref ast.Ref) bool {
		found = found || ref.HasPrefix(ast.RegoMetadataChain.Ref()[:2])
		return found
	})
	return found
}

// dataRead are the paths of the data that a compiled rule reads itself; not known when it may be anything, or what
// the engine generates.
func dataRead(r *ast.Rule) (paths [][]string, known bool) {
	known = true
	var visitor *ast.GenericVisitor
	visitor = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.Rule:
			return x != r // an `else` is looked at by itself
		case ast.Ref:
			if !x[0].Equal(ast.DefaultRootDocument) {
				return false
			}
			switch path := constantPrefix(x); {
			case len(path) == 0 || path[0] == "sluice":
				known = false
			case path[0] != "rules" && path[0] != "lib": // data files may define neither
				paths = append(paths, path)
			}
			for _, term := range x[1:] {
				visitor.Walk(term)
			}
			return true
		case ast.Var:
			known = known && !x.Equal(ast.DefaultRootDocument.Value)
		}
		return false
	})
	visitor.Walk(r)
	return paths, known
}

func constantPrefix(ref ast.Ref) []string {
	path := []string{}
	for _, term := range ref[1:] {
		name, ok := term.Value.(ast.String)
		if !ok {
			break
		}
		path = append(path, string(name))
	}
	return path
}

// shortestPaths drops what another path contains.
func shortestPaths(paths [][]string) [][]string {
	slices.SortFunc(paths, slices.Compare)
	out := [][]string{}
	for _, path := range paths {
		if len(out) == 0 || !slices.Equal(path[:min(len(path), len(out[len(out)-1]))], out[len(out)-1]) {
			out = append(out, path)
		}
	}
	return out
}

func rulePlace(r *ast.Rule) string {
	return r.Location.File + ":" + strconv.Itoa(r.Location.Row) + ":" + strconv.Itoa(r.Location.Col)
}
