package main

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

type packageInfo struct {
	Path  []string `json:"path"`
	Files []string `json:"files"`
	// Where the first file says `package`.
	File        string           `json:"file"`
	Row         int              `json:"row"`
	Col         int              `json:"col"`
	Annotations *annotationsInfo `json:"annotations,omitempty"`
	Rules       []ruleInfo       `json:"rules"`
	// Of a rule package: the frames that its sets can say anything of. Null: any.
	Touches slots `json:"touches"`
	// Of a rule package: what its sets are made of. Null: they may use anything.
	Uses *uses `json:"uses"`
}

// annotationsInfo is the METADATA of a package.
type annotationsInfo struct {
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	Custom      map[string]any `json:"custom,omitempty"`
	File        string         `json:"file"`
	Row         int            `json:"row"`
	Col         int            `json:"col"`
}

type ruleInfo struct {
	// The first name of the head: `deny` of `deny contains x` and of `deny.a[b]`.
	Name string `json:"name"`
	// The head's reference as written.
	Head    string `json:"head"`
	Kind    string `json:"kind"`
	Default bool   `json:"default,omitempty"`
	File    string `json:"file"`
	Row     int    `json:"row"`
	Col     int    `json:"col"`
	// What the member of a partial set is, as far as the text tells.
	Member *shape `json:"member,omitempty"`
	// Which parts of the input this rule and all it uses read: dotted prefixes, `input` for all of it. Null
	// when the policy does not compile.
	Reads []string `json:"reads"`
}

const (
	kindSet      = "set"      // deny contains x
	kindComplete = "complete" // deny := x, deny if …
	kindFunction = "function" // deny(x) := y
	kindMap      = "map"      // deny[x] := y
	kindNested   = "nested"   // deny.a contains x
)

// inspect tells what a policy's packages define. Only text that does not parse is an error: what does not
// compile has no reads.
func inspect(body []byte) (any, error) {
	var request policy
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, err
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	var reads map[string][]string
	var required *requires
	var used *usage
	if c, err := request.compiled(parsed); err == nil {
		reads = readsByRule(c)
		required = newRequires(c)
		if used, err = newUsage(c, parsed); err != nil {
			return nil, err
		}
	}
	packages := map[string]*packageInfo{}
	paths := make([]string, 0, len(parsed))
	for path := range parsed {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		m := parsed[path]
		name := m.Package.Path.String()
		info := packages[name]
		if info == nil {
			info = &packageInfo{File: path, Row: m.Package.Location.Row, Col: m.Package.Location.Col, Rules: []ruleInfo{}}
			for _, term := range m.Package.Path[1:] {
				info.Path = append(info.Path, plain(term.Value))
			}
			packages[name] = info
		}
		info.Files = append(info.Files, path)
		for _, a := range m.Annotations {
			if a.Scope == "package" && info.Annotations == nil {
				info.Annotations = &annotationsInfo{
					Title: a.Title, Description: a.Description, Custom: a.Custom,
					File: path, Row: a.Location.Row, Col: a.Location.Col,
				}
			}
		}
		for _, r := range m.Rules {
			info.Rules = append(info.Rules, describe(r, reads))
		}
	}
	out := make([]*packageInfo, 0, len(packages))
	for _, info := range packages {
		if required != nil {
			info.Touches = required.touches(info)
			info.Uses = used.of(info)
		}
		out = append(out, info)
	}
	slices.SortFunc(out, func(a, b *packageInfo) int { return slices.Compare(a.Path, b.Path) })
	return map[string]any{"packages": out}, nil
}

func describe(r *ast.Rule, reads map[string][]string) ruleInfo {
	ref := r.Head.Ref()
	info := ruleInfo{
		Name:    plainVar(ref[0].Value),
		Head:    ref.String(),
		Kind:    kindOf(r, ref),
		Default: r.Default,
		File:    r.Location.File,
		Row:     r.Location.Row,
		Col:     r.Location.Col,
		Reads:   reads[key(r)],
	}
	if info.Reads == nil && reads != nil {
		info.Reads = []string{}
	}
	if info.Kind == kindSet {
		info.Member = shapeOf(r.Head.Key, r.Body)
	}
	return info
}

func kindOf(r *ast.Rule, ref ast.Ref) string {
	switch {
	case len(r.Head.Args) > 0:
		return kindFunction
	case len(ref) > 1 && r.Head.RuleKind() == ast.MultiValue:
		return kindNested
	case len(ref) > 1:
		return kindMap
	case r.Head.RuleKind() == ast.MultiValue:
		return kindSet
	default:
		return kindComplete
	}
}

func plainVar(v ast.Value) string {
	if name, ok := v.(ast.Var); ok {
		return string(name)
	}
	return strings.Trim(v.String(), `"`)
}

// key identifies a rule before and after compiling: by its place.
func key(r *ast.Rule) string {
	return r.Location.String()
}
