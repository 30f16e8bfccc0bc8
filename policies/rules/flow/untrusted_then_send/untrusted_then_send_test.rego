package rules.flow.untrusted_then_send_test

import rego.v2

import data.rules.flow.untrusted_then_send as flow

_read := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"server": {"name": "web", "labels": ["external", "untrusted"]},
	"tool": {"name": "fetch_page"},
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

_message := "`send_mail` sends data, and untrusted data was read before: a human must look at what is sent"

_held := {{"message": _message}}

_with(changes) := object.union(data.settings["flow/untrusted_then_send"], changes)

test_label_untrusted_data if {
	flow.label == {"untrusted-data", {"label": "untrusted-data", "scope": "principal", "for": "1h"}} with input as _read
}

test_label_for_other_ways_to_read if {
	every method in ["tools/call", "resources/read", "prompts/get", "tasks/result"] {
		count(flow.label) == 2 with input as object.union(_read, {"method": method})
		count(flow.label) == 2 with input as object.union(_read, {"method": method, "kind": "error"})
	}
}

test_no_label_from_other_servers if {
	every labels in [[], ["internal"], ["Untrusted"], null, "untrusted"] {
		flow.label == set() with input as object.union(_read, {"server": {"labels": labels}})
	}
	flow.label == set() with input as object.remove(_read, ["server"])
}

test_no_label_for_other_frames if {
	flow.label == set() with input as object.union(_read, {"from": "client"})
	flow.label == set() with input as object.union(_read, {"method": "tools/list"})
	flow.label == set() with input as object.union(_read, {"kind": "notification"})
	flow.label == set() with input as {}
}

test_hold_after_reading_in_this_session if {
	flow.hold == _held with input as _send(["untrusted-data"], [])
	flow.deny == set() with input as _send(["untrusted-data"], [])
}

test_hold_after_reading_on_another_server if {
	flow.hold == _held with input as _send([], ["untrusted-data"])
}

test_hold_every_way_to_send if {
	every name in ["sendMail", "slack_post_message", "publish", "create_issue", "push_files", "upload-file", "reply_to"] {
		count(flow.hold) == 1 with input as object.union(_send(["untrusted-data"], []), {"tool": {"name": name}})
	}
}

test_allow_sending_when_clean if {
	flow.hold == set() with input as _send([], [])
	flow.hold == set() with input as _send(["seen-invoice"], ["other"])
	flow.deny == set() with input as _send([], [])
}

test_allow_reading_after_reading if {
	every name in ["read_mail", "list_files", "sender_info", "postal_code", "search"] {
		flow.hold == set() with input as object.union(_send(["untrusted-data"], []), {"tool": {"name": name}})
	}
}

test_hold_when_labels_are_unknown if {
	every path in ["session", "session/labels", "recent", "recent/labels"] {
		flow.hold == _held with input as json.remove(_send([], []), [path])
	}
	every labels in [null, "untrusted-data", {}, 7] {
		flow.hold == _held with input as _send(labels, [])
		flow.hold == _held with input as _send([], labels)
	}
}

test_allow_to_trusted_server if {
	flow.hold == set() with input as _send(["untrusted-data"], [])
		with data.settings["flow/untrusted_then_send"] as _with({"trusted_servers": ["mail"]})
	flow.hold == _held with input as object.remove(_send(["untrusted-data"], []), ["server"])
		with data.settings["flow/untrusted_then_send"] as _with({"trusted_servers": ["mail"]})
}

test_deny_if_configured if {
	every action in ["deny", "Hold", null, 7] {
		_message in flow.deny with input as _send(["untrusted-data"], [])
			with data.settings["flow/untrusted_then_send"] as _with({"action": action})
		flow.hold == set() with input as _send(["untrusted-data"], [])
			with data.settings["flow/untrusted_then_send"] as _with({"action": action})
	}
}

# Which tool it is, is unknown then: tools/malformed_call denies it.
test_allow_without_a_usable_name if {
	every tool in [{}, {"name": null}, {"name": 7}] {
		frame := object.union(object.remove(_send(["untrusted-data"], []), ["tool"]), {"tool": tool})
		flow.hold == set() with input as frame
	}
}

test_allow_other_frames if {
	flow.hold == set() with input as object.union(_send(["untrusted-data"], []), {"from": "server", "kind": "result"})
	flow.hold == set() with input as object.union(_send(["untrusted-data"], []), {"method": "prompts/get"})
	flow.hold == set() with input as {}
}

test_approvers_are_data if {
	some held in flow.hold with input as _send(["untrusted-data"], [])
		with data.settings["flow/untrusted_then_send"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_deny_when_not_configured if {
	unconfigured := {"flow/untrusted_then_send is not configured: see its settings in data.yaml"}
	every key in ["labels", "sending", "tools", "trusted_servers", "approvers", "remember", "action"] {
		flow.deny == unconfigured with input as _send([], [])
			with data.settings["flow/untrusted_then_send"] as object.remove(_with({}), [key])
		flow.deny == unconfigured with input as _send([], [])
			with data.settings["flow/untrusted_then_send"] as _with({key: 7})
	}
	flow.deny == unconfigured with input as _send([], []) with data.settings as {}
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		flow.deny == set() with input as object.union(_send(["untrusted-data"], []), change) with data.settings as {}
	}
}

test_deny_only_calls_that_send if {
	denying := _with({"action": "deny"})
	every frame in [
		object.union(_send(["untrusted-data"], []), {"from": "server", "kind": "result"}),
		object.union(_send(["untrusted-data"], []), {"method": "prompts/get"}),
		object.union(_send(["untrusted-data"], []), {"tool": {"name": "read_mail"}}),
		_send([], []),
	] {
		flow.deny == set() with input as frame with data.settings["flow/untrusted_then_send"] as denying
	}
}
