# METADATA
# title: Results
# description: What comes back from tools, resources and prompts.
package lib.results

import rego.v2

# METADATA
# title: Size of a result
# description: >-
#   Characters of text and base64 in the content of a result, and of its structured content as JSON. A result of another
#   shape counts as what its JSON has.
size(result) := sum([count(text) | some text in _texts(result)]) + _structured(result) if {
	_blocks(result) != []
} else := count(json.marshal(result))

_structured(result) := count(json.marshal(result.structuredContent))

_structured(result) := 0 if not "structuredContent" in object.keys(result)

_texts(result) := [text |
	some block in _blocks(result)
	some holder in [block, object.get(block, "resource", {})]
	some key in ["text", "data", "blob"]
	text := holder[key]
	is_string(text)
]

# Content of tools, of resources, and of prompts and sampling (one block or several).
_blocks(result) := array.concat(
	[block |
		some key in ["content", "contents"]
		some block in result[key]
		is_object(block)
	],
	[block |
		some message in result.messages
		some block in array.flatten([message.content])
		is_object(block)
	],
)
