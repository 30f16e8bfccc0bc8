# METADATA
# title: Sampling has bounds
# description: >-
#   Denies a `sampling/createMessage` of a server that asks for too many tokens, sends too many messages or characters, wants
#   the context of the conversation, brings tools of its own, or a system prompt. What is absent or cannot be read is not
#   within bounds.
# custom:
#   severity: medium
#   category: sampling
#   since: 0.2.0
#   owasp_llm: [LLM10:2025, LLM02:2025]
#   owasp_mcp: [MCP02:2025, MCP10:2025]
#   does: deny
#   remediation: Ask the server's owner to ask for less; the policy's owner can widen a bound.
#   why: >-
#     `includeContext: allServers` hands a server what all the others said. A large `maxTokens` in a loop runs up the user's
#     bill, and a system prompt of the server's own replaces the one that told the model what not to do.
#   false_positives: >-
#     A server that summarises long documents needs more characters and tokens: widen those two. Leave `include_context` as
#     it is.
#   misses: How often a server asks; what it asks.
#   settings:
#     max_tokens: "the most that `maxTokens` may be"
#     max_messages: "the most messages"
#     max_characters: "the most characters in all texts of the request"
#     include_context: "values of `includeContext` that are allowed; the absent one always is"
#     tools: "`true`: the request may bring tools"
#     system_prompt: "`true`: the request may bring a system prompt"
package rules.sampling.bounds

import rego.v2

import data.lib.texts

deny contains $"`maxTokens` must be a number up to {_settings.max_tokens}: ask for less" if {
	_asked
	is_number(_settings.max_tokens)
	not _at_most(input.params.maxTokens, _settings.max_tokens)
}

deny contains $"`messages` must be a list of up to {_settings.max_messages}: send fewer" if {
	_asked
	is_number(_settings.max_messages)
	not _few_messages
}

deny contains $"the request may have up to {_settings.max_characters} characters of text: send less" if {
	_asked
	is_number(_settings.max_characters)
	not _at_most(sum([count(text) | some text in texts.of(input.params)]), _settings.max_characters)
}

deny contains "the server asks for the context of the conversation with `includeContext`: leave it out" if {
	_asked
	"includeContext" in object.keys(input.params)
	not input.params.includeContext in _settings.include_context
}

deny contains "the server brings tools for the model: leave `tools` out" if {
	_asked
	not _settings.tools == true
	"tools" in object.keys(input.params)
}

deny contains "the server brings a system prompt for the model: leave `systemPrompt` out" if {
	_asked
	not _settings.system_prompt == true
	"systemPrompt" in object.keys(input.params)
}

deny contains "sampling/bounds is not configured: see its settings in data.yaml" if {
	_asked
	not _configured
}

_asked if {
	input.from == "server"
	input.method == "sampling/createMessage"
}

_few_messages if {
	is_array(input.params.messages)
	count(input.params.messages) <= _settings.max_messages
}

# Rego orders any two values, so a value of another type must not compare.
_at_most(value, most) if {
	is_number(value)
	value <= most
}

_settings := data.settings["sampling/bounds"]

_configured if {
	is_number(_settings.max_tokens)
	is_number(_settings.max_messages)
	is_number(_settings.max_characters)
	is_array(_settings.include_context)
	is_boolean(_settings.tools)
	is_boolean(_settings.system_prompt)
}
