package lib.texts_test

import rego.v2

import data.lib.texts

_all := {"params": {"a": "params"}, "result": {"a": "result"}, "error": {"a": "error"}}

_frame(from, kind) := object.union(_all, {"from": from, "kind": kind})

test_said_by_kind if {
	texts.said == ["result"] with input as _frame("server", "result")
	texts.said == ["error"] with input as _frame("server", "error")
	texts.said == ["params"] with input as _frame("server", "request")
	texts.said == ["params"] with input as _frame("server", "notification")
}

test_said_is_undefined_otherwise if {
	every kind in ["result", "error", "request", "notification"] {
		not texts.said with input as _frame("client", kind)
		not texts.said with input as object.remove(_frame("server", kind), ["from"])
	}
	not texts.said with input as _frame("server", "other")
	not texts.said with input as {}
}

test_sent_by_kind if {
	texts.sent == ["result"] with input as _frame("client", "result")
	texts.sent == ["error"] with input as _frame("client", "error")
	texts.sent == ["params"] with input as _frame("client", "request")
	texts.sent == ["params"] with input as _frame("client", "notification")
}

test_sent_is_undefined_otherwise if {
	every kind in ["result", "error", "request", "notification"] {
		not texts.sent with input as _frame("server", kind)
		not texts.sent with input as object.remove(_frame("client", kind), ["from"])
	}
	not texts.sent with input as _frame("client", "other")
	not texts.sent with input as {}
}

test_strings_at_any_depth if {
	found := texts.of({"content": [{"type": "text", "text": "a"}, {"resource": {"text": "b"}}], "n": 1, "z": null})
	{text | some text in found} == {"text", "a", "b"}
	count(found) == 3
}

test_equal_strings_are_all_there if {
	texts.of(["a", "a"]) == ["a", "a"]
}

test_short_texts_come_as_one if {
	texts.joined({"a": ["b", "c"], "d": 7}) == ["b\nc"]
	texts.joined([]) == [""]
	texts.joined(null) == [""]
}

test_long_texts_come_alone if {
	thousand := concat("", [letter | some _ in numbers.range(1, 1000); letter := "é"])
	longer := concat("", [thousand, "x"])
	texts.joined(["a", longer, "b", longer]) == [longer, longer, "a\nb"]
	texts.joined([thousand, longer]) == [longer, thousand]
	texts.joined(["a", thousand]) == [concat("\n", ["a", thousand])]
}

test_a_string_is_its_own if {
	texts.of("a") == ["a"]
	texts.of(7) == []
	texts.of(null) == []
}
