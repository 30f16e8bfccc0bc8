# METADATA
# title: Only what is listed is allowed
# description: >-
#   Every request and notification, of client and server, that no entry of `config.allow` names is denied, unknown
#   methods included. Tools that are not allowed leave the list that clients see.
# custom:
#   severity: high
#   category: access
#   since: 0.1.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP02:2025, MCP04:2025]
#   does: deny
#   remediation: >-
#     Add an entry `{server, method, tool, group}` to `config.allow`, or do without.
#   why: >-
#     A list of what is allowed fails closed: a server that grows a new tool overnight, or an agent that finds a
#     method nobody thought of, gets nothing before somebody has said yes.
#   false_positives: >-
#     Everything you have not thought of is denied. Run profile `observe` with this rule on `shadow` first, and read
#     the warnings.
#   misses: >-
#     What an allowed tool is used for: arguments are the business of the other rules. Answers belong to a request
#     that was allowed and pass.
#   details: |
#     `config.allow` is a list of entries. Each member is optional; what is there must be equal. An entry with another member,
#     or none, allows nothing.
#
#     ```yaml
#     config:
#       allow:
#         - { method: tools/list }
#         - { server: files, method: tools/call, tool: read_file }
#         - { server: db, group: analysts }
#     ```
#   settings:
#     always: "methods without which no session opens; they carry nothing to or from a tool"
package rules.access.allowlist

import rego.v2

import data.lib.tool

deny contains $"{_what} on server `{input.server.name}` is not on the allow list: ask for an entry in config.allow" if {
	not _answer
	not _allowed
}

_what := $"tool `{tool.shown}`" if {
	tool.shown
} else := $"`{input.method}`"

# An answer belongs to a request that was allowed.
_answer if input.kind in {"result", "error"}

_allowed if input.method in data.settings["access/allowlist"].always

# A misspelt member has no facts, so its entry allows nothing. An empty entry would allow everything: it does not count.
_allowed if {
	some entry in data.config.allow
	count(entry) > 0
	every member, wanted in entry {
		wanted in _facts[member]
	}
}

# Sets, because an absent fact must only matter to entries that ask for it.
_facts := {
	"server": {name | name := input.server.name},
	"method": {method | method := input.method},
	"tool": {name | name := input.tool.name},
	"group": {group | some group in input.principal.groups},
}
