# METADATA
# title: Requests are encrypted
# description: >-
#   Warns of (or denies) calls with a URL that is not encrypted (`http:`, `ws:`, `ftp:`, …), unless it stays on the
#   machine or in its own network.
# custom:
#   severity: low
#   category: network
#   since: 0.2.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP01:2025]
#   does: warn (or deny)
#   remediation: >-
#     Use the encrypted spelling (`https:`, `wss:`, `sftp:`), or name the host in `except`.
#   why: >-
#     What goes over the wire in clear, a session cookie or a document, can be read and changed by whoever sits
#     between; what comes back reaches the model as if the server had said it.
#   false_positives: >-
#     Old sites that have no encryption, and names of inner networks that are not in `except`. Most sites redirect to
#     `https:`, so the request may be harmless.
#   misses: >-
#     Hosts without a scheme, and redirects to an address in clear.
#   settings:
#     schemes: "schemes without encryption, in lower case"
#     except: "hosts that may be spoken to in clear; addresses that are not public always may"
#     action: "`warn` or `deny`"
package rules.network.plain_http

import rego.v2

import data.lib.addresses
import data.lib.urls

warn contains $"argument `{name}` is a URL without encryption" if {
	_settings.action == "warn"
	some name in _clear
}

deny contains $"argument `{name}` is a URL without encryption: use `https:`" if {
	not _settings.action == "warn"
	some name in _clear
}

deny contains "network/plain_http is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _configured
}

# Names of arguments that are URLs in clear.
_clear contains found.name if {
	input.from == "client"
	some found in urls.named
	urls.scheme(found.value) in _settings.schemes
	some host in urls.hosts(found.value)
	not addresses.kind(host)
	not urls.among(host, _settings.except)
}

_settings := data.settings["network/plain_http"]

_configured if {
	is_array(_settings.schemes)
	is_array(_settings.except)
	_settings.action in {"warn", "deny"}
}
