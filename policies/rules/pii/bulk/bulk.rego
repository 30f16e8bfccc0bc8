# METADATA
# title: Personal data come in small numbers
# description: >-
#   Warns of a result with more than `warn_above` findings of personal data (`pii/*`), and denies one with more than
#   `deny_above`. The server has done its work then; the answer is withheld.
# custom:
#   severity: high
#   category: pii
#   since: 0.2.0
#   owasp_llm: [LLM02:2025, LLM10:2025]
#   owasp_mcp: [MCP10:2025]
#   does: warn, then deny
#   remediation: >-
#     Ask for fewer rows, for a count, or for columns without personal data.
#   why: >-
#     One address in an answer is work; a thousand are a leak, whether the agent was told to export the customers or
#     only forgot a `limit`. Masks hide values; this rule stops the export.
#   false_positives: >-
#     Lists of contacts and mailing lists: raise the numbers, or set the level to `shadow` for that server with an
#     exception.
#   misses: >-
#     Personal data that no detector knows. Findings are counted, not people: the same address twice counts twice,
#     also where a result says the same as text and as structured content. A result cannot be held, so there is no
#     middle way between a warning and a denial.
#   settings:
#     warn_above: "findings in one result"
#     deny_above: "the same"
package rules.pii.bulk

import rego.v2

deny contains $"the result has more than {_settings.deny_above} pieces of personal data: ask for less" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	is_number(_settings.deny_above)
	_found > _settings.deny_above
}

warn contains $"the result has more than {_settings.warn_above} pieces of personal data" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	is_number(_settings.warn_above)
	_found > _settings.warn_above
}

# Without a list of findings nobody has looked.
deny contains "nobody has looked for personal data in this result: switch the detector `pii` on" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	not is_array(input.findings)
}

deny contains "pii/bulk is not configured: `warn_above` and `deny_above` must be numbers" if {
	input.from == "server"
	input.kind == "result"
	input.method in _reading
	not _configured
}

_reading := {"tools/call", "resources/read", "prompts/get", "tasks/result"}

_found := count([finding |
	some finding in input.findings
	startswith(finding.type, "pii/")
])

_settings := data.settings["pii/bulk"]

_configured if {
	is_number(_settings.warn_above)
	is_number(_settings.deny_above)
}
