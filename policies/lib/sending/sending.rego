# METADATA
# title: Tools that send
# description: Which calls carry data away, for the rules about what may follow what.
package lib.sending

import rego.v2

import data.lib.tool

# METADATA
# title: Does this call send
# description: >-
#   True for a tool with one of the words `sending` in its name, or one of `tools`, unless its server is one of
#   `trusted_servers`. Undefined for frames without a usable name of a tool: `tools/malformed_call` denies those.
sends(settings) if {
	not input.server.name in settings.trusted_servers
	_named(settings)
}

_named(settings) if {
	some word in settings.sending
	word in tool.words
}

_named(settings) if tool.among(settings.tools)
