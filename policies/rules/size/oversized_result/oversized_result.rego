# METADATA
# title: Results have a size
# description: A result that would flood the model's context is noted, and withheld from a second threshold on.
# custom:
#   severity: medium
#   category: size
#   since: 0.1.0
#   owasp: [LLM10:2025]
#   remediation: Ask for less, with a filter, a limit or a range.
package rules.size.oversized_result

import rego.v2

import data.lib.results

deny contains $"the result has more than {_settings.deny_above} characters: ask for less" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	is_number(_settings.deny_above)
	_size > _settings.deny_above
}

deny contains "the size of the result is not known" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	not _size
}

deny contains "size/oversized_result is not configured: `warn_above` and `deny_above` must be numbers" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	not _configured
}

warn contains $"the result has more than {_settings.warn_above} characters" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	is_number(_settings.warn_above)
	_size > _settings.warn_above
}

_reading := {"tools/call", "resources/read", "prompts/get", "tasks/result"}

_size := results.size(input.result)

_settings := data.settings["size/oversized_result"]

_configured if {
	is_number(_settings.warn_above)
	is_number(_settings.deny_above)
}
