package main

import (
	_ "unsafe" // for go:linkname

	_ "github.com/open-policy-agent/opa/v1/compile" // which has the back end
)

// nativeFunctions are the built-ins that OPA's WebAssembly back end has code of its own for, with the names of that
// code. It calls the host for every other one. OPA has no option for it, so this is its own variable; with a version
// that has no such variable the program does not start.
//
//go:linkname nativeFunctions github.com/open-policy-agent/opa/internal/compiler/wasm.builtinsFunctions
var nativeFunctions map[string]string

// redirected are the built-ins that the module's own code answers otherwise than OPA's interpreter, so the host does.
// engine/policy/builtins has them.
var redirected = []string{
	"array.slice",
	"base64.decode",
	"base64.is_valid",
	"base64url.decode",
	"bits.and",
	"bits.lsh",
	"bits.negate",
	"bits.or",
	"bits.rsh",
	"bits.xor",
	"concat",
	"format_int",
	"indexof",
	"internal.template_string",
	"json.filter",
	"json.is_valid",
	"json.marshal",
	"json.remove",
	"json.unmarshal",
	"object.union_n",
	"regex.find_all_string_submatch_n",
	"replace",
	"strings.replace_n",
	"substring",
	"to_number",
}

func init() {
	for _, name := range redirected {
		if _, native := nativeFunctions[name]; !native {
			panic("OPA's back end has no code for " + name + ": nothing to redirect, or its list is somewhere else")
		}
		delete(nativeFunctions, name)
	}
}
