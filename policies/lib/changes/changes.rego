# METADATA
# title: Tools that change systems
# description: Which calls bring something new to where others depend on it, by the words and names that settings give.
package lib.changes

import rego.v2

import data.lib.tool

# METADATA
# title: The called tool changes something
# description: >-
#   True if a word of its name is among `settings.words` or its name among `settings.tools`, and its name is not among
#   `settings.except`.
changing(settings) if {
	_changing(settings)
	not tool.among(settings.except)
}

# METADATA
# title: Settings that say which tools those are
# description: True if `words`, `tools` and `except` are lists.
valid(settings) if {
	is_array(settings.words)
	is_array(settings.tools)
	is_array(settings.except)
}

_changing(settings) if {
	some word in settings.words
	word in tool.words
}

_changing(settings) if tool.among(settings.tools)
