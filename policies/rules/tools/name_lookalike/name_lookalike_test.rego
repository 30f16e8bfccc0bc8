package rules.tools.name_lookalike_test

import rego.v2

import data.rules.tools.name_lookalike

_call(name) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "extra"},
	"tool": {"name": name},
}

_with(changes) := object.union({"action": "deny", "names": {"mail": ["send_mail"], "db": ["query", "list_items"]}}, changes)

_characters := "the name of the tool has characters that can pass for others: use plain ASCII names"

_reads_like(known, server) := $"the name of the tool reads like `{known}` of server `{server}`, which it is not: call that one"

test_deny_other_characters if {
	every name in ["send_m\u0430il", "send\u200b_mail", "send mail", "send_mail ", "\u212aey", "na\u00efve", "a\u202eb", "a\n", "a(b)", "a\\b"] {
		name_lookalike.deny == {_characters} with input as _call(name)
		name_lookalike.warn == set() with input as _call(name)
	}
}

test_deny_a_name_that_is_no_text if {
	every tool in [{}, {"name": null}, {"name": 7}] {
		name_lookalike.deny == {_characters} with input as object.union(object.remove(_call(""), ["tool"]), {"tool": tool})
	}
	name_lookalike.deny == {_characters} with input as object.remove(_call(""), ["tool"])
}

test_allow_plain_names if {
	every name in [
		"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "send_mail", "send-mail", "fs.read",
		"fs/read", "fs:read",
	] {
		name_lookalike.deny == set() with input as _call(name)
		name_lookalike.warn == set() with input as _call(name)
	}
}

test_deny_what_reads_like_your_own if {
	every name in [
		"send_mail", "Send-Mail", "sendMail", "s3nd_mail", "5end_mail", "send_ma1l", "send_mall", "send.mail", "send/mail",
		"send:mail", "send_m4il", "SEND_MAIL",
	] {
		name_lookalike.deny == {_reads_like("send_mail", "mail")} with input as _call(name)
			with data.settings["tools/name_lookalike"] as _with({})
	}
}

test_pairs_of_letters_that_read_as_one if {
	settings := _with({"names": {"mail": ["summary", "window", "tool"]}})
	every name, known in {"sumrnary": "summary", "vvindow": "window", "t00l": "tool"} {
		name_lookalike.deny == {_reads_like(known, "mail")} with input as _call(name)
			with data.settings["tools/name_lookalike"] as settings
	}
}

test_allow_names_that_read_otherwise if {
	every name in ["send_mails", "read_mail", "query_all", "mail_send", "items"] {
		name_lookalike.deny == set() with input as _call(name) with data.settings["tools/name_lookalike"] as _with({})
	}
}

test_allow_what_the_server_may_have if {
	frame := object.union(_call("send_mail"), {"server": {"name": "mail"}})
	name_lookalike.deny == set() with input as frame with data.settings["tools/name_lookalike"] as _with({})
	both := _with({"names": {"mail": ["send_mail"], "extra": ["send_mail", "send_mall"]}})
	name_lookalike.deny == set() with input as _call("send_mail") with data.settings["tools/name_lookalike"] as both
	name_lookalike.deny == set() with input as _call("send_mall") with data.settings["tools/name_lookalike"] as both
}

test_deny_another_spelling_on_the_same_server if {
	frame := object.union(_call("Send_Mail"), {"server": {"name": "mail"}})
	name_lookalike.deny == {_reads_like("send_mail", "mail")} with input as frame
		with data.settings["tools/name_lookalike"] as _with({})
}

test_deny_when_the_server_is_unknown if {
	name_lookalike.deny == {_reads_like("send_mail", "mail")} with input as object.remove(_call("send_mail"), ["server"])
		with data.settings["tools/name_lookalike"] as _with({})
}

test_only_the_first_128_characters_are_compared if {
	long := concat("", [letter | some _ in numbers.range(1, 128); letter := "x"])
	settings := _with({"names": {"mail": [$"{long}a"]}})
	count(name_lookalike.deny) == 1 with input as _call($"{long}b") with data.settings["tools/name_lookalike"] as settings
	shorter := substring(long, 0, 127)
	other := _with({"names": {"mail": [$"{shorter}a"]}})
	name_lookalike.deny == set() with input as _call($"{shorter}b") with data.settings["tools/name_lookalike"] as other
}

test_warn_if_configured if {
	settings := _with({"action": "warn"})
	name_lookalike.warn == {_reads_like("send_mail", "mail")} with input as _call("send_mail")
		with data.settings["tools/name_lookalike"] as settings
	name_lookalike.deny == set() with input as _call("send_mail") with data.settings["tools/name_lookalike"] as settings
}

test_any_other_action_denies if {
	every action in ["hold", null, 7] {
		_reads_like("send_mail", "mail") in name_lookalike.deny with input as _call("send_mail")
			with data.settings["tools/name_lookalike"] as _with({"action": action})
	}
}

test_allow_other_frames if {
	every change in [{"from": "server"}, {"method": "prompts/get"}] {
		every action in ["deny", "warn"] {
			name_lookalike.deny == set() with input as object.union(_call("a b"), change)
				with data.settings["tools/name_lookalike"] as _with({"action": action})
			name_lookalike.warn == set() with input as object.union(_call("a b"), change)
				with data.settings["tools/name_lookalike"] as _with({"action": action})
		}
		name_lookalike.deny == set() with input as object.union(_call("a b"), change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	unconfigured := {"tools/name_lookalike is not configured: `action` must be deny or warn, `names` lists by server"}
	every settings in [
		{"action": "deny"}, {"names": {}}, _with({"action": "hold"}), _with({"names": []}), {"action": "deny", "names": {"a": "b"}},
		{"action": "deny", "names": {"a": ["b"], "c": null}}, {},
	] {
		name_lookalike.deny == unconfigured with input as _call("read") with data.settings["tools/name_lookalike"] as settings
	}
	name_lookalike.deny == unconfigured with input as _call("read") with data.settings as {}
}
