# METADATA
# title: Nothing changes in a freeze
# description: >-
#   Denies the call of a tool that changes systems (deploy, release, migrate, …) from the beginning of a freeze until its end,
#   except to the groups that the freeze lets through. Says the reason that the freeze gives.
# custom:
#   severity: medium
#   category: change
#   since: 0.2.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP02:2025]
#   does: deny
#   remediation: Wait until the freeze ends, or have somebody of an excepted group make the change.
#   why: >-
#     Before a big sale, an audit or the holidays everybody has agreed to leave systems alone. Agents were not at the meeting.
#   false_positives: >-
#     Tools that speak of changes and make none, like `list_releases` or `get_deploy_status`: name them in `except`.
#   misses: >-
#     Changes by tools with other names, and changes that a general tool makes (a shell, SQL, a file): add such tools to
#     `tools`. Without `freezes` nothing happens.
#   settings:
#     freezes: "list of `from`, `to` (RFC 3339), `reason` and, optionally, `except_groups`"
#     words: "tools with one of these words in their name change systems"
#     tools: "and these, by name"
#     except: "and these do not"
package rules.change.freeze

import rego.v2

import data.lib.changes
import data.lib.tool

deny contains $"`{tool.shown}` changes systems, which are left as they are for now: {freeze.reason}" if {
	input.from == "client"
	input.method == "tools/call"
	changes.changing(_settings)
	some freeze in _settings.freezes
	not _outside(freeze)
	not _excepted(freeze)
}

deny contains "change/freeze is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_outside(freeze) if {
	is_number(input.time.ns)
	input.time.ns < time.parse_rfc3339_ns(freeze.from)
}

_outside(freeze) if {
	is_number(input.time.ns)
	input.time.ns >= time.parse_rfc3339_ns(freeze.to)
}

_excepted(freeze) if {
	some group in input.principal.groups
	group in freeze.except_groups
}

_settings := data.settings["change/freeze"]

_configured if {
	changes.valid(_settings)
	is_array(_settings.freezes)
	every freeze in _settings.freezes {
		time.parse_rfc3339_ns(freeze.from) < time.parse_rfc3339_ns(freeze.to)
		is_string(freeze.reason)
		is_array(object.get(
			freeze, "except_groups",
			# sluice:equivalent change-collection any list is one
			[],
		))
	}
}
