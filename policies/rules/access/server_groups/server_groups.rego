# METADATA
# title: Servers are for their groups
# description: >-
#   Denies every request and notification to a server that is configured for certain groups, if the principal is in none of
#   them. Groups that are absent or cannot be read are none.
# custom:
#   severity: high
#   category: access
#   since: 0.2.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP07:2025, MCP02:2025]
#   does: deny
#   remediation: Ask for membership in one of the server's groups.
#   why: >-
#     Whoever has a token reaches every server of the gateway. The agent of the help desk has no business on the server of the
#     payroll, and what it cannot open it cannot be talked into using.
#   false_positives: >-
#     Groups come from the token or the identity provider at the beginning: who has just joined a group needs a new session.
#   misses: Servers that `servers` does not name, so until it names some nothing happens. What a member does there.
#   settings:
#     servers: "groups by server, `*` for all that are not named: `payroll: [finance]`"
package rules.access.server_groups

import rego.v2

deny contains "this server is not for your groups: ask for membership in one of its groups" if {
	_asks
	not _open
	not _member
}

deny contains "access/server_groups is not configured: `servers` must be lists of groups by server" if {
	_asks
	not _configured
}

# An answer belongs to a request that came from a server the client is on.
_asks if {
	input.from == "client"
	not input.kind in {"result", "error"}
}

_open if {
	is_string(input.server.name)
	not input.server.name in object.keys(_settings.servers)
	not "*" in object.keys(_settings.servers)
}

_open if count(_settings.servers) == 0

_member if {
	some group in input.principal.groups
	group in _groups
}

_groups := own if {
	own := _settings.servers[input.server.name]
} else := _settings.servers["*"]

_settings := data.settings["access/server_groups"]

_configured if {
	is_object(_settings.servers)
	every groups in _settings.servers {
		is_array(groups)
	}
}
