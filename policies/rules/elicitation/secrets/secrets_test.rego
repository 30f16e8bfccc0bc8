package rules.elicitation.secrets_test

import rego.v2

import data.rules.elicitation.secrets

_ask(message, properties) := {
	"from": "server",
	"kind": "request",
	"method": "elicitation/create",
	"server": {"name": "helper"},
	"params": {"message": message, "requestedSchema": {"type": "object", "properties": properties}},
}

_settings := {"words": ["password", "token"], "phrases": ["api key", "one time code"], "longest": 60, "trusted_servers": ["vault"]}

_with(changes) := object.union(_settings, changes)

_secret := {"the server asks the user for a secret: give it to the server in its configuration instead"}

_long := {"the server asks more than can be looked at for secrets: ask in fewer words"}

_unconfigured := {"elicitation/secrets is not configured: see its settings in data.yaml"}

test_deny_words_of_the_message if {
	every message in ["Enter your password", "PASSWORD?", "access_token:", "your authToken please"] {
		secrets.deny == _secret with input as _ask(message, {}) with data.settings["elicitation/secrets"] as _settings
	}
}

test_deny_words_of_the_form if {
	every properties in [
		{"password": {"type": "string"}}, {"userPassword": {}}, {"x": {"title": "Token"}}, {"x": {"description": "The token."}},
		{"x": {"enum": ["password"]}}, {"a": {}, "auth-token": {}},
	] {
		secrets.deny == _secret with input as _ask("Hello", properties) with data.settings["elicitation/secrets"] as _settings
	}
}

test_deny_phrases if {
	every properties in [{"apiKey": {}}, {"api_key": {}}, {"x": {"title": "Key of the API"}}, {"one_time_code": {}}] {
		secrets.deny == _secret with input as _ask("Hello", properties) with data.settings["elicitation/secrets"] as _settings
	}
}

test_words_of_a_phrase_stand_in_one_text if {
	secrets.deny == set() with input as _ask("Which api?", {"key": {}}) with data.settings["elicitation/secrets"] as _settings
	secrets.deny == set() with input as _ask("One time", {"code": {}}) with data.settings["elicitation/secrets"] as _settings
}

test_allow_other_forms if {
	every message in ["", "Which city?", "Pass the words", "tokenize it?", "passwordless"] {
		secrets.deny == set() with input as _ask(message, {"city": {"type": "string"}})
			with data.settings["elicitation/secrets"] as _settings
	}
}

# Hello and object are 11 characters, and city 4.
test_length if {
	every longest in [15, 16] {
		secrets.deny == set() with input as _ask("Hello", {"city": {}})
			with data.settings["elicitation/secrets"] as _with({"longest": longest})
	}
	secrets.deny == _long with input as _ask("Hello", {"city": {}})
		with data.settings["elicitation/secrets"] as _with({"longest": 14})
}

test_equal_texts_count_each if {
	secrets.deny == _long with input as _ask("aaaa", {"b": {"title": "aaaa"}})
		with data.settings["elicitation/secrets"] as _with({"longest": 14})
}

test_url_mode_is_another_rule if {
	frame := json.patch(_ask("Enter your password", {}), [{"op": "add", "path": "/params/mode", "value": "url"}])
	secrets.deny == set() with input as frame with data.settings["elicitation/secrets"] as _settings
	every mode in ["form", "URL", null, 7] {
		other := json.patch(_ask("Enter your password", {}), [{"op": "add", "path": "/params/mode", "value": mode}])
		secrets.deny == _secret with input as other with data.settings["elicitation/secrets"] as _settings
	}
}

test_trusted_servers_may_ask if {
	frame := object.union(_ask("Enter your password", {}), {"server": {"name": "vault"}})
	secrets.deny == set() with input as frame with data.settings["elicitation/secrets"] as _settings
	every server in [{}, {"name": null}, {"name": "Vault"}] {
		other := object.union(object.remove(frame, ["server"]), {"server": server})
		secrets.deny == _secret with input as other with data.settings["elicitation/secrets"] as _settings
	}
}

test_other_shapes_of_forms if {
	every schema in [null, "password", ["password"], {"anyOf": [{"password": "x"}, {"title": "password"}]}] {
		frame := object.union(_ask("", {}), {"params": {"message": "Your token", "requestedSchema": schema}})
		secrets.deny == _secret with input as frame with data.settings["elicitation/secrets"] as _settings
	}
	secrets.deny == _secret with input as object.union(object.remove(_ask("", {}), ["params"]), {"params": ["token"]})
		with data.settings["elicitation/secrets"] as _settings
	secrets.deny == set() with input as object.remove(_ask("", {}), ["params"])
		with data.settings["elicitation/secrets"] as _settings
}

test_other_frames if {
	every change in [{"from": "client"}, {"method": "sampling/createMessage"}] {
		frame := object.union(_ask("Enter your password", {}), change)
		secrets.deny == set() with input as frame with data.settings["elicitation/secrets"] as _settings
		secrets.deny == set() with input as frame with data.settings["elicitation/secrets"] as _with({"longest": 1})
		secrets.deny == set() with input as frame with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every key in ["words", "phrases", "longest", "trusted_servers"] {
		secrets.deny == _unconfigured with input as _ask("Which city?", {})
			with data.settings["elicitation/secrets"] as object.remove(_settings, [key])
		every value in ["other", null, true] {
			secrets.deny == _unconfigured with input as _ask("Which city?", {})
				with data.settings["elicitation/secrets"] as _with({key: value})
		}
	}
	secrets.deny == _unconfigured with input as _ask("Which city?", {}) with data.settings as {}
}

test_defaults_deny_what_they_name if {
	every name in array.concat(data.settings["elicitation/secrets"].words, data.settings["elicitation/secrets"].phrases) {
		secrets.deny == _secret with input as _ask("Please enter:", {name: {"type": "string"}})
	}
	secrets.deny == set() with input as _ask("Which city do you live in?", {"city": {"type": "string"}})
}
