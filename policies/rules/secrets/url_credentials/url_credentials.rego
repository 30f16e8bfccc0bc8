# METADATA
# title: URLs carry no credentials
# description: >-
#   Denies (or warns of) calls with a URL that has a password before its host or a token among its parameters
#   (`access_token`, `api_key`, …). In results the whole text with such a URL is masked where `results` is `mask`; the
#   starter level warns.
# custom:
#   severity: high
#   category: secrets
#   since: 0.2.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP01:2025]
#   does: deny; warn of results, or mask
#   remediation: >-
#     Let the server be configured with the credential, or send it as a header that the server's owner sets.
#   why: >-
#     Addresses are written to logs, histories and referrers everywhere on their way; a token in one is a token in all
#     of them. And an agent that got a link with a token in it passes it on as if it were any link.
#   false_positives: >-
#     Links that are meant to work for whoever has them, such as an invitation with `?token=`: take the parameter out
#     of `parameters`, or set `action` to `warn`. Signatures of time-limited links (`X-Amz-Signature`) are not in the
#     list for that reason.
#   misses: >-
#     Tokens in the path, parameters with other names, and URLs inside longer texts of arguments. Of values that the
#     detectors know, [`secrets/leave_arguments`](../leave_arguments/README.md) takes care wherever they stand.
#   settings:
#     parameters: "names of parameters that carry credentials, in lower case"
#     action: "calls: `deny` or `warn`"
#     results: "results and errors: `warn`, or `mask` the whole text; `ignore` does not look"
#     trusted_servers: "servers whose frames are not looked at"
package rules.secrets.url_credentials

import rego.v2

import data.lib.texts
import data.lib.urls

deny contains $"argument `{name}` is a URL with a credential in it: send the call without it" if {
	not _settings.action == "warn"
	some name in _carriers
}

warn contains $"argument `{name}` is a URL with a credential in it" if {
	_settings.action == "warn"
	some name in _carriers
}

mask contains {"message": "a URL with a credential does not leave the server", "path": path} if {
	# sluice:equivalent drop-expression `texts.said` is of servers alone; rules are found by it
	input.from == "server"
	not _settings.results in {"ignore", "warn"}
	some path in _texts
}

warn contains "the answer has a URL with a credential in it" if {
	# sluice:equivalent drop-expression `texts.said` is of servers alone; rules are found by it
	input.from == "server"
	_settings.results == "warn"
	count(_texts) > 0
}

deny contains "secrets/url_credentials is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _configured
}

# Names of arguments that are URLs with a credential.
_carriers contains found.name if {
	input.from == "client"
	not _trusted
	some found in urls.named
	_carries(found.value)
}

_carries(url) if urls.has_password(url)

_carries(url) if {
	some name in urls.parameters(url)
	name in _settings.parameters
}

# JSONPaths of texts of an answer that have a URL with such a parameter somewhere.
_texts contains path if {
	_somewhere
	walk(_answer, [at, text])
	_marked(text)
	path := concat("", ["$", concat("", [$"[{json.marshal(step)}]" | some step in at])])
}

# sluice:equivalent drop-expression nothing else has a result
_answer := {"result": input.result} if input.kind == "result"

# sluice:equivalent drop-expression nothing else has an error
_answer := {"error": input.error} if input.kind == "error"

# Most answers have none, and to say where texts stand costs more than to look at them together.
_somewhere if {
	# sluice:equivalent drop-expression nothing else has an `_answer`
	input.kind in {"result", "error"}
	not _trusted
	some text in texts.said
	# sluice:equivalent drop-expression where no text has one, none of them is named either; it only costs more
	_marked(text)
}

# As a pattern `://` is found in a fifth of what `contains` takes.
_marked(text) if {
	regex.match("://", text)
	regex.match(_pattern, text)
}

# One pass over a text, however many names there are. Signs in a name stand for themselves.
_pattern := $"(?i)[?&#](?:{names})=" if {
	names := regex.replace(concat("|", [name | some name in _settings.parameters; is_string(name)]), `[^\w|]`, `\$0`)
	names != ""
}

_trusted if input.server.name in _settings.trusted_servers

_settings := data.settings["secrets/url_credentials"]

_configured if {
	is_array(_settings.parameters)
	_settings.action in {"deny", "warn"}
	_settings.results in {"mask", "warn", "ignore"}
	is_array(_settings.trusted_servers)
}
