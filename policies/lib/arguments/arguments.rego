# METADATA
# title: Arguments of a call
# description: Finds values in the arguments of the called tool, wherever they are nested. They are walked once a frame.
package lib.arguments

import rego.v2

# METADATA
# title: Values under a key
# description: >-
#   Every `{name, value}` that stands under one of `keys` (lower case), at any depth and through arrays and objects:
#   for `{"moves": [{"Source": "a"}]}` and `["source"]` it is `{"name": "moves/0/Source", "value": "a"}`. Null counts as absent.
under(keys) := {{"name": _name(at), "value": value} |
	some [at, value] in _leaves
	_passes(at, keys)
}

# METADATA
# title: Texts that start so
# description: Every `{name, value}` whose value is a text that starts with `start` (lower case), at any depth.
starting(start) := {{"name": _name(at), "value": value} |
	some [at, value] in _leaves
	startswith(lower(substring(value, 0, 32)), start)
}

# METADATA
# title: Texts that hold something
# description: Every `{name, value}` whose value is a text with `part` in it, at any depth.
containing(part) := {{"name": _name(at), "value": value} |
	some [at, value] in _leaves
	contains(value, part)
}

# Pairs of path and value, as walked: nothing is copied, because arguments can have very many values.
_leaves := [pair |
	walk(input.tool.arguments, pair)
	not is_object(pair[1])
	not is_array(pair[1])
	not is_null(pair[1])
]

_passes(at, keys) if {
	some step in at
	is_string(step)
	lower(step) in keys
}

_name(at) := concat("/", [_step(step) | some step in at])

# Keys are the caller's text: a message shows at most 32 characters of each.
_step(step) := substring(step, 0, 32) if is_string(step)

_step(step) := format_int(step, 10) if is_number(step)
