# METADATA
# title: Nothing reaches into the inner network
# description: >-
#   Denies calls whose URLs or hosts point to link-local, private, shared, reserved or metadata addresses, to names of
#   inner networks, or to a host that cannot be read. For the own machine (`localhost`, loopback addresses) the
#   starter level only warns.
# custom:
#   severity: critical
#   category: network
#   since: 0.2.0
#   owasp_llm: [LLM06:2025, LLM02:2025]
#   owasp_mcp: [MCP05:2025, MCP02:2025]
#   does: deny (warn for the own machine)
#   remediation: >-
#     Name a public host; or let the policy's owner add the host to `allow`.
#   why: >-
#     A tool that fetches a URL does so from where its server stands. An instruction in a web page is enough to make
#     an agent fetch `http://169.254.169.254/latest/meta-data/`, and the credentials of the machine are in the
#     transcript (server-side request forgery).
#   false_positives: >-
#     Tools that work on an inner network: name its hosts, addresses or ranges (`10.1.0.0/16`) in `allow`, or the
#     server in `trusted_servers`.
#   misses: >-
#     Where a public name leads: names are not resolved here, so a name that resolves to an inner address, now or the
#     second time, passes, and so does a redirect. URLs inside longer texts, hosts under argument names that are not
#     in `keys`, and hosts that the server adds itself.
#   details: |
#     A host is looked for in every argument that starts as a URL, in the `uri` of a resource, and under the argument names of
#     `keys`. It is read as programs read it:
#
#     - IPv4 with one to four numbers, decimal, octal or hexadecimal (`http://2130706433`, `http://0x7f.1`, `http://0177.0.0.1`);
#     - IPv6, also with an IPv4 address inside (`[::ffff:10.0.0.1]`, `[64:ff9b::a00:1]`);
#     - without user, port, zone and final dots; where parsers disagree (`http://a.example\\@10.0.0.1`), every reading counts;
#     - with dots and digits of other scripts as the plain ones.
#   settings:
#     keys: "arguments that hold a host or a URL, in lower case, at any depth"
#     local_names: "names of the own machine"
#     private_names: "names of inner networks"
#     loopback: "what points to the own machine: `warn` or `deny`"
#     allow: >-
#       hosts, addresses and ranges that may be reached, e.g. `[wiki.internal, "*.svc.example", 10.1.0.0/16]`
#     trusted_servers: "servers whose calls are not looked at"
package rules.network.private_addresses

import rego.v2

import data.lib.addresses
import data.lib.arguments
import data.lib.urls

deny contains $"argument `{at.name}` points to {at.where}: name a public host" if {
	some at in _inward
	not _tolerated(at.where)
}

warn contains $"argument `{at.name}` points to {at.where}" if {
	some at in _inward
	_tolerated(at.where)
}

deny contains $"argument `{named.name}` is not a text, so its host cannot be read" if {
	input.from == "client"
	input.method == "tools/call"
	not _trusted
	some named in arguments.under(_settings.keys)
	not is_string(named.value)
}

deny contains "network/private_addresses is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _configured
}

# Every place that is not the public internet: {name, where}.
_inward contains {"name": found.name, "where": where} if {
	input.from == "client"
	# sluice:equivalent drop-expression `urls.reached` looks at no other method; rules are found by it
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _trusted
	some found in urls.reached(_settings.keys)
	where := _where(found.host)
	not _allowed(found.host)
}

_where(host) := "a host that cannot be read" if {
	urls.unclear(host)
} else := "a host that cannot be read" if {
	addresses.unreadable(host)
} else := kind if {
	kind := addresses.kind(host)
} else := "a name of the own machine" if {
	urls.among(host, _settings.local_names)
} else := "a name of an inner network" if {
	urls.among(host, _settings.private_names)
}

# Programs that are told to connect to the unspecified address connect to their own machine.
_tolerated(where) if {
	_settings.loopback == "warn"
	where in {"a loopback address", "an unspecified address", "a name of the own machine"}
}

_allowed(host) if urls.among(host, _settings.allow)

# An address that can be read in two ways is allowed if both are.
_allowed(host) if {
	spellings := addresses.spellings(host)
	count(spellings) > 0
	every address in spellings {
		_listed(address)
	}
}

_listed(address) if address in _settings.allow

_listed(address) if {
	some entry in _settings.allow
	net.cidr_contains(entry, address)
}

_trusted if input.server.name in _settings.trusted_servers

_settings := data.settings["network/private_addresses"]

_configured if {
	is_array(_settings.keys)
	is_array(_settings.local_names)
	is_array(_settings.private_names)
	_settings.loopback in {"warn", "deny"}
	is_array(_settings.allow)
	is_array(_settings.trusted_servers)
}
