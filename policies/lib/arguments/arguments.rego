# METADATA
# title: Arguments of a call
# description: Finds values in the arguments of a tool, wherever they are nested.
package lib.arguments

import rego.v2

# METADATA
# title: Values under a key
# description: >-
#   Every `{name, value}` that stands under one of `keys` (lower case), at any depth and through arrays and objects:
#   for `{"moves": [{"Source": "a"}]}` and `["source"]` it is `{"name": "moves/0/Source", "value": "a"}`. Null counts as absent.
under(arguments, keys) := {{"name": concat("/", [_step(step) | some step in at]), "value": value} |
	walk(arguments, [at, value])
	not is_object(value)
	not is_array(value)
	not is_null(value)
	_passes(at, keys)
}

# METADATA
# title: Texts that start so
# description: Every `{name, value}` whose value is a text that starts with `start` (lower case), at any depth.
starting(arguments, start) := {{"name": concat("/", [_step(step) | some step in at]), "value": value} |
	walk(arguments, [at, value])
	is_string(value)
	startswith(lower(substring(value, 0, 32)), start)
}

_passes(at, keys) if {
	some step in at
	is_string(step)
	lower(step) in keys
}

# Keys are the caller's text: a message shows at most 32 characters of each.
_step(step) := substring(step, 0, 32) if is_string(step)

_step(step) := format_int(step, 10) if is_number(step)
