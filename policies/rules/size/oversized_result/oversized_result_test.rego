package rules.size.oversized_result_test

import rego.v2

import data.rules.size.oversized_result

_result(text) := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"result": {"content": [{"type": "text", "text": text}]},
}

_limits := {"warn_above": 5, "deny_above": 10}

_withheld := {"the result has more than 10 characters: ask for less"}

_noted := {"the result has more than 5 characters"}

test_allow_small if {
	oversized_result.deny == set() with input as _result("12345") with data.settings["size/oversized_result"] as _limits
	oversized_result.warn == set() with input as _result("12345") with data.settings["size/oversized_result"] as _limits
}

test_warn_above_the_first if {
	every text in ["123456", "1234567890"] {
		oversized_result.warn == _noted with input as _result(text) with data.settings["size/oversized_result"] as _limits
		oversized_result.deny == set() with input as _result(text) with data.settings["size/oversized_result"] as _limits
	}
}

test_deny_above_the_second if {
	oversized_result.deny == _withheld with input as _result("12345678901")
		with data.settings["size/oversized_result"] as _limits
}

test_deny_every_way_to_read if {
	every method, result in {
		"resources/read": {"contents": [{"uri": "file:///a", "text": "12345678901"}]},
		"prompts/get": {"messages": [{"role": "user", "content": {"type": "text", "text": "12345678901"}}]},
		"tools/call": {"content": [], "structuredContent": {"rows": [1, 2, 3]}},
		"tasks/result": {"other": "12345678901"},
	} {
		frame := {"from": "server", "kind": "result", "method": method, "result": result}
		oversized_result.deny == _withheld with input as frame
			with data.settings["size/oversized_result"] as _limits
	}
}

test_characters_not_bytes if {
	oversized_result.deny == set() with input as _result("éééééééééé")
		with data.settings["size/oversized_result"] as _limits
}

test_allow_other_frames if {
	every frame in [
		{},
		object.union(_result("12345678901"), {"from": "client"}),
		object.union(_result("12345678901"), {"kind": "notification"}),
		object.union(_result("12345678901"), {"method": "tools/list"}),
	] {
		oversized_result.deny == set() with input as frame with data.settings["size/oversized_result"] as _limits
	}
}

test_deny_without_a_result if {
	frame := object.remove(_result(""), ["result"])
	oversized_result.deny == {"the size of the result is not known"} with input as frame
}

test_allow_odd_results if {
	every result in [null, "text", 7, [], {"content": null}] {
		oversized_result.deny == set() with input as object.union(_result(""), {"result": result})
	}
}

test_deny_when_not_configured if {
	unconfigured := {"size/oversized_result is not configured: `warn_above` and `deny_above` must be numbers"}
	every broken in [{}, {"warn_above": 1000}, {"deny_above": 1000}, {"warn_above": "1", "deny_above": 1000}, null] {
		unconfigured & oversized_result.deny == unconfigured with input as _result("a")
			with data.settings["size/oversized_result"] as broken
	}
	every limit in ["1000", null, true, [1000]] {
		oversized_result.deny == unconfigured with input as _result("a")
			with data.settings["size/oversized_result"] as {"warn_above": 1000, "deny_above": limit}
	}
	oversized_result.deny == unconfigured with input as _result("a") with data.settings as {}
}

test_other_frames_are_neither_noted_nor_unknown if {
	every change in [{"from": "client"}, {"kind": "notification"}, {"method": "tools/list"}] {
		frame := object.union(_result("12345678901"), change)
		oversized_result.warn == set() with input as frame with data.settings["size/oversized_result"] as _limits
		oversized_result.deny == set() with input as frame with data.settings as {}
		oversized_result.deny == set() with input as object.remove(frame, ["result"])
	}
}

test_an_ill_typed_threshold_notes_nothing if {
	oversized_result.warn == set() with input as _result("12345678901")
		with data.settings["size/oversized_result"] as {"warn_above": null, "deny_above": 1000}
}
