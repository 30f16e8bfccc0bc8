package rules.network.private_addresses_test

import rego.v2

import data.rules.network.private_addresses

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "web", "labels": []},
	"tool": {"name": "fetch", "arguments": arguments},
}

_url(url) := _call({"url": url})

_read(uri) := object.union(object.remove(_call({}), ["tool"]), {"method": "resources/read", "params": {"uri": uri}})

_with(changes) := object.union(data.settings["network/private_addresses"], changes)

_points(where) := {$"argument `url` points to {where}: name a public host"}

test_deny_addresses_of_every_kind if {
	every url, where in {
		"http://169.254.169.254/latest/meta-data/": "a link-local address",
		"http://[fd00:ec2::254]/latest/meta-data/": "a private address",
		"http://10.0.0.1": "a private address",
		"http://100.100.100.200/": "a shared address of a provider",
		"http://168.63.129.16/": "a metadata service",
		"http://[ff02::1]/": "a multicast or reserved address",
		"http://192.0.0.192/": "a reserved address",
		"http://0xa9fea9fe/": "a link-local address",
		"http://a.example@169.254.169.254/": "a link-local address",
		"http://[::ffff:169.254.169.254]/": "a link-local address",
		"169.254.169.254/latest": "a link-local address",
	} {
		private_addresses.deny == _points(where) with input as _url(url)
		private_addresses.warn == set() with input as _url(url)
	}
}

test_deny_names_of_inner_networks if {
	every name in data.settings["network/private_addresses"].private_names {
		host := replace(name, "*", "x")
		private_addresses.deny == _points("a name of an inner network") with input as _url($"https://{host}./x")
	}
	private_addresses.deny == _points("a name of an inner network") with input as _url("http://metadata.google.internal/")
}

test_deny_what_cannot_be_read if {
	every host in ["1.2.3.4.5", "256.1.1.1", "a%41.example", "4294967296"] {
		private_addresses.deny == _points("a host that cannot be read") with input as _url($"http://{host}/")
	}
}

test_warn_of_the_own_machine if {
	every url, where in {
		"http://127.0.0.1:3000/": "a loopback address",
		"http://[::1]/": "a loopback address",
		"http://0.0.0.0:8080": "an unspecified address",
		"http://localhost:3000": "a name of the own machine",
		"http://LOCALHOST./": "a name of the own machine",
	} {
		private_addresses.warn == {$"argument `url` points to {where}"} with input as _url(url)
		private_addresses.deny == set() with input as _url(url)
		private_addresses.deny == _points(where) with input as _url(url)
			with data.settings["network/private_addresses"] as _with({"loopback": "deny"})
		private_addresses.warn == set() with input as _url(url)
			with data.settings["network/private_addresses"] as _with({"loopback": "deny"})
	}
}

test_warn_of_every_local_name if {
	every name in data.settings["network/private_addresses"].local_names {
		host := replace(name, "*", "x")
		count(private_addresses.warn) == 1 with input as _url($"https://{host}/")
	}
}

test_deny_hosts_under_every_key if {
	every key in data.settings["network/private_addresses"].keys {
		count(private_addresses.deny) == 1 with input as _call({key: "10.0.0.1:80"})
		count(private_addresses.deny) == 1 with input as _call({"deep": [{key: ["10.0.0.1"]}]})
	}
}

test_deny_urls_under_any_key if {
	private_addresses.deny == {"argument `page/0` points to a private address: name a public host"} with input as _call({"page": ["http://10.0.0.1"]})
}

test_deny_resources if {
	expected := {"argument `uri` points to a private address: name a public host"}
	private_addresses.deny == expected with input as _read("http://10.0.0.1/x")
	private_addresses.deny == expected with input as object.union(_read("http://10.0.0.1/x"), {"method": "resources/subscribe"})
	private_addresses.deny == set() with input as _read("http://a.example/x")
}

test_deny_hosts_that_are_no_text if {
	expected := {"argument `host` is not a text, so its host cannot be read"}
	every value in [2130706433, true, false] {
		private_addresses.deny == expected with input as _call({"host": value})
	}
	private_addresses.deny == set() with input as _call({"host": null})
	private_addresses.deny == set() with input as _call({"size": 2130706433})
}

test_allow_the_public_internet if {
	every url in ["https://a.example/", "http://203.0.113.7/", "http://[2001:db8::1]/", "a.example", "local", "internal.example", "/v1/items"] {
		private_addresses.deny == set() with input as _url(url)
		private_addresses.warn == set() with input as _url(url)
	}
}

test_allow_prose if {
	private_addresses.deny == set() with input as _call({"text": "see http://10.0.0.1/ and 192.168.0.1"})
}

test_allow_what_is_listed if {
	every entry, host in {"10.1.2.3": "0xa010203", "10.1.0.0/16": "10.1.255.255", "wiki.internal": "wiki.internal", "*.svc": "a.b.svc"} {
		private_addresses.deny == set() with input as _url($"http://{host}/")
			with data.settings["network/private_addresses"] as _with({"allow": ["x.example", entry]})
	}
	every entry, host in {"10.1.2.3": "10.1.2.4", "10.1.0.0/16": "10.2.0.0", "wiki.internal": "x.internal", "10.1.0.1": "010.1.0.1.5"} {
		count(private_addresses.deny) == 1 with input as _url($"http://{host}/")
			with data.settings["network/private_addresses"] as _with({"allow": [entry]})
	}
}

test_both_readings_must_be_allowed if {
	# 8.0.0.1 or 10.0.0.1
	count(private_addresses.deny) == 1 with input as _url("http://010.0.0.1/")
		with data.settings["network/private_addresses"] as _with({"allow": ["8.0.0.1"]})
	private_addresses.deny == set() with input as _url("http://010.0.0.1/")
		with data.settings["network/private_addresses"] as _with({"allow": ["8.0.0.1", "10.0.0.1"]})
}

test_allow_trusted_servers if {
	every arguments in [{"url": "http://10.0.0.1"}, {"host": 7}] {
		private_addresses.deny == set() with input as _call(arguments)
			with data.settings["network/private_addresses"] as _with({"trusted_servers": ["web"]})
		count(private_addresses.deny) == 1 with input as _call(arguments)
			with data.settings["network/private_addresses"] as _with({"trusted_servers": ["other"]})
		count(private_addresses.deny) == 1 with input as object.remove(_call(arguments), ["server"])
			with data.settings["network/private_addresses"] as _with({"trusted_servers": ["web"]})
	}
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every arguments in [{"url": "http://10.0.0.1"}, {"host": 7}] {
			private_addresses.deny == set() with input as object.union(_call(arguments), change)
			private_addresses.deny == set() with input as object.union(_call(arguments), change) with data.settings as {}
		}
	}
	private_addresses.deny == set() with input as object.union(_read("http://10.0.0.1"), {"from": "server"})
	private_addresses.deny == set() with input as object.union(_read("http://10.0.0.1"), {"from": "server"}) with data.settings as {}
	private_addresses.deny == set() with input as {}
	private_addresses.warn == set() with input as object.union(_url("http://localhost"), {"from": "server"})
}

test_absent_and_ill_typed_fields if {
	every path in ["kind", "tool/name", "server/labels"] {
		count(private_addresses.deny) == 1 with input as json.remove(_url("http://10.0.0.1"), [path])
	}
	every path in ["tool", "tool/arguments", "tool/arguments/url"] {
		private_addresses.deny == set() with input as json.remove(_url("http://10.0.0.1"), [path])
	}
}

test_deny_when_not_configured if {
	unconfigured := {"network/private_addresses is not configured: see its settings in data.yaml"}
	every key in ["keys", "local_names", "private_names", "loopback", "allow", "trusted_servers"] {
		every frame in [_call({}), _read("x:y"), object.union(_read("x:y"), {"method": "resources/subscribe"})] {
			private_addresses.deny == unconfigured with input as frame
				with data.settings["network/private_addresses"] as object.remove(_with({}), [key])
			private_addresses.deny == unconfigured with input as frame
				with data.settings["network/private_addresses"] as _with({key: 7})
		}
	}
	private_addresses.deny == set() with input as _call({})
}
