package rules.flow.secret_then_send_test

import rego.v2

import data.rules.flow.secret_then_send

_read := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"server": {"name": "files", "labels": []},
	"findings": [{"type": "pii/email"}, {"type": "secret/jwt"}],
}

_send(session_labels, recent_labels) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "mail", "labels": []},
	"tool": {"name": "send_mail"},
	"session": {"labels": session_labels},
	"recent": {"labels": recent_labels},
}

_with(changes) := object.union(data.settings["flow/secret_then_send"], changes)

_message := "`send_mail` sends data, and a secret was seen before: a human must look at what is sent"

_held := {{"message": _message}}

test_label_answers_with_secrets if {
	expected := {"secret-seen", {"label": "secret-seen", "scope": "principal", "for": "1h"}}
	every method in ["tools/call", "resources/read", "prompts/get", "tasks/result"] {
		every kind in ["result", "error"] {
			secret_then_send.label == expected with input as object.union(_read, {"method": method, "kind": kind})
		}
	}
}

test_label_when_nobody_looked if {
	count(secret_then_send.label) == 2 with input as object.remove(_read, ["findings"])
	every findings in [null, {}, "", 7] {
		count(secret_then_send.label) == 2 with input as object.union(_read, {"findings": findings})
	}
}

test_no_label_without_secrets if {
	every findings in [[], [{"type": "pii/email"}], [{"type": "secrets/x"}]] {
		secret_then_send.label == set() with input as object.union(_read, {"findings": findings})
	}
}

test_no_label_for_other_frames if {
	every change in [{"from": "client"}, {"kind": "notification"}, {"method": "tools/list"}] {
		secret_then_send.label == set() with input as object.union(_read, change)
	}
	secret_then_send.label == set() with input as {}
}

test_hold_after_a_secret if {
	secret_then_send.hold == _held with input as _send(["secret-seen"], [])
	secret_then_send.hold == _held with input as _send([], ["secret-seen"])
	secret_then_send.deny == set() with input as _send(["secret-seen"], [])
}

test_hold_every_way_to_send if {
	every word in data.settings["flow/secret_then_send"].sending {
		count(secret_then_send.hold) == 1 with input as object.union(_send(["secret-seen"], []), {"tool": {"name": $"{word}_it"}})
	}
	every name in data.settings["flow/secret_then_send"].tools {
		count(secret_then_send.hold) == 1 with input as object.union(_send(["secret-seen"], []), {"tool": {"name": name}})
	}
}

test_allow_when_clean if {
	every action in ["hold", "deny"] {
		secret_then_send.hold == set() with input as _send([], ["other"])
			with data.settings["flow/secret_then_send"] as _with({"action": action})
		secret_then_send.deny == set() with input as _send(["other"], [])
			with data.settings["flow/secret_then_send"] as _with({"action": action})
	}
}

test_hold_when_labels_are_unknown if {
	every path in ["session", "session/labels", "recent", "recent/labels"] {
		secret_then_send.hold == _held with input as json.remove(_send([], []), [path])
	}
	every labels in [null, "secret-seen", {}, 7] {
		secret_then_send.hold == _held with input as _send(labels, [])
		secret_then_send.hold == _held with input as _send([], labels)
	}
}

test_allow_what_does_not_send if {
	every name in ["read_mail", "sender_info", 7, null] {
		frame := object.union(_send(["secret-seen"], []), {"tool": {"name": name}})
		secret_then_send.hold == set() with input as frame
		secret_then_send.deny == set() with input as frame with data.settings["flow/secret_then_send"] as _with({"action": "deny"})
	}
}

test_allow_to_trusted_server if {
	secret_then_send.hold == set() with input as _send(["secret-seen"], [])
		with data.settings["flow/secret_then_send"] as _with({"trusted_servers": ["mail"]})
}

test_deny_if_configured if {
	every action in ["deny", "Hold", null, 7] {
		_message in secret_then_send.deny with input as _send(["secret-seen"], [])
			with data.settings["flow/secret_then_send"] as _with({"action": action})
		secret_then_send.hold == set() with input as _send(["secret-seen"], [])
			with data.settings["flow/secret_then_send"] as _with({"action": action})
	}
}

test_approvers_are_data if {
	some held in secret_then_send.hold with input as _send(["secret-seen"], [])
		with data.settings["flow/secret_then_send"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server", "findings": []}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "deny"}), {}] {
			secret_then_send.hold == set() with input as object.union(_send(["secret-seen"], []), change)
				with data.settings["flow/secret_then_send"] as settings
			secret_then_send.deny == set() with input as object.union(_send(["secret-seen"], []), change)
				with data.settings["flow/secret_then_send"] as settings
		}
	}
}

test_deny_when_not_configured if {
	unconfigured := {"flow/secret_then_send is not configured: see its settings in data.yaml"}
	every key in ["sending", "tools", "trusted_servers", "action", "approvers", "remember"] {
		secret_then_send.deny == unconfigured with input as _send([], [])
			with data.settings["flow/secret_then_send"] as object.remove(_with({}), [key])
		secret_then_send.deny == unconfigured with input as _send([], [])
			with data.settings["flow/secret_then_send"] as _with({key: 7})
	}
	secret_then_send.deny == set() with input as _send([], [])
}
