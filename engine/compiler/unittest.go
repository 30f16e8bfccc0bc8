package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"
)

type testResult struct {
	Name    string `json:"name"`
	Package string `json:"package"`
	File    string `json:"file"`
	Row     int    `json:"row"`
	Col     int    `json:"col"`
	// pass, fail, error or skip (todo_test_)
	Outcome    string   `json:"outcome"`
	DurationNs int64    `json:"durationNs"`
	Message    string   `json:"message,omitempty"`
	Output     string   `json:"output,omitempty"`
	Failed     *problem `json:"failed,omitempty"`
	// The cases of a table test that failed.
	Cases []string `json:"cases,omitempty"`
}

type testRequest struct {
	policy
	Data      map[string]any `json:"data"`
	Run       string         `json:"run"`
	TimeoutMs int64          `json:"timeoutMs"`
	// Also say what the interpreter evaluated: to compare with what an instrumented module counts.
	Coverage bool `json:"coverage"`
	someTests
}

// runTests runs test_ rules in OPA's interpreter. Only tests that failed are run again with a trace, to name
// the expression that was not true.
func runTests(body []byte) (any, error) {
	var request testRequest
	if err := util.UnmarshalJSON(body, &request); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	if _, err := regexp.Compile(request.Run); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadRequest, err)
	}
	if request.Packages != nil || request.Known != nil {
		return request.runSome()
	}
	cover := cover.New()
	out, err := request.results(cover)
	if err != nil {
		return nil, err
	}
	if !request.Coverage {
		return map[string]any{"tests": out}, nil
	}
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	evaluated := map[string][]span{}
	for file, of := range cover.Report(parsed).Files {
		for _, r := range of.Covered {
			evaluated[file] = append(evaluated[file], span{r.Start.Row, r.Start.Col, r.End.Row, r.End.Col})
		}
	}
	return map[string]any{"tests": out, "evaluated": evaluated}, nil
}

// results are those of the tests that `Run` takes.
func (request testRequest) results(covered *cover.Cover) ([]testResult, error) {
	results, err := request.runOnce(request.Run, false, covered)
	if err != nil {
		return nil, err
	}
	failed := []string{}
	for _, r := range results {
		if r.Fail {
			failed = append(failed, regexp.QuoteMeta(r.Package+"."+r.Name))
		}
	}
	traced := map[string]*tester.Result{}
	if len(failed) > 0 {
		again, err := request.runOnce("^("+strings.Join(failed, "|")+")$", true, nil)
		if err != nil {
			return nil, err
		}
		for _, r := range again {
			traced[r.Package+"."+r.Name] = r
		}
	}
	out := make([]testResult, 0, len(results))
	for _, r := range results {
		out = append(out, report(r, traced[r.Package+"."+r.Name]))
	}
	return out, nil
}

func (request testRequest) runOnce(run string, trace bool, covered *cover.Cover) ([]*tester.Result, error) {
	parsed, err := request.parse()
	if err != nil {
		return nil, err
	}
	c := ast.NewCompiler().WithCapabilities(request.capabilities()).WithEnablePrintStatements(true)
	c.SetErrorLimit(0)
	data := request.Data
	if data == nil {
		data = map[string]any{}
	}
	store := inmem.NewFromObject(data)
	ctx := context.Background()
	txn, err := store.NewTransaction(ctx, storage.TransactionParams{})
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, txn)
	runner := tester.NewRunner().
		SetCompiler(c).
		SetStore(store).
		SetModules(parsed).
		SetRuntime(ast.ObjectTerm()).
		SetParallel(1).
		CapturePrintOutput(true).
		EnableTracing(trace).
		Filter(run)
	if request.Coverage && covered != nil {
		runner = runner.SetCoverageQueryTracer(covered)
	}
	if request.TimeoutMs > 0 {
		runner = runner.SetTimeout(time.Duration(request.TimeoutMs) * time.Millisecond)
	}
	ch, err := runner.RunTests(ctx, txn)
	if err != nil {
		return nil, err
	}
	results := []*tester.Result{}
	for r := range ch {
		results = append(results, r)
	}
	slices.SortFunc(results, func(a, b *tester.Result) int {
		if order := a.Location.Compare(b.Location); order != 0 {
			return order
		}
		return strings.Compare(a.Name, b.Name)
	})
	return results, nil
}

func report(r, traced *tester.Result) testResult {
	out := testResult{
		Name:       r.Name,
		Package:    strings.TrimPrefix(r.Package, "data."),
		File:       r.Location.File,
		Row:        r.Location.Row,
		Col:        r.Location.Col,
		DurationNs: r.Duration.Nanoseconds(),
		Output:     string(r.Output),
		Outcome:    "pass",
	}
	switch {
	case r.Skip:
		out.Outcome = "skip"
	case r.Error != nil:
		p := problems(r.Error)[0]
		out.Outcome, out.Message, out.Failed = "error", p.Message, &p
	case r.Fail:
		out.Outcome, out.Message = "fail", "the test was not true"
		for name, sub := range r.SubResults.Iter {
			if sub.Fail && len(sub.SubResults) == 0 {
				out.Cases = append(out.Cases, strings.Join(name, "/"))
			}
		}
		slices.Sort(out.Cases)
		if e := lastFailure(r, traced); e != nil {
			out.Message = fmt.Sprintf("not true: `%s`", text(e))
			out.Failed = &problem{Code: "not_true", Message: out.Message}
			out.Failed.place(e.Location)
		}
	}
	return out
}

// lastFailure is the last expression in the test itself that had no true value.
func lastFailure(r, traced *tester.Result) *ast.Expr {
	if traced == nil {
		return nil
	}
	var last *ast.Expr
	var query uint64
	for _, event := range traced.Trace {
		if rule, ok := event.Node.(*ast.Rule); ok && event.Op == topdown.EnterOp && rule.Location.Equal(r.Location) {
			query = event.QueryID
		}
		if e, ok := event.Node.(*ast.Expr); ok && event.Op == topdown.FailOp && event.QueryID == query && query != 0 {
			last = e
		}
	}
	return last
}

// text is an expression as it was written, where that is known.
func text(e *ast.Expr) string {
	if e.Location != nil && len(e.Location.Text) > 0 {
		return strings.SplitN(string(e.Location.Text), "\n", 2)[0]
	}
	return e.String()
}
