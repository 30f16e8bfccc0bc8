package main

import "github.com/open-policy-agent/opa/v1/ast"

// span is where a part of a file stands: rows and columns from 1, the end being after the last character.
type span struct {
	Row    int `json:"row"`
	Col    int `json:"col"`
	EndRow int `json:"endRow"`
	EndCol int `json:"endCol"`
}

func spanOf(at *ast.Location) span {
	row, col := at.End()
	return span{at.Row, at.Col, row, col}
}

type place struct {
	file     string
	row, col int
}

// order is when OPA evaluates which expression: the later, the higher.
type order map[place]int

// orderOf compiles a policy to see in which order OPA evaluates it: an expression that needs a variable waits for the
// one that binds it.
func orderOf(modules map[string]*ast.Module, compile func(map[string]*ast.Module) (*ast.Compiler, error)) (order, error) {
	c, err := compile(modules)
	if err != nil {
		return nil, err
	}
	found := order{}
	n := 0
	for _, m := range c.Modules {
		ast.WalkExprs(m, func(e *ast.Expr) bool {
			n++
			if at := e.Location; at != nil {
				// The parts that the compiler has made of an expression stand before what is left of it.
				found[place{at.File, at.Row, at.Col}] = n
			}
			return false
		})
	}
	return found, nil
}

// keeps tells whether OPA evaluates the expressions of a body in the order that they stand in.
func (o order) keeps(body ast.Body) bool {
	last := 0
	for _, e := range body {
		if e.Location == nil {
			continue
		}
		if at, known := o[place{e.Location.File, e.Location.Row, e.Location.Col}]; known {
			if at < last {
				return false
			}
			last = at
		}
	}
	return true
}
