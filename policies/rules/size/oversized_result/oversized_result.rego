# METADATA
# title: Results have a size
# description: >-
#   Warns of a result with more than `warn_above` characters of text and base64, and denies one with more than
#   `deny_above`. The server has done its work then; the answer is withheld.
# custom:
#   severity: medium
#   category: size
#   since: 0.1.0
#   owasp_llm: [LLM10:2025]
#   owasp_mcp: [MCP10:2025]
#   does: warn, then deny
#   remediation: >-
#     Ask for less, with a filter, a limit or a range.
#   why: >-
#     One listing of everything fills a context window, costs money, and pushes the user's own instructions out of it.
#   false_positives: >-
#     A large image is large text. To warn only, set `deny_above` above the frame limit.
#   misses: >-
#     Tokens: characters are counted. In a result that has content, members other than the content and
#     `structuredContent` do not count.
#   settings:
#     warn_above: "characters of text and base64 in one result"
#     deny_above: "the same"
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
