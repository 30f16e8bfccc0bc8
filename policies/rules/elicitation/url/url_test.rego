package rules.elicitation.url_test

import rego.v2

import data.rules.elicitation.url

_ask(address) := {
	"from": "server",
	"kind": "request",
	"method": "elicitation/create",
	"params": {"mode": "url", "message": "Sign in", "elicitationId": "1", "url": address},
}

_refusal(addresses) := {
	"from": "server",
	"kind": "error",
	"method": "tools/call",
	"error": {"code": -32042, "message": "sign in", "data": {"elicitations": [{"mode": "url", "url": address} |
		some address in addresses
	]}},
}

_settings := {"hosts": ["login.example.com", "*.Example.org"], "action": "hold", "errors": "warn", "approvers": []}

_with(changes) := object.union(_settings, changes)

_elsewhere := "the server sends the user to a page on a host that is not listed: look at the address first"

_unsafe := "the server sends the user to a page that is not plain https: do not open it"

_unconfigured := "elicitation/url is not configured: see its settings in data.yaml"

_listed := [
	"https://login.example.com/a", "https://LOGIN.example.com/", "https://login.example.com:8443/a?b=1", "https://a.example.org/",
	"https://a.b.example.org", "HTTPS://login.example.com/",
]

_unlisted := [
	"https://evil.example/", "https://login.example.com.evil.example/", "https://example.org/", "https://aexample.org/",
	"https://evil.example/?https://login.example.com/", "https://xlogin.example.com/", "https:///login.example.com.evil.example",
]

# A listed host or not: the page is not to be opened.
_bad := [
	"http://login.example.com/", "javascript:alert(1)", "https:login.example.com", "//login.example.com/", "", "https://?a", "https://",
	"https://user@login.example.com/", "https://login.example.com\\a", "https://login.example.com/a b", 7, null, ["https://login.example.com/"],
	"file:///login.example.com",
]

test_allow_listed_hosts if {
	every address in _listed {
		_silent with input as _ask(address) with data.settings["elicitation/url"] as _settings
		_silent with input as _refusal([address]) with data.settings["elicitation/url"] as _settings
	}
}

test_hold_other_hosts if {
	every address in _unlisted {
		url.hold == {{"message": _elsewhere}} with input as _ask(address) with data.settings["elicitation/url"] as _settings
		url.deny == set() with input as _ask(address) with data.settings["elicitation/url"] as _settings
		url.warn == set() with input as _ask(address) with data.settings["elicitation/url"] as _settings
	}
}

# Without a host, or with one that only some programs read.
test_hold_what_is_not_surely_on_a_listed_host if {
	every address in ["https://?a", "https://", "", "https://evil.example\\@login.example.com/", "https://login.example.com\\@evil.example/"] {
		url.hold == {{"message": _elsewhere}} with input as _ask(address) with data.settings["elicitation/url"] as _settings
	}
}

test_deny_other_hosts_if_configured if {
	every action in ["deny", "warn", null, 7] {
		_elsewhere in url.deny with input as _ask("https://evil.example/")
			with data.settings["elicitation/url"] as _with({"action": action})
		url.hold == set() with input as _ask("https://evil.example/")
			with data.settings["elicitation/url"] as _with({"action": action})
	}
	url.deny == set() with input as _ask("https://login.example.com/")
		with data.settings["elicitation/url"] as _with({"action": "deny"})
}

test_deny_unsafe_pages if {
	every address in _bad {
		_unsafe in url.deny with input as _ask(address) with data.settings["elicitation/url"] as _settings
		_unsafe in url.deny with input as _refusal([address]) with data.settings["elicitation/url"] as _settings
		_unsafe in url.deny with input as _refusal(["https://login.example.com/", address])
			with data.settings["elicitation/url"] as _settings
	}
}

test_url_mode_by_its_url if {
	every mode in ["form", null, "URL"] {
		frame := object.union(_ask("https://evil.example/"), {"params": {"mode": mode}})
		count(url.hold) == 1 with input as frame with data.settings["elicitation/url"] as _settings
	}
	count(url.hold) == 1 with input as json.remove(_ask("https://evil.example/"), ["params/mode"])
		with data.settings["elicitation/url"] as _settings
	url.deny == {_unsafe} with input as json.remove(_ask(""), ["params/url"])
		with data.settings["elicitation/url"] as _settings
}

test_allow_forms if {
	every params in [{"message": "Which city?", "requestedSchema": {}}, {"mode": "form"}, {}, null] {
		_silent with input as {"from": "server", "kind": "request", "method": "elicitation/create", "params": params}
			with data.settings["elicitation/url"] as _settings
		_silent with input as {"from": "server", "kind": "request", "method": "elicitation/create", "params": params}
			with data.settings as {}
	}
}

test_errors_that_send_elsewhere if {
	every addresses in [["https://evil.example/"], ["https://login.example.com/", "https://evil.example/"]] {
		url.warn == {_elsewhere} with input as _refusal(addresses) with data.settings["elicitation/url"] as _settings
		url.deny == set() with input as _refusal(addresses) with data.settings["elicitation/url"] as _settings
		url.hold == set() with input as _refusal(addresses) with data.settings["elicitation/url"] as _settings
		every errors in ["deny", "hold", null] {
			_elsewhere in url.deny with input as _refusal(addresses)
				with data.settings["elicitation/url"] as _with({"errors": errors})
			url.warn == set() with input as _refusal(addresses)
				with data.settings["elicitation/url"] as _with({"errors": errors})
		}
	}
	url.deny == set() with input as _refusal(["https://login.example.com/"])
		with data.settings["elicitation/url"] as _with({"errors": "deny"})
}

test_errors_that_cannot_be_read if {
	every path in ["error/data", "error/data/elicitations"] {
		url.deny == {_unsafe} with input as json.remove(_refusal([]), [path]) with data.settings["elicitation/url"] as _settings
		url.warn == {_elsewhere} with input as json.remove(_refusal([]), [path]) with data.settings["elicitation/url"] as _settings
	}
	every elicitations in ["x", null, 7, {"a": {"url": "https://login.example.com/"}}] {
		frame := {"from": "server", "kind": "error", "error": {"code": -32042, "data": {"elicitations": elicitations}}}
		url.deny == {_unsafe} with input as frame with data.settings["elicitation/url"] as _settings
		url.warn == {_elsewhere} with input as frame with data.settings["elicitation/url"] as _settings
	}
	every elicitation in [{}, null, "https://login.example.com/"] {
		frame := {"from": "server", "kind": "error", "error": {"code": -32042, "data": {"elicitations": [elicitation]}}}
		url.deny == {_unsafe} with input as frame with data.settings["elicitation/url"] as _settings
	}
}

test_other_frames if {
	every change in [{"from": "client"}, {"method": "sampling/createMessage"}] {
		frame := object.union(_ask("http://evil.example/"), change)
		_silent with input as frame with data.settings["elicitation/url"] as _settings
		_silent with input as frame with data.settings["elicitation/url"] as _with({"action": "deny"})
		_silent with input as frame with data.settings as {}
	}
	every change in [{"from": "client"}, {"kind": "result"}, {"error": {"code": -32041}}, {"error": {"code": 32042}}] {
		frame := object.union(_refusal(["http://evil.example/"]), change)
		_silent with input as frame with data.settings["elicitation/url"] as _settings
		_silent with input as frame with data.settings["elicitation/url"] as _with({"errors": "deny"})
		_silent with input as frame with data.settings as {}
	}
}

test_approvers_are_data if {
	some held in url.hold with input as _ask("https://evil.example/")
		with data.settings["elicitation/url"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_deny_when_not_configured if {
	every frame in [_ask("https://login.example.com/"), _refusal(["https://login.example.com/"])] {
		every key, _ in _settings {
			_unconfigured in url.deny with input as frame
				with data.settings["elicitation/url"] as object.remove(_settings, [key])
			every value in ["other", null, 7] {
				_unconfigured in url.deny with input as frame with data.settings["elicitation/url"] as _with({key: value})
			}
		}
		_unconfigured in url.deny with input as frame with data.settings as {}
		not _unconfigured in url.deny with input as frame with data.settings["elicitation/url"] as _settings
	}
}

test_defaults_are_configured if {
	url.deny == set() with input as _ask("https://login.example.com/")
	url.deny == set() with input as _refusal(["https://login.example.com/"])
}

_silent if {
	url.hold == set()
	url.deny == set()
	url.warn == set()
}
