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
under(keys) := {{"name": _name(array.concat(at, below)), "value": value} |
	# sluice:equivalent drop-expression where no name is among them, the loop finds none either; it only costs more
	# sluice:equivalent change-collection as above: then every name is asked for
	{key | some key in keys} & _names != set()
	some [at, node] in _named
	lower(_last(at)) in keys
	walk(node, [below, value])
	_is_leaf(value)
}

# METADATA
# title: Texts that start so
# description: Every `{name, value}` whose value is a text that starts with `start` (lower case), at any depth.
starting(start) := {{"name": _name(at), "value": value} |
	some [at, value] in _texts
	startswith(lower(value), start)
}

# METADATA
# title: Texts that hold something
# description: Every `{name, value}` whose value is a text with `part` in it, at any depth.
containing(part) := {{"name": _name(at), "value": value} |
	some [at, value] in _texts
	contains(value, part)
}

# Pairs of path and text, as walked: nothing is copied, because arguments can have very many values.
_texts := [pair |
	# sluice:ignore LINT_UNBOUNDED once a frame, and what does not fit the fuel is denied
	walk(input.tool.arguments, pair)
	# sluice:equivalent drop-expression no text starts or stands in anything else
	is_string(pair[1])
]

# Those that stand under a name: elements of lists do not, and a list can be long.
_named := [pair |
	# sluice:ignore LINT_UNBOUNDED once a frame, and what does not fit the fuel is denied
	walk(input.tool.arguments, pair)
	# sluice:equivalent drop-expression no place in a list is a name in lower case; they would only be many
	is_string(_last(pair[0]))
]

_names := {lower(_last(at)) | some [at, _] in _named}

_last(at) := at[count(at) - 1]

_is_leaf(value) if {
	not is_object(value)
	not is_array(value)
	not is_null(value)
}

_name(at) := concat("/", [_step(step) | some step in at])

# Keys are the caller's text: a message shows at most 32 characters of each.
# sluice:equivalent drop-expression `substring` of a number is undefined
_step(step) := substring(step, 0, 32) if is_string(step)

# sluice:equivalent drop-expression `format_int` of a text is undefined
_step(step) := format_int(step, 10) if is_number(step)
