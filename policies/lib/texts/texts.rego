# METADATA
# title: Texts of a frame
# description: >-
#   Every string of what a frame brings, wherever it is nested: content blocks, structured content, embedded resources,
#   messages of prompts, of errors and of logs. Names of members are not among them. They are walked once a frame.
#   A search costs by the text as well as by the character, so short texts come joined by line breaks, as one.
package lib.texts

import rego.v2

# METADATA
# title: What the server says
# description: >-
#   The strings of its result or error, and of the parameters of its own requests and notifications, short ones joined.
#   Undefined on frames of the client.
said := joined(input.result) if {
	input.from == "server"
	input.kind == "result"
} else := joined(input.error) if {
	input.from == "server"
	input.kind == "error"
} else := joined(input.params) if {
	input.from == "server"
	input.kind in {"request", "notification"}
}

# METADATA
# title: What the client says
# description: >-
#   The strings of the parameters of its requests and notifications, and of its answers, short ones joined. Undefined on
#   frames of the server.
sent := joined(input.params) if {
	input.from == "client"
	input.kind in {"request", "notification"}
} else := joined(input.result) if {
	input.from == "client"
	input.kind == "result"
} else := joined(input.error) if {
	input.from == "client"
	input.kind == "error"
}

# METADATA
# title: Strings of a value
# description: Every string in it, at any depth; the value itself if it is one.
of(value) := [text |
	walk(value, [_, text])
	is_string(text)
]

# METADATA
# title: Texts of a value
# description: Every string of more than 1000 characters by itself, and all others as one text, with line breaks between them.
joined(value) := array.concat(long, [concat("\n", _short(strings, long))]) if {
	strings := of(value)
	long := [text |
		some text in strings
		count(text) > 1000
	]
}

# Mostly all of them are.
_short(strings, long) := strings if {
	# sluice:equivalent change-collection the list below has the same texts then
	long == []
} else := [text |
	some text in strings
	count(text) <= 1000
]
