# METADATA
# title: The called tool
# description: Facts about the tool of this frame that several rules ask for; worked out once a frame.
package lib.tool

import rego.v2

import data.lib.names

# METADATA
# title: Name in lower case
# description: Undefined on frames without a tool; a name that is no text is `tools/malformed_call`'s business.
name := lower(input.tool.name)

# METADATA
# title: Words of its name
# description: See `lib.names.words`.
words := names.words(input.tool.name)

# METADATA
# title: How to call it in a message
# description: A name is the caller's text, so a message shows at most 64 characters of it.
shown := substring(input.tool.name, 0, 64)

# METADATA
# title: In a list of names
# description: True if the tool is named in `listed`, whatever its case.
among(listed) if {
	some entry in listed
	lower(entry) == name
}
