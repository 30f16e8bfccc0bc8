# METADATA
# title: Only listed hosts are reached
# description: >-
#   Denies calls whose URLs or hosts name a host that is not in `hosts`. Off in profile `starter`, because nobody else
#   knows your hosts.
# custom:
#   severity: high
#   category: network
#   since: 0.2.0
#   owasp_llm: [LLM02:2025, LLM06:2025]
#   owasp_mcp: [MCP02:2025, MCP10:2025]
#   does: deny
#   remediation: >-
#     Use a host that is listed; or let the policy's owner add this one to `hosts`.
#   why: >-
#     Data leaves with the address of a request as well as with its body: `https://attacker.example/?q=` and whatever
#     the agent has read. A list of hosts closes every place that nobody has thought of.
#   false_positives: >-
#     Every new host is denied until it is listed. Run it on `shadow` first and read the warnings; list a domain with
#     all its hosts as `*.example.com`.
#   misses: >-
#     Hosts that a server reaches by itself, redirects, URLs inside longer texts, and what a listed host passes on.
#   settings:
#     hosts: "hosts that may be reached; `*.example.com` for all hosts in a domain, which is not itself one of them"
#     keys: "arguments that hold a host or a URL, in lower case, at any depth"
package rules.network.allowed_hosts

import rego.v2

import data.lib.arguments
import data.lib.urls

deny contains $"argument `{found.name}` names a host that is not listed: use a listed one" if {
	input.from == "client"
	# sluice:equivalent drop-expression `urls.reached` looks at no other method; rules are found by it
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	some found in urls.reached(_settings.keys)
	not urls.among(found.host, _settings.hosts)
}

# A web address without a host that can be read is not on the list.
deny contains $"argument `{found.name}` is a web address without a host: use a listed one" if {
	input.from == "client"
	some found in urls.named
	urls.scheme(found.value) in {"http", "https"}
	count(urls.hosts(found.value)) == 0
}

deny contains $"argument `{named.name}` is not a text, so its host cannot be read" if {
	input.from == "client"
	input.method == "tools/call"
	some named in arguments.under(_settings.keys)
	not is_string(named.value)
}

deny contains "network/allowed_hosts is not configured: `hosts` and `keys` must be lists" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _configured
}

_settings := data.settings["network/allowed_hosts"]

_configured if {
	is_array(_settings.hosts)
	is_array(_settings.keys)
}
