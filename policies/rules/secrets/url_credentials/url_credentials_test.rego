package rules.secrets.url_credentials_test

import rego.v2

import data.rules.secrets.url_credentials

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "web", "labels": []},
	"tool": {"name": "fetch", "arguments": arguments},
}

_result(text) := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"server": {"name": "web", "labels": []},
	"result": {"content": [{"type": "text", "text": text}]},
}

_with(changes) := object.union(data.settings["secrets/url_credentials"], changes)

_denied := {"argument `url` is a URL with a credential in it: send the call without it"}

_url := "https://a.example/x?access_token=value"

test_deny_passwords if {
	url_credentials.deny == _denied with input as _call({"url": "https://user:value@a.example/x"})
	url_credentials.warn == set() with input as _call({"url": "https://user:value@a.example/x"})
}

test_deny_every_parameter if {
	every name in data.settings["secrets/url_credentials"].parameters {
		url_credentials.deny == _denied with input as _call({"url": $"https://a.example/?a=b&{upper(name)}=value"})
		count(url_credentials.warn) == 1 with input as _result($"see https://a.example/?a=b&{upper(name)}=value.")
	}
}

test_deny_resources if {
	every method in ["resources/read", "resources/subscribe"] {
		count(url_credentials.deny) == 1 with input as object.union(_call({}), {"method": method, "params": {"uri": _url}})
	}
}

test_warn_if_configured if {
	warning := _with({"action": "warn"})
	url_credentials.warn == {"argument `url` is a URL with a credential in it"} with input as _call({"url": _url})
		with data.settings["secrets/url_credentials"] as warning
	url_credentials.deny == set() with input as _call({"url": _url}) with data.settings["secrets/url_credentials"] as warning
	every action in ["Warn", null, 7] {
		_denied - url_credentials.deny == set() with input as _call({"url": _url})
			with data.settings["secrets/url_credentials"] as _with({"action": action})
	}
}

test_allow_other_urls if {
	every url in ["https://a.example/?q=token", "https://a.example/?page_token=7", "https://a.example/?token=", "https://user@a.example", "see https://u:p@a.example", 7, null] {
		url_credentials.deny == set() with input as _call({"url": url})
	}
	url_credentials.deny == set() with input as json.remove(_call({}), ["tool"])
}

test_warn_of_results if {
	expected := {"the answer has a URL with a credential in it"}
	every text in [_url, $"see {_url}", "https://a.example/#token=value"] {
		url_credentials.warn == expected with input as _result(text)
		url_credentials.mask == set() with input as _result(text)
	}
	failed := object.union(object.remove(_result(""), ["result"]), {"kind": "error", "error": {"code": 1, "message": _url}})
	url_credentials.warn == expected with input as failed
}

test_signs_in_names_of_parameters_stand_for_themselves if {
	settings := _with({"parameters": [7, "a.b", "c"]})
	every name, many in {"a.b": 1, "axb": 0, "c": 1, "7": 0, "": 0} {
		count(url_credentials.warn) == many with input as _result($"https://a.example/?{name}=value")
			with data.settings["secrets/url_credentials"] as settings
	}
	every parameters in [[], [7]] {
		url_credentials.warn == set() with input as _result("https://a.example/?=value")
			with data.settings["secrets/url_credentials"] as _with({"parameters": parameters})
	}
}

test_warn_of_long_texts if {
	long := concat(" ", [_url | some _ in numbers.range(1, 40)])
	url_credentials.warn == {"the answer has a URL with a credential in it"} with input as _result(long)
}

test_mask_only_the_texts_that_have_one if {
	frame := object.union(_result(""), {"result": {"content": ["https://a.example", "a?token=value", _url]}})
	masks := url_credentials.mask with input as frame with data.settings["secrets/url_credentials"] as _with({"results": "mask"})
	{mask.path | some mask in masks} == {`$["result"]["content"][2]`}
}

test_mask_results_if_configured if {
	masking := _with({"results": "mask"})
	message := "a URL with a credential does not leave the server"
	url_credentials.mask == {{"message": message, "path": `$["result"]["content"][0]["text"]`}} with input as _result(_url)
		with data.settings["secrets/url_credentials"] as masking
	url_credentials.warn == set() with input as _result(_url) with data.settings["secrets/url_credentials"] as masking
	url_credentials.mask == {{"message": message, "path": `$["error"]["a'\"b"]`}} with input as object.union(
		object.remove(_result(""), ["result"]),
		{"kind": "error", "error": {`a'"b`: _url}},
	)
		with data.settings["secrets/url_credentials"] as masking
	every results in ["Mask", null, 7] {
		count(url_credentials.mask) == 1 with input as _result(_url)
			with data.settings["secrets/url_credentials"] as _with({"results": results})
	}
	url_credentials.mask == set() with input as _result("https://a.example") with data.settings["secrets/url_credentials"] as masking
	url_credentials.mask == set() with input as object.union(_result(_url), {"from": "client"}) with data.settings["secrets/url_credentials"] as masking
}

test_do_not_look_at_results_if_configured if {
	off := _with({"results": "ignore"})
	url_credentials.mask == set() with input as _result(_url) with data.settings["secrets/url_credentials"] as off
	url_credentials.warn == set() with input as _result(_url) with data.settings["secrets/url_credentials"] as off
	url_credentials.deny == set() with input as _result(_url) with data.settings["secrets/url_credentials"] as off
	url_credentials.deny == set() with input as _call({}) with data.settings["secrets/url_credentials"] as off
}

test_allow_other_results if {
	every text in ["https://a.example/?page_token=7", "?access_token=value", "https://a.example/access_token=value", 7, null] {
		url_credentials.warn == set() with input as _result(text)
	}
	url_credentials.warn == set() with input as object.union(_result(_url), {"kind": "notification"})
	url_credentials.warn == set() with input as object.union(_result(_url), {"kind": "request"})
	url_credentials.warn == set() with input as object.union(_result(_url), {"from": "client"})
	url_credentials.warn == set() with input as object.remove(_result(_url), ["result"])
}

test_allow_trusted_servers if {
	trusting := _with({"trusted_servers": ["web"]})
	url_credentials.deny == set() with input as _call({"url": _url}) with data.settings["secrets/url_credentials"] as trusting
	url_credentials.warn == set() with input as _result(_url) with data.settings["secrets/url_credentials"] as trusting
	url_credentials.deny == _denied with input as object.remove(_call({"url": _url}), ["server"])
		with data.settings["secrets/url_credentials"] as trusting
	count(url_credentials.warn) == 1 with input as object.remove(_result(_url), ["server"])
		with data.settings["secrets/url_credentials"] as trusting
	url_credentials.deny == _denied with input as _call({"url": _url})
		with data.settings["secrets/url_credentials"] as _with({"trusted_servers": ["other"]})
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "warn"}), {}] {
			url_credentials.deny == set() with input as object.union(_call({"url": _url}), change)
				with data.settings["secrets/url_credentials"] as settings
			url_credentials.warn == set() with input as object.union(_call({"url": _url}), change)
				with data.settings["secrets/url_credentials"] as settings
		}
	}
	url_credentials.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"secrets/url_credentials is not configured: see its settings in data.yaml"}
	every key in ["parameters", "action", "results", "trusted_servers"] {
		every method in ["tools/call", "resources/read", "resources/subscribe"] {
			url_credentials.deny == unconfigured with input as object.union(_call({}), {"method": method})
				with data.settings["secrets/url_credentials"] as object.remove(_with({}), [key])
			url_credentials.deny == unconfigured with input as object.union(_call({}), {"method": method})
				with data.settings["secrets/url_credentials"] as _with({key: 7})
		}
	}
	url_credentials.deny == set() with input as _call({})
}
