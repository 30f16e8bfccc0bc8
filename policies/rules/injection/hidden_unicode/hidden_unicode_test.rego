package rules.injection.hidden_unicode_test

import rego.v2

import data.rules.injection.hidden_unicode

_result(text) := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"result": {"content": [{"type": "text", "text": text}]},
	"params": {"name": "read"},
}

_call(text) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"params": {"name": "note", "arguments": {"lines": [text]}},
}

_tags := "Hello\udb40\udc68\udb40\udc69"

_override := "a\u202eb"

_said(kind) := $"what the server says has hidden text ({kind}): look at it in an editor that shows every character"

_sent(kind) := $"what the client sends has hidden text ({kind}): take it out"

_action(action) := {"action": action}

test_deny_results if {
	hidden_unicode.deny == {_said("tag characters")} with input as _result(_tags)
	hidden_unicode.deny == {_said("bidirectional overrides")} with input as _result(_override)
	hidden_unicode.warn == set() with input as _result(_tags)
}

test_deny_both_kinds if {
	hidden_unicode.deny == {_said("bidirectional overrides"), _said("tag characters")} with input as _result(concat("", [_tags, _override]))
}

test_deny_arguments if {
	hidden_unicode.deny == {_sent("tag characters")} with input as _call(_tags)
	hidden_unicode.warn == set() with input as _call(_tags)
}

test_every_frame_is_looked_at if {
	every method in ["resources/read", "prompts/get", "sampling/createMessage", "x/unknown", "notifications/message"] {
		every kind in ["request", "notification"] {
			frame := {"kind": kind, "method": method, "params": {"a": _tags}}
			hidden_unicode.deny == {_said("tag characters")} with input as object.union(frame, {"from": "server"})
			hidden_unicode.deny == {_sent("tag characters")} with input as object.union(frame, {"from": "client"})
		}
		every kind in ["result", "error"] {
			frame := {"kind": kind, "method": method, "result": {"a": _tags}, "error": {"message": _tags}}
			hidden_unicode.deny == {_said("tag characters")} with input as object.union(frame, {"from": "server"})
			hidden_unicode.deny == {_sent("tag characters")} with input as object.union(frame, {"from": "client"})
		}
	}
	hidden_unicode.deny == {_said("tag characters")} with input as object.remove(_result(_tags), ["method"])
}

# What the client asked is on the answer too, and was judged before.
test_only_what_the_frame_brings if {
	hidden_unicode.deny == set() with input as object.union(_result("plain"), {"params": {"arguments": {"a": _tags}}})
}

test_lists_of_tools_are_left_to_their_rule if {
	hidden_unicode.deny == set() with input as object.union(_result(_tags), {"method": "tools/list"})
	hidden_unicode.deny == {_sent("tag characters")} with input as object.union(_call(_tags), {"method": "tools/list"})
}

test_warn_if_configured if {
	hidden_unicode.warn == {_said("tag characters")} with input as _result(_tags)
		with data.settings["injection/hidden_unicode"] as _action("warn")
	hidden_unicode.warn == {_sent("tag characters")} with input as _call(_tags)
		with data.settings["injection/hidden_unicode"] as _action("warn")
	hidden_unicode.deny == set() with input as _result(_tags)
		with data.settings["injection/hidden_unicode"] as _action("warn")
}

test_allow_plain_texts if {
	every text in ["", "plain", "\ud83d\ude00\ufe0f", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"] {
		every action in ["deny", "warn"] {
			every frame in [_result(text), _call(text)] {
				hidden_unicode.deny == set() with input as frame with data.settings["injection/hidden_unicode"] as _action(action)
				hidden_unicode.warn == set() with input as frame with data.settings["injection/hidden_unicode"] as _action(action)
			}
		}
	}
}

test_absent_parts if {
	every frame in [{}, {"from": "server"}, {"from": "client"}, object.remove(_result(""), ["result"]), object.remove(_call(""), ["params"])] {
		hidden_unicode.deny == set() with input as frame
	}
	hidden_unicode.deny == set() with input as object.remove(_result(_tags), ["from"])
}

test_deny_when_not_configured if {
	unconfigured := "injection/hidden_unicode is not configured: `action` must be deny or warn"
	every settings in [{}, _action("hold"), _action(null), _action(7), null] {
		hidden_unicode.deny == {unconfigured} with input as _call("plain")
			with data.settings["injection/hidden_unicode"] as settings
		hidden_unicode.deny == {unconfigured, _said("tag characters")} with input as _result(_tags)
			with data.settings["injection/hidden_unicode"] as settings
	}
	hidden_unicode.deny == {unconfigured} with input as {} with data.settings as {}
}
