# METADATA
# title: Only what is listed is allowed
# description: Every request and notification that no entry of `config.allow` names is denied, unknown methods included.
# custom:
#   severity: high
#   category: access
#   since: 0.1.0
#   owasp: [LLM06:2025]
#   remediation: Add an entry {server, method, tool, group} to `config.allow`, or do without.
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
