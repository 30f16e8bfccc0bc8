# METADATA
# title: Only listed resources are read
# description: >-
#   Denies reading or subscribing to a resource that is not under one of the addresses listed for its server, and to any
#   `file:` address that does not say plainly which file is meant. Servers that are not listed are let through with a
#   warning, or denied.
# custom:
#   severity: high
#   category: access
#   since: 0.2.0
#   owasp_llm: [LLM02:2025, LLM06:2025]
#   owasp_mcp: [MCP02:2025, MCP10:2025]
#   does: deny, warn where nothing is listed
#   remediation: Read a resource that is listed, or list its address for the server.
#   why: >-
#     Rules that look at tools do not see resources. `resources/read` of `file:///home/user/.ssh/id_rsa` is the same theft
#     without any call, and a server that takes templates reads whatever address it is given.
#   false_positives: >-
#     Servers with schemes of their own (`db:`, `ui:`) are denied once anything is listed for them: list `db:` too. Addresses
#     are compared letter by letter, so `HTTPS://…` is not `https://…`.
#   misses: Resources that a tool reads on request; what a listed address shows. Links and redirects behind an address.
#   settings:
#     allow: "addresses by server, `*` for all: `files: [\"file:///srv/docs\"]`; a bare scheme (`db:`) allows all of it"
#     unconfigured: "servers that `allow` does not name: `warn` or `deny`"
package rules.access.resources

import rego.v2

import data.lib.paths

deny contains "the resource is not under an address that is listed for its server: read one that is, or have it listed" if {
	_reads
	not _unlisted_server
	not _allowed
}

deny contains "no resources are listed for this server: have its addresses listed" if {
	_reads
	_unlisted_server
	not _settings.unconfigured == "warn"
}

warn contains "no resources are listed for this server: list its addresses to let no others pass" if {
	_reads
	_unlisted_server
	_settings.unconfigured == "warn"
}

deny contains $"the address of the resource {fault}: say plainly which file is meant" if {
	_reads
	paths.is_uri(input.params.uri)
	fault := paths.fault(input.params.uri)
}

deny contains "access/resources is not configured: `allow` must be lists by server, `unconfigured` warn or deny" if {
	_reads
	not _configured
}

_reads if {
	input.from == "client"
	input.method in {"resources/read", "resources/subscribe"}
}

_unlisted_server if {
	is_string(input.server.name)
	not input.server.name in object.keys(_settings.allow)
	not "*" in object.keys(_settings.allow)
}

_allowed if {
	some server in [input.server.name, "*"]
	some address in _settings.allow[server]
	_under(input.params.uri, address)
}

_under(uri, address) if {
	paths.is_uri(uri)
	not paths.fault(uri)
	paths.is_uri(address)
	paths.inside(uri, address)
}

_under(uri, address) if {
	not paths.is_uri(uri)
	startswith(uri, address)
	_ends_there(uri, address)
	not _climbs(uri)
}

# `https://docs.example.com` is not `https://docs.example.com.example.net`, nor a user name before another host.
_ends_there(uri, address) if uri == address

_ends_there(_, address) if endswith(address, "/")

_ends_there(_, address) if endswith(address, ":")

_ends_there(uri, address) if substring(uri, count(address), 1) in {"/", "?", "#"}

_climbs(uri) if ".." in split(replace(uri, "\\", "/"), "/")

# Escaped dots and separators, which a server could decode.
_climbs(uri) if {
	some escape in ["%2e", "%2f", "%5c"]
	contains(lower(uri), escape)
}

_settings := data.settings["access/resources"]

_configured if {
	_settings.unconfigured in {"warn", "deny"}
	is_object(_settings.allow)
	every addresses in _settings.allow {
		is_array(addresses)
	}
}
