package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"
)

// explainedSet is one set of a rule package: its members, and what each definition came to.
type explainedSet struct {
	Package     string       `json:"package"`
	Set         string       `json:"set"`
	Members     []valueInfo  `json:"members"`
	Definitions []definition `json:"definitions"`
	Error       *problem     `json:"error,omitempty"`
}

// definition is one rule of a set or of a helper, or a branch of it.
type definition struct {
	// Of its head.
	span
	File string `json:"file"`
	Head string `json:"head"`
	// How often it gave something.
	Fired int `json:"fired"`
	// Where it got furthest, if it never fired.
	Failed *failure `json:"failed,omitempty"`
}

// ruleSets are the names that a rule package may give to a set.
var ruleSets = []string{"deny", "hold", "mask", "warn", "label"}

// explain says why the sets of the rule packages are as they are for one input. It asks OPA's interpreter: a module says
// what came out, and not why. Each set is evaluated by itself and all of its definitions are tried.
func explain(body []byte) (any, error) {
	var request struct {
		policy
		Data map[string]any `json:"data"`
		// JSON as text: its numbers stay as they are spelled.
		Input string `json:"input"`
		NowNs int64  `json:"nowNs,string"`
	}
	if err := util.UnmarshalJSON(body, &request); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	c, err := request.compiled(parsed)
	if err != nil {
		return nil, err
	}
	input, err := ast.ValueFromReader(strings.NewReader(request.Input))
	if err != nil {
		return nil, fmt.Errorf("%w: input: %w", errBadRequest, err)
	}
	if request.Data == nil {
		request.Data = map[string]any{}
	}
	ctx := context.Background()
	store := inmem.NewFromObject(request.Data)
	txn, err := store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, txn)
	x := &explainer{ctx, c, parsed, written(parsed), store, txn, ast.NewTerm(input), time.Unix(0, request.NowNs), helperBudget, topdown.NewVirtualCache()}
	sets := []explainedSet{}
	for _, path := range util.KeysSorted(parsed) {
		m := parsed[path]
		if len(m.Package.Path) != 4 || !m.Package.Path[1].Equal(ast.InternedTerm("rules")) {
			continue
		}
		for _, set := range ruleSets {
			ref := m.Package.Path.Append(ast.StringTerm(set))
			known := func(s explainedSet) bool { return s.Package == m.Package.Path.String() && s.Set == set }
			if len(c.GetRulesExact(ref)) > 0 && !slices.ContainsFunc(sets, known) {
				sets = append(sets, x.set(m.Package.Path, set, ref))
			}
		}
	}
	return map[string]any{"sets": sets}, nil
}

// explainer asks one policy about one input.
type explainer struct {
	ctx    context.Context
	c      *ast.Compiler
	parsed map[string]*ast.Module
	// Rules as they are written, by place.
	written map[place]*ast.Rule
	store   storage.Store
	txn     storage.Transaction
	input   *ast.Term
	now     time.Time
	// How many helpers it may still follow, so that a policy of many that use each other ends soon.
	budget int
	cache  topdown.VirtualCache
}

// written are all rules with their branches, by the place of their heads.
func written(modules map[string]*ast.Module) map[place]*ast.Rule {
	out := map[place]*ast.Rule{}
	for _, m := range modules {
		ast.WalkRules(m, func(r *ast.Rule) bool {
			out[placeOf(r.Head.Location)] = r
			return false
		})
	}
	return out
}

func placeOf(at *ast.Location) place { return place{at.File, at.Row, at.Col} }

func (x *explainer) set(pkg ast.Ref, set string, ref ast.Ref) explainedSet {
	out := explainedSet{Package: pkg.String(), Set: set, Members: []valueInfo{}, Definitions: []definition{}}
	value, trace, err := x.run(ast.NewBody(ast.Equality.Expr(ast.VarTerm("value"), ast.NewTerm(ref))), true)
	if err != nil {
		p := problems(err)[0]
		out.Error = &p
		return out
	}
	if members, ok := value.(ast.Set); ok {
		members.Sorted().Foreach(func(member *ast.Term) { out.Members = append(out.Members, infoOf(member.Value)) })
	}
	out.Definitions = x.definitions(x.c.GetRulesExact(ref), trace, 0)
	return out
}

// definitions tells what became of rules in a traced run, in the order of the text.
func (x *explainer) definitions(rules []*ast.Rule, trace *tracer, depth int) []definition {
	out := []definition{}
	for _, first := range rules {
		for r := first; r != nil; r = r.Else {
			if r.Default {
				continue
			}
			d := definition{span: spanOf(r.Head.Location), File: r.Location.File, Head: r.Head.Ref().String()}
			p := trace.rules[r]
			if p == nil {
				continue // a branch that nobody came to, or a function of other arguments
			}
			if d.Fired = p.fired; d.Fired == 0 {
				d.Failed = x.failure(r, p, depth)
			}
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b definition) int {
		if a.File != b.File {
			return slices.Compare([]byte(a.File), []byte(b.File))
		}
		return slices.Compare([]int{a.Row, a.Col}, []int{b.Row, b.Col})
	})
	return out
}

// run evaluates a query with the variable `value`, all definitions tried; the first value, nil where it is undefined.
func (x *explainer) run(query ast.Body, traced bool) (ast.Value, *tracer, error) {
	return x.runIn(nil, query, traced)
}

// runIn is run with the names that a module knows.
func (x *explainer) runIn(m *ast.Module, query ast.Body, traced bool) (ast.Value, *tracer, error) {
	qc := x.c.QueryCompiler()
	if m != nil {
		qc = qc.WithContext(ast.NewQueryContext().WithPackage(m.Package).WithImports(m.Imports))
	}
	compiled, err := qc.Compile(query)
	if err != nil {
		return nil, nil, err
	}
	trace := newTracer()
	q := topdown.NewQuery(compiled).
		WithQueryCompiler(qc).
		WithCompiler(x.c).
		WithStore(x.store).
		WithTransaction(x.txn).
		WithInput(x.input).
		WithRuntime(ast.ObjectTerm()).
		WithTime(x.now).
		WithSeed(zeros{}).
		WithIndexing(false).
		WithEarlyExit(false)
	if traced {
		q = q.WithQueryTracer(trace)
	} else {
		q = q.WithVirtualCache(x.cache) // what was evaluated for one value need not be for the next
	}
	var value ast.Value
	rewritten := map[ast.Var]ast.Var{}
	for to, from := range qc.RewrittenVars() {
		rewritten[from] = to
	}
	name := ast.Var("value")
	if to, ok := rewritten[name]; ok {
		name = to
	}
	err = q.Iter(x.ctx, func(r topdown.QueryResult) error {
		if found := r[name]; found != nil && value == nil {
			value = found.Value
		}
		return nil
	})
	return value, trace, err
}

// zeros is chance that is always the same: what is random here is not what the module draws anyway.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

var _ io.Reader = zeros{}
