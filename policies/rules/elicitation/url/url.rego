# METADATA
# title: Servers do not send users anywhere
# description: >-
#   Holds (or denies) an `elicitation/create` in URL mode to a host that is not listed, and denies one to a page that is not
#   https or whose address cannot be read or has a user name in it. The same for the error -32042, which asks for it too and
#   cannot be held.
# custom:
#   severity: high
#   category: elicitation
#   since: 0.2.0
#   owasp_llm: [LLM05:2025]
#   owasp_mcp: [MCP07:2025, MCP01:2025]
#   does: hold (or deny)
#   remediation: Look at the address; if it is the right page, list its host in `hosts`.
#   why: >-
#     The client asks the user to open a page for a server that they trust. `https://login.example.com@attacker.example/` is a
#     page of the attacker's, and what is typed there, or granted there to the wrong account, never passes the gateway.
#   false_positives: Sign-in pages of a new service are held until their host is listed.
#   misses: >-
#     What a listed host does with the user next (open redirects). Addresses in the texts of results, which a human would
#     have to click.
#   settings:
#     hosts: "hosts that pages may be on; `*.example.com` for all hosts in a domain, which is not itself one of them"
#     action: "`hold` or `deny` what is on another host"
#     errors: "what an error -32042 for another host gets: `warn` or `deny`"
#     approvers: "who may approve, e.g. `group:security`; empty: anybody with the role approver"
package rules.elicitation.url

import rego.v2

import data.lib.holds
import data.lib.urls

hold contains holds.reason(_elsewhere, _settings.approvers) if {
	_asked
	_settings.action == "hold"
	not _listed(input.params.url)
}

deny contains _elsewhere if {
	_asked
	not _settings.action == "hold"
	not _listed(input.params.url)
}

deny contains _unsafe if {
	_asked
	not _safe(input.params.url)
}

warn contains _elsewhere if {
	_refused
	_settings.errors == "warn"
	not _all_listed
}

deny contains _elsewhere if {
	_refused
	not _settings.errors == "warn"
	not _all_listed
}

deny contains _unsafe if {
	_refused
	not _all_safe
}

deny contains "elicitation/url is not configured: see its settings in data.yaml" if {
	_asked
	not _configured
}

deny contains "elicitation/url is not configured: see its settings in data.yaml" if {
	_refused
	not _configured
}

_elsewhere := "the server sends the user to a page on a host that is not listed: look at the address first"

_unsafe := "the server sends the user to a page that is not plain https: do not open it"

_asked if {
	input.from == "server"
	input.method == "elicitation/create"
	_url_mode
}

_url_mode if input.params.mode == "url"

_url_mode if "url" in object.keys(input.params)

# MCP 2025-11-25: URLElicitationRequiredError.
_refused if {
	input.from == "server"
	input.kind == "error"
	input.error.code == -32042
}

_all_listed if {
	is_array(input.error.data.elicitations)
	every elicitation in input.error.data.elicitations {
		_listed(elicitation.url)
	}
}

_all_safe if {
	is_array(input.error.data.elicitations)
	every elicitation in input.error.data.elicitations {
		_safe(elicitation.url)
	}
}

# Every host that some program may read in the address must be listed.
_listed(url) if {
	urls.hosts(url) != set()
	every host in urls.hosts(url) {
		urls.among(host, _settings.hosts)
	}
}

# Browsers and parsers differ in what they make of user names, backslashes and white space.
_safe(url) if {
	urls.hosts(url) != set()
	startswith(lower(url), "https://")
	not contains(url, "@")
	not contains(url, "\\")
	not contains(url, " ")
}

_settings := data.settings["elicitation/url"]

_configured if {
	is_array(_settings.hosts)
	_settings.action in {"hold", "deny"}
	_settings.errors in {"warn", "deny"}
	is_array(_settings.approvers)
}
