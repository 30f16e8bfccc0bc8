package rules.flow.encoded_payload_test

import rego.v2

import data.rules.flow.encoded_payload

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "mail", "labels": []},
	"tool": {"name": "send_mail", "arguments": arguments},
}

_with(changes) := object.union(data.settings["flow/encoded_payload"], object.union({"length": 16}, changes))

_held := {{"message": "`send_mail` would send a long encoded text: a human must look at what is sent"}}

_denied := {"`send_mail` would send a long encoded text: send text as text"}

_blob := "QUJDREVGR0hJSktM"

test_hold_blobs if {
	every arguments in [{"body": _blob}, {"parts": ["a", {"b": $"data:x;base64,{_blob}"}]}, {"body": "0123456789abcdef"}] {
		encoded_payload.hold == _held with input as _call(arguments) with data.settings["flow/encoded_payload"] as _with({})
		encoded_payload.deny == set() with input as _call(arguments) with data.settings["flow/encoded_payload"] as _with({})
	}
}

test_hold_from_its_length_on if {
	encoded_payload.hold == _held with input as _call({"body": _blob}) with data.settings["flow/encoded_payload"] as _with({})
	encoded_payload.hold == set() with input as _call({"body": _blob})
		with data.settings["flow/encoded_payload"] as _with({"length": 17})
}

test_hold_every_way_to_send if {
	every word in data.settings["flow/encoded_payload"].sending {
		count(encoded_payload.hold) == 1 with input as object.union(_call({"body": _blob}), {"tool": {"name": $"{word}_it"}})
			with data.settings["flow/encoded_payload"] as _with({})
	}
	every name in data.settings["flow/encoded_payload"].tools {
		count(encoded_payload.hold) == 1 with input as object.union(_call({"body": _blob}), {"tool": {"name": name}})
			with data.settings["flow/encoded_payload"] as _with({})
	}
}

test_allow_text_and_other_tools if {
	every arguments in [{}, {"body": "see you at lunch tomorrow, as always"}, {"body": 7}, {"body": null}] {
		encoded_payload.hold == set() with input as _call(arguments) with data.settings["flow/encoded_payload"] as _with({})
	}
	encoded_payload.hold == set() with input as object.union(_call({"body": _blob}), {"tool": {"name": "write_file"}})
		with data.settings["flow/encoded_payload"] as _with({})
	encoded_payload.hold == set() with input as json.remove(_call({"body": _blob}), ["tool/arguments"])
		with data.settings["flow/encoded_payload"] as _with({})
	encoded_payload.hold == set() with input as json.remove(_call({"body": _blob}), ["tool"])
		with data.settings["flow/encoded_payload"] as _with({})
}

test_allow_exceptions if {
	every change in [{"except": ["Send_Mail"]}, {"trusted_servers": ["mail"]}] {
		encoded_payload.hold == set() with input as _call({"body": _blob}) with data.settings["flow/encoded_payload"] as _with(change)
	}
	every change in [{"except": ["other"]}, {"trusted_servers": ["other"]}] {
		encoded_payload.hold == _held with input as _call({"body": _blob}) with data.settings["flow/encoded_payload"] as _with(change)
	}
}

test_deny_if_configured if {
	every action in ["deny", "Hold", null, 7] {
		_denied - encoded_payload.deny == set() with input as _call({"body": _blob})
			with data.settings["flow/encoded_payload"] as _with({"action": action})
		encoded_payload.hold == set() with input as _call({"body": _blob})
			with data.settings["flow/encoded_payload"] as _with({"action": action})
	}
	encoded_payload.deny == set() with input as _call({"body": "hello"})
		with data.settings["flow/encoded_payload"] as _with({"action": "deny"})
}

test_approvers_are_data if {
	some held in encoded_payload.hold with input as _call({"body": _blob})
		with data.settings["flow/encoded_payload"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "deny"}), {}] {
			encoded_payload.hold == set() with input as object.union(_call({"body": _blob}), change)
				with data.settings["flow/encoded_payload"] as settings
			encoded_payload.deny == set() with input as object.union(_call({"body": _blob}), change)
				with data.settings["flow/encoded_payload"] as settings
		}
	}
	encoded_payload.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"flow/encoded_payload is not configured: see its settings in data.yaml"}
	every key in ["length", "sending", "tools", "except", "trusted_servers", "action", "approvers"] {
		encoded_payload.deny == unconfigured with input as _call({})
			with data.settings["flow/encoded_payload"] as object.remove(_with({}), [key])
		encoded_payload.deny == unconfigured with input as _call({})
			with data.settings["flow/encoded_payload"] as _with({key: false})
	}
	encoded_payload.deny == unconfigured with input as _call({"body": _blob})
		with data.settings["flow/encoded_payload"] as _with({"length": false})
	encoded_payload.hold == set() with input as _call({"body": _blob})
		with data.settings["flow/encoded_payload"] as _with({"length": false})
	encoded_payload.deny == set() with input as _call({}) with data.settings["flow/encoded_payload"] as _with({})
}
