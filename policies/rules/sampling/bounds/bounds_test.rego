package rules.sampling.bounds_test

import rego.v2

import data.rules.sampling.bounds

_ask(params) := {
	"from": "server",
	"kind": "request",
	"method": "sampling/createMessage",
	"server": {"name": "helper"},
	"params": params,
}

_params := {
	"messages": [{"role": "user", "content": {"type": "text", "text": "12345"}}],
	"maxTokens": 100,
}

_asking(changes) := _ask(object.union(_params, changes))

_settings := {
	"max_tokens": 100, "max_messages": 2, "max_characters": 20, "include_context": ["none"], "tools": false,
	"system_prompt": false,
}

_with(changes) := object.union(_settings, changes)

_tokens := "`maxTokens` must be a number up to 100: ask for less"

_messages := "`messages` must be a list of up to 2: send fewer"

_characters := "the request may have up to 20 characters of text: send less"

_context := "the server asks for the context of the conversation with `includeContext`: leave it out"

_tools := "the server brings tools for the model: leave `tools` out"

_system := "the server brings a system prompt for the model: leave `systemPrompt` out"

test_allow_within_bounds if {
	every tokens in [0, 1, 99, 100] {
		bounds.deny == set() with input as _asking({"maxTokens": tokens}) with data.settings["sampling/bounds"] as _settings
	}
}

test_deny_too_many_tokens if {
	every tokens in [101, 1000000, "1", null, [], {}, true] {
		bounds.deny == {_tokens} with input as _ask(object.union(
			object.remove(_params, ["maxTokens"]),
			{"maxTokens": tokens},
		))
			with data.settings["sampling/bounds"] as _with({"max_characters": 100})
	}
	bounds.deny == {_tokens} with input as _ask(object.remove(_params, ["maxTokens"]))
		with data.settings["sampling/bounds"] as _settings
}

test_number_of_messages if {
	every messages in [[], [1], [1, 2]] {
		bounds.deny == set() with input as _asking({"messages": messages}) with data.settings["sampling/bounds"] as _settings
	}
	every messages in [[1, 2, 3], {"0": 1}, "ab", null, 7] {
		bounds.deny == {_messages} with input as _asking({"messages": messages}) with data.settings["sampling/bounds"] as _settings
	}
	bounds.deny == {_messages} with input as _ask(object.remove(_params, ["messages"]))
		with data.settings["sampling/bounds"] as _settings
}

# `user`, `text` and `12345` are 13 characters.
test_characters if {
	every most in [13, 14] {
		bounds.deny == set() with input as _asking({}) with data.settings["sampling/bounds"] as _with({"max_characters": most})
	}
	bounds.deny == {"the request may have up to 12 characters of text: send less"} with input as _asking({})
		with data.settings["sampling/bounds"] as _with({"max_characters": 12})
	bounds.deny == {_characters} with input as _asking({"metadata": ["aaaa", "aaaa"]})
		with data.settings["sampling/bounds"] as _settings
}

test_context if {
	bounds.deny == set() with input as _asking({"includeContext": "none"}) with data.settings["sampling/bounds"] as _settings
	every context in ["allServers", "thisServer", "None", null, 7] {
		bounds.deny == {_context} with input as _asking({"includeContext": context})
			with data.settings["sampling/bounds"] as _with({"max_characters": 100})
	}
	every context in ["none", "thisServer"] {
		bounds.deny == set() with input as _asking({"includeContext": context})
			with data.settings["sampling/bounds"] as _with({"include_context": ["none", "thisServer"], "max_characters": 100})
	}
}

test_tools if {
	every tools in [[], [{"name": "x"}], null] {
		bounds.deny == {_tools} with input as _asking({"tools": tools}) with data.settings["sampling/bounds"] as _settings
		bounds.deny == set() with input as _asking({"tools": tools}) with data.settings["sampling/bounds"] as _with({"tools": true})
	}
	_tools in bounds.deny with input as _asking({"tools": []}) with data.settings["sampling/bounds"] as _with({"tools": "true"})
}

test_system_prompt if {
	every prompt in ["", "Be.", null] {
		bounds.deny == {_system} with input as _asking({"systemPrompt": prompt}) with data.settings["sampling/bounds"] as _settings
		bounds.deny == set() with input as _asking({"systemPrompt": prompt})
			with data.settings["sampling/bounds"] as _with({"system_prompt": true})
	}
	_system in bounds.deny with input as _asking({"systemPrompt": ""})
		with data.settings["sampling/bounds"] as _with({"system_prompt": 1})
}

test_deny_without_params if {
	every frame in [object.remove(_ask({}), ["params"]), _ask({}), _ask(null), _ask([])] {
		bounds.deny == {_tokens, _messages} with input as frame with data.settings["sampling/bounds"] as _settings
	}
}

test_a_frame_of_unknown_kind_has_bounds_too if {
	bounds.deny == {"the request may have up to 12 characters of text: send less"} with input as object.remove(_asking({}), ["kind"])
		with data.settings["sampling/bounds"] as _with({"max_characters": 12})
}

test_other_frames if {
	every change in [{"from": "client"}, {"method": "roots/list"}] {
		frame := object.union(_asking({"maxTokens": 999, "tools": [], "systemPrompt": "Be.", "includeContext": "allServers", "messages": [1, 2, 3]}), change)
		bounds.deny == set() with input as frame with data.settings["sampling/bounds"] as _settings
		bounds.deny == set() with input as frame with data.settings["sampling/bounds"] as _with({"max_characters": 0})
		bounds.deny == set() with input as frame with data.settings as {}
	}
}

test_deny_when_not_configured if {
	unconfigured := {"sampling/bounds is not configured: see its settings in data.yaml"}
	every key, _ in _settings {
		bounds.deny == unconfigured with input as _asking({})
			with data.settings["sampling/bounds"] as object.remove(_settings, [key])
		every value in ["other", null] {
			bounds.deny == unconfigured with input as _asking({}) with data.settings["sampling/bounds"] as _with({key: value})
		}
	}
	bounds.deny == unconfigured with input as _asking({}) with data.settings as {}
}

test_defaults_are_configured if {
	bounds.deny == set() with input as _asking({})
}
