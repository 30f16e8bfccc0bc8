# METADATA
# title: Texts of a frame
# description: >-
#   Every string of what a frame brings, wherever it is nested: content blocks, structured content, embedded resources,
#   messages of prompts, of errors and of logs. Names of members are not among them. They are walked once a frame.
package lib.texts

import rego.v2

# METADATA
# title: What the server says
# description: >-
#   The strings of its result or error, and of the parameters of its own requests and notifications. Undefined on frames
#   of the client.
said := _strings(input.result) if {
	input.from == "server"
	input.kind == "result"
} else := _strings(input.error) if {
	input.from == "server"
	input.kind == "error"
} else := _strings(input.params) if {
	input.from == "server"
	input.kind in {"request", "notification"}
}

# METADATA
# title: What the client says
# description: >-
#   The strings of the parameters of its requests and notifications, and of its answers. Undefined on frames of the server.
sent := _strings(input.params) if {
	input.from == "client"
	input.kind in {"request", "notification"}
} else := _strings(input.result) if {
	input.from == "client"
	input.kind == "result"
} else := _strings(input.error) if {
	input.from == "client"
	input.kind == "error"
}

# METADATA
# title: Strings of a value
# description: Every string in it, at any depth; the value itself if it is one.
of(value) := _strings(value)

_strings(value) := [text |
	walk(value, [_, text])
	is_string(text)
]
