package rules.network.plain_http_test

import rego.v2

import data.rules.network.plain_http

_call(arguments) := {"from": "client", "kind": "request", "method": "tools/call", "tool": {"name": "fetch", "arguments": arguments}}

_read(uri) := {"from": "client", "kind": "request", "method": "resources/read", "params": {"uri": uri}}

_with(changes) := object.union(data.settings["network/plain_http"], changes)

test_warn_of_every_scheme if {
	every scheme in data.settings["network/plain_http"].schemes {
		plain_http.warn == {"argument `url` is a URL without encryption"} with input as _call({"url": $"{upper(scheme)}://a.example/x"})
		plain_http.deny == set() with input as _call({"url": $"{scheme}://a.example/x"})
	}
}

test_warn_of_resources if {
	every method in ["resources/read", "resources/subscribe"] {
		plain_http.warn == {"argument `uri` is a URL without encryption"} with input as object.union(_read("http://a.example"), {"method": method})
	}
}

test_deny_if_configured if {
	every action in ["deny", "Warn", null, 7] {
		"argument `url` is a URL without encryption: use `https:`" in plain_http.deny with input as _call({"url": "http://a.example"})
			with data.settings["network/plain_http"] as _with({"action": action})
		plain_http.warn == set() with input as _call({"url": "http://a.example"})
			with data.settings["network/plain_http"] as _with({"action": action})
	}
	plain_http.deny == set() with input as _call({"url": "https://a.example"})
		with data.settings["network/plain_http"] as _with({"action": "deny"})
}

test_allow_encrypted_and_near if {
	every url in [
		"https://a.example", "wss://a.example", "http://127.0.0.1:80", "http://[::1]/", "http://10.0.0.1", "http://localhost", "http://x.internal",
		"file:///a", "see http://a.example", "http://", 7, null,
	] {
		plain_http.warn == set() with input as _call({"url": url})
	}
	plain_http.warn == set() with input as _call({"url": "http://a.example"})
		with data.settings["network/plain_http"] as _with({"except": ["a.example"]})
}

test_allow_every_exception if {
	every entry in data.settings["network/plain_http"].except {
		host := replace(entry, "*", "x")
		plain_http.warn == set() with input as _call({"url": $"http://{host}/"})
	}
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		plain_http.warn == set() with input as object.union(_call({"url": "http://a.example"}), change)
		plain_http.deny == set() with input as object.union(_call({"url": "http://a.example"}), change) with data.settings as {}
	}
	plain_http.warn == set() with input as object.union(_read("http://a.example"), {"from": "server"})
	plain_http.warn == set() with input as {}
	plain_http.warn == set() with input as json.remove(_call({}), ["tool"])
}

test_deny_when_not_configured if {
	unconfigured := {"network/plain_http is not configured: see its settings in data.yaml"}
	every key in ["schemes", "except", "action"] {
		every frame in [_call({}), _read("x:y"), object.union(_read("x:y"), {"method": "resources/subscribe"})] {
			plain_http.deny == unconfigured with input as frame
				with data.settings["network/plain_http"] as object.remove(_with({}), [key])
			plain_http.deny == unconfigured with input as frame
				with data.settings["network/plain_http"] as _with({key: 7})
		}
	}
	plain_http.deny == set() with input as _call({})
}
