# METADATA
# title: Servers do not ask users for secrets
# description: >-
#   Denies an `elicitation/create` in form mode whose message or form speaks of passwords, tokens, keys, codes, card or bank
#   data. A request that is too long to be looked at is denied too.
# custom:
#   severity: high
#   category: elicitation
#   since: 0.2.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP01:2025]
#   does: deny
#   remediation: Give the secret to the server in its own configuration, or let it open its own page (URL mode).
#   why: >-
#     A server asks in the client's own window: `Your session has expired, please enter your password`. The user trusts the
#     window, the answer goes through model, client and logs, and the specification forbids to ask for it so.
#   false_positives: >-
#     Forms that only mention such a word, like the choice of a way to sign in or the name of a token. Take the word out of
#     `words`, or name the server in `trusted_servers`.
#   misses: Other languages, and secrets under harmless names (`verification`). URL mode is the business of `elicitation/url`.
#   settings:
#     words: "words that a form does not use, in lower case"
#     phrases: "several words of which a text does not use all, in lower case"
#     longest: "the most characters that are looked at; a request with more is denied"
#     trusted_servers: "servers that may ask for anything"
package rules.elicitation.secrets

import rego.v2

import data.lib.names
import data.lib.texts

deny contains "the server asks the user for a secret: give it to the server in its configuration instead" if {
	_asked
	_secret
}

deny contains "the server asks more than can be looked at for secrets: ask in fewer words" if {
	_asked
	is_number(_settings.longest)
	sum([count(text) | some text in _said]) > _settings.longest
}

deny contains "elicitation/secrets is not configured: see its settings in data.yaml" if {
	_asked
	not _configured
}

_asked if {
	input.from == "server"
	input.method == "elicitation/create"
	not input.params.mode == "url"
	not input.server.name in _settings.trusted_servers
}

_secret if {
	some words in _words
	some word in _settings.words
	word in words
}

_secret if {
	some words in _words
	some phrase in _settings.phrases
	every word in split(phrase, " ") {
		word in words
	}
}

# One set a text, because the words of a phrase must stand in one.
_words := [names.words_within(text, _settings.longest) | some text in _said]

# Names of fields tell as much as their titles.
_said := array.concat(
	texts.of(input.params),
	# sluice:ignore LINT_UNBOUNDED once a form, and what does not fit the fuel is denied
	[name | some name, _ in input.params.requestedSchema.properties],
)

_settings := data.settings["elicitation/secrets"]

_configured if {
	is_array(_settings.words)
	is_array(_settings.phrases)
	is_number(_settings.longest)
	is_array(_settings.trusted_servers)
}
