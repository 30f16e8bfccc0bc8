package rules.network.allowed_hosts_test

import rego.v2

import data.rules.network.allowed_hosts

_call(arguments) := {"from": "client", "kind": "request", "method": "tools/call", "tool": {"name": "fetch", "arguments": arguments}}

_read(uri) := {"from": "client", "kind": "request", "method": "resources/read", "params": {"uri": uri}}

_with(changes) := object.union({"hosts": ["api.example", "*.docs.example"], "keys": ["host", "url"]}, changes)

test_deny_hosts_that_are_not_listed if {
	every url in ["https://a.example/", "https://docs.example", "a.example:80", "https://api.example@a.example/", "http://10.0.0.1"] {
		allowed_hosts.deny == {"argument `url` names a host that is not listed: use a listed one"} with input as _call({"url": url})
			with data.settings["network/allowed_hosts"] as _with({})
	}
}

test_every_reading_must_be_listed if {
	count(allowed_hosts.deny) == 1 with input as _call({"url": `https://api.example\@a.example/`})
		with data.settings["network/allowed_hosts"] as _with({})
}

test_deny_under_every_key_of_data if {
	every key in data.settings["network/allowed_hosts"].keys {
		count(allowed_hosts.deny) == 1 with input as _call({key: "a.example"})
	}
	count(allowed_hosts.deny) == 1 with input as _call({"any": "https://a.example"})
}

test_deny_resources if {
	every method in ["resources/read", "resources/subscribe"] {
		count(allowed_hosts.deny) == 1 with input as object.union(_read("https://a.example"), {"method": method})
			with data.settings["network/allowed_hosts"] as _with({})
	}
}

test_deny_web_addresses_without_a_host if {
	every url in ["http://", "https://:80/x", "HTTPS:///"] {
		allowed_hosts.deny == {"argument `page` is a web address without a host: use a listed one"} with input as _call({"page": url})
			with data.settings["network/allowed_hosts"] as _with({})
		every method in ["resources/read", "resources/subscribe"] {
			count(allowed_hosts.deny) == 1 with input as object.union(_read(url), {"method": method})
				with data.settings["network/allowed_hosts"] as _with({})
		}
	}
}

test_deny_hosts_that_are_no_text if {
	expected := {"argument `host` is not a text, so its host cannot be read"}
	allowed_hosts.deny == expected with input as _call({"host": 7}) with data.settings["network/allowed_hosts"] as _with({})
}

test_allow_what_is_listed if {
	every url in ["https://api.example/x", "https://API.example.:443", "https://a.docs.example", "http://user@a.b.docs.example", "api.example"] {
		allowed_hosts.deny == set() with input as _call({"url": url}) with data.settings["network/allowed_hosts"] as _with({})
	}
	allowed_hosts.deny == set() with input as _read("https://api.example") with data.settings["network/allowed_hosts"] as _with({})
}

test_allow_what_names_no_host if {
	every arguments in [{}, {"text": "see https://a.example"}, {"url": null}, {"page": "file:///a"}, {"size": 7}] {
		allowed_hosts.deny == set() with input as _call(arguments) with data.settings["network/allowed_hosts"] as _with({})
	}
	allowed_hosts.deny == set() with input as _read("note://7") with data.settings["network/allowed_hosts"] as _with({"hosts": ["7"]})
	allowed_hosts.deny == set() with input as json.remove(_call({}), ["tool"]) with data.settings["network/allowed_hosts"] as _with({})
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every arguments in [{"url": "https://a.example"}, {"url": "http://"}, {"host": 7}] {
			allowed_hosts.deny == set() with input as object.union(_call(arguments), change)
			allowed_hosts.deny == set() with input as object.union(_call(arguments), change) with data.settings as {}
		}
	}
	allowed_hosts.deny == set() with input as object.union(_read("http://"), {"from": "server"})
	allowed_hosts.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := "network/allowed_hosts is not configured: `hosts` and `keys` must be lists"
	every key in ["hosts", "keys"] {
		every frame in [_call({}), _read("file:///a"), object.union(_read("file:///a"), {"method": "resources/subscribe"})] {
			allowed_hosts.deny == {unconfigured} with input as frame
				with data.settings["network/allowed_hosts"] as object.remove(_with({}), [key])
			allowed_hosts.deny == {unconfigured} with input as frame
				with data.settings["network/allowed_hosts"] as _with({key: "a.example"})
		}
	}
	count(allowed_hosts.deny) == 2 with input as _call({"url": "https://a.example"})
		with data.settings["network/allowed_hosts"] as _with({"hosts": "a.example"})
}
