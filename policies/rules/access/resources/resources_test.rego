package rules.access.resources_test

import rego.v2

import data.rules.access.resources

_read(uri) := {
	"from": "client",
	"kind": "request",
	"method": "resources/read",
	"server": {"name": "docs"},
	"params": {"uri": uri},
}

_settings := {
	"allow": {"docs": ["file:///srv/docs", "https://docs.example.com", "https://example.org/a/", "db:"], "*": ["note://all"]},
	"unconfigured": "warn",
}

_elsewhere := "the resource is not under an address that is listed for its server: read one that is, or have it listed"

_nothing := "no resources are listed for this server: have its addresses listed"

_open := "no resources are listed for this server: list its addresses to let no others pass"

_unconfigured := "access/resources is not configured: `allow` must be lists by server, `unconfigured` warn or deny"

_plainly(fault) := $"the address of the resource {fault}: say plainly which file is meant"

test_allow_listed if {
	every uri in [
		"file:///srv/docs/a.md", "file:///srv/docs", "FILE:///srv/docs/a", "https://docs.example.com",
		"https://docs.example.com/a?b", "https://docs.example.com?b", "https://docs.example.com#b", "https://example.org/a/b",
		"db:users", "db://x/y", "note://all/1", "https://example.org/a/",
	] {
		_silent with input as _read(uri) with data.settings["access/resources"] as _settings
	}
}

test_allow_listed_where_others_are_denied if {
	_silent with input as _read("db:users")
		with data.settings["access/resources"] as object.union(_settings, {"unconfigured": "deny"})
}

test_deny_others if {
	every uri in [
		"file:///srv/docs-private/a", "file:///etc/passwd", "https://docs.example.com.evil.example/", "https://docs.example.com@evil.example/",
		"https://docs.example.community/", "https://docs.example.com:8080/", "https://example.org/a", "https://example.org/b/",
		"https://evil.example/https://docs.example.com", "HTTPS://docs.example.com/", "dbx:users", "x:db:users", "note://other",
		"https://docs.example.com/../a", "https://docs.example.com/a/..", "https://docs.example.com/%2E%2e/a", "db:a%2Fb",
		"db:a%5cb", "db:a\\..\\b", "db:%2e", "", "file", "/srv/docs/a", 7, null, ["db:users"], {},
	] {
		resources.deny == {_elsewhere} with input as _read(uri) with data.settings["access/resources"] as _settings
		resources.warn == set() with input as _read(uri) with data.settings["access/resources"] as _settings
	}
}

test_deny_without_an_address if {
	resources.deny == {_elsewhere} with input as object.remove(_read(""), ["params"])
		with data.settings["access/resources"] as _settings
	resources.deny == {_elsewhere} with input as object.union(object.remove(_read(""), ["params"]), {"params": {}})
		with data.settings["access/resources"] as _settings
}

# On listed servers and on others.
test_deny_addresses_of_files_that_are_not_plain if {
	every uri, fault in {
		"file:///srv/docs/../a": "goes up with `..`",
		"file://other/srv/docs/a": "is a file URI with another host or an escaped separator",
		"file:///srv/docs/%2e%2e/a": "is a file URI with another host or an escaped separator",
	} {
		resources.deny == {_elsewhere, _plainly(fault)} with input as _read(uri)
			with data.settings["access/resources"] as _settings
		resources.deny == {_plainly(fault)} with input as _read(uri)
			with data.settings["access/resources"] as {"allow": {}, "unconfigured": "warn"}
	}
}

# The list for files is one of places, that for the rest one of beginnings.
test_a_beginning_of_another_kind_allows_no_file if {
	every address in ["file:", "file://", "f", "", "/srv/docs"] {
		_elsewhere in resources.deny with input as _read("file:///srv/docs/a")
			with data.settings["access/resources"] as {"allow": {"docs": [address]}, "unconfigured": "warn"}
	}
	resources.deny == {_elsewhere} with input as _read("db:users")
		with data.settings["access/resources"] as {"allow": {"docs": ["d", "", "db", 7, null]}, "unconfigured": "warn"}
}

test_list_of_another_server if {
	frame := object.union(_read("db:users"), {"server": {"name": "other"}})
	resources.deny == {_elsewhere} with input as frame with data.settings["access/resources"] as _settings
	_silent with input as object.union(frame, {"params": {"uri": "note://all/1"}})
		with data.settings["access/resources"] as _settings
}

_only_docs(unconfigured) := {"allow": {"docs": ["db:"]}, "unconfigured": unconfigured}

_on_other(uri) := object.union(_read(uri), {"server": {"name": "other"}})

test_servers_that_are_not_listed if {
	every uri in ["db:users", "file:///etc/hosts", 7] {
		resources.warn == {_open} with input as _on_other(uri) with data.settings["access/resources"] as _only_docs("warn")
		resources.deny == set() with input as _on_other(uri) with data.settings["access/resources"] as _only_docs("warn")
		resources.deny == {_nothing} with input as _on_other(uri) with data.settings["access/resources"] as _only_docs("deny")
		resources.warn == set() with input as _on_other(uri) with data.settings["access/resources"] as _only_docs("deny")
	}
	every other in ["hold", null, 7] {
		_nothing in resources.deny with input as _on_other("db:users") with data.settings["access/resources"] as _only_docs(other)
	}
}

test_an_unknown_server_is_not_let_through if {
	every server in [{}, {"name": null}, {"name": 7}] {
		frame := object.union(object.remove(_read("x:y"), ["server"]), {"server": server})
		resources.deny == {_elsewhere} with input as frame with data.settings["access/resources"] as _only_docs("warn")
		resources.warn == set() with input as frame with data.settings["access/resources"] as _only_docs("warn")
	}
}

test_subscribing_is_reading if {
	frame := object.union(_read("x:y"), {"method": "resources/subscribe"})
	resources.deny == {_elsewhere} with input as frame with data.settings["access/resources"] as _settings
	resources.warn == {_open} with input as frame with data.settings["access/resources"] as {"allow": {}, "unconfigured": "warn"}
}

test_other_frames if {
	every change in [{"from": "server"}, {"method": "resources/list"}, {"method": "resources/unsubscribe"}] {
		every uri in ["x:y", "file:///srv/docs/.."] {
			every allow in [_settings.allow, {}] {
				every unconfigured in ["warn", "deny"] {
					_silent with input as object.union(_read(uri), change)
						with data.settings["access/resources"] as {"allow": allow, "unconfigured": unconfigured}
				}
			}
		}
		_silent with input as object.union(_read("x:y"), change) with data.settings as {}
	}
}

test_deny_when_not_configured if {
	every settings in [
		{"allow": {"docs": ["db:"]}}, {"unconfigured": "warn"}, {"allow": {"docs": ["db:"]}, "unconfigured": "hold"},
		{"allow": {"docs": ["db:"], "other": "db:"}, "unconfigured": "warn"}, {"allow": ["db:"], "unconfigured": "warn"},
		{"allow": [["db:"]], "unconfigured": "warn"}, {"allow": null, "unconfigured": "warn"}, {}, null,
	] {
		_unconfigured in resources.deny with input as _read("db:users") with data.settings["access/resources"] as settings
	}
	_unconfigured in resources.deny with input as _read("db:users") with data.settings as {}
}

test_defaults if {
	resources.warn == {_open} with input as _read("db:users")
	resources.deny == set() with input as _read("db:users")
}

_silent if {
	resources.deny == set()
	resources.warn == set()
}
