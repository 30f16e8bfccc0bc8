package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// someTests is what a run that leaves tests out is asked.
type someTests struct {
	// Only tests of these packages (dotted, without `data`); absent: of all.
	Packages []string `json:"packages"`
	// What these packages do not reach is not even compiled, so what is wrong with it is not found.
	Part bool `json:"part"`
	// Bases of packages whose results the caller has: their tests do not run. Absent: no basis is asked for.
	Known []string `json:"known"`
}

// narrow leaves the tests out that nobody asked for, with all that no other reaches. It gives the bases of all packages
// that were asked for, by their names as results have them, and which of them run.
func (request *testRequest) narrow() (map[string]string, map[string]bool, error) {
	parsed, err := request.parse()
	if err != nil {
		return nil, nil, err
	}
	texts := map[string]string{}
	for _, m := range request.Modules {
		texts[m.Path] = m.Text
	}
	r := newReach(parsed)
	bases, running := map[string]string{}, map[string]bool{}
	patterns, starts := []string{}, []string{}
	for data, paths := range testPackages(parsed) {
		name := strings.TrimPrefix(data, "data.")
		if request.Packages != nil && !slices.Contains(request.Packages, name) {
			continue
		}
		bases[name] = r.basis(name, paths, texts)
		if bases[name] != "" && slices.Contains(request.Known, bases[name]) {
			continue
		}
		running[name] = true
		patterns = append(patterns, regexp.QuoteMeta(data))
		starts = append(starts, paths...)
	}
	if !request.Part && (len(running) < len(bases) || len(running) == 0) {
		if _, err := request.compiled(parsed); err != nil {
			return nil, nil, err
		}
	}
	request.Modules = withPaths(request.Modules, r.from(starts))
	request.Run = `^(` + strings.Join(patterns, "|") + `)[.\[]`
	return bases, running, nil
}

func withPaths(modules []module, paths []string) []module {
	return slices.DeleteFunc(slices.Clone(modules), func(m module) bool { return !slices.Contains(paths, m.Path) })
}

// runSome runs the tests that are asked for and not known.
func (request testRequest) runSome() (any, error) {
	bases, running, err := request.narrow()
	if err != nil {
		return nil, err
	}
	out := []testResult{}
	if len(running) > 0 {
		if out, err = request.results(nil); err != nil {
			return nil, err
		}
	}
	// a pattern takes packages below as well
	out = slices.DeleteFunc(out, func(t testResult) bool { return !running[t.Package] })
	maps.DeleteFunc(bases, func(_, basis string) bool { return basis == "" })
	return map[string]any{"tests": out, "bases": bases}, nil
}
