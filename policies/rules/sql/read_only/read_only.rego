# METADATA
# title: Read-only databases are only read
# description: >-
#   Denies SQL that does more than read in calls of servers with one of `labels`: every statement must start with a
#   reading word (`select`, `with`, `show`, `explain`, …) and have no writing word and none of `functions` in it.
# custom:
#   severity: high
#   category: sql
#   since: 0.2.0
#   owasp_llm: [LLM06:2025, LLM05:2025]
#   owasp_mcp: [MCP02:2025, MCP05:2025]
#   does: deny
#   remediation: >-
#     Leave the writing to a server that is meant for it, or rewrite the statement so that it only reads.
#   why: >-
#     A reporting database with a user that may write is one `update` away from wrong numbers, and functions such as
#     `pg_read_file` or `xp_cmdshell` reach beyond the database. The rights of the database user are the fence; this
#     one stands where they were set too wide.
#   false_positives: >-
#     `select … for update`, statements with comments, and search texts under an argument of `keys`: give the label
#     only to servers whose `keys` hold SQL.
#   misses: >-
#     Functions of your own that write, and servers without the label. The label is given in `sluice.yaml`
#     (`servers.db.labels`).
#   settings:
#     labels: "labels of servers that are only read"
#     keys: "arguments that hold SQL, in lower case, at any depth"
#     functions: "functions that do more than read"
package rules.sql.read_only

import rego.v2

import data.lib.arguments
import data.lib.sql

deny contains $"argument `{named.name}` does more than read: server `{input.server.name}` is only read" if {
	input.from == "client"
	input.method == "tools/call"
	_read_only
	some named in arguments.under(_settings.keys)
	not sql.reads_only(named.value, _settings.functions)
}

deny contains "sql/read_only is not configured: `labels`, `keys` and `functions` must be lists" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_read_only if {
	some label in input.server.labels
	label in _settings.labels
}

_settings := data.settings["sql/read_only"]

_configured if {
	is_array(_settings.labels)
	is_array(_settings.keys)
	is_array(_settings.functions)
}
