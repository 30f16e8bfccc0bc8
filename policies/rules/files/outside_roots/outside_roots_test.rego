package rules.files.outside_roots_test

import rego.v2

import data.rules.files.outside_roots

_call(server, name, arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": server, "labels": []},
	"tool": {"name": name, "arguments": arguments},
}

_read(path) := _call("files", "read_file", {"path": path})

_resource(uri) := {
	"from": "client",
	"kind": "request",
	"method": "resources/read",
	"server": {"name": "files", "labels": []},
	"params": {"uri": uri},
}

_roots := object.union(data.settings["files/outside_roots"], {"roots": {"files": ["/srv/docs", "/srv/notes"]}})

_with(changes) := object.union(_roots, changes)

_outside := {"argument `path` is outside the allowed roots of server `files`"}

test_allow_inside if {
	every path in ["/srv/docs", "/srv/docs/", "/srv/docs/a/b.md", "/srv/notes/./x", "file:///srv/docs/a.md", "/srv//docs/a"] {
		outside_roots.deny == set() with input as _read(path) with data.settings["files/outside_roots"] as _roots
		outside_roots.warn == set() with input as _read(path) with data.settings["files/outside_roots"] as _roots
	}
}

test_deny_outside if {
	every path in ["/etc/passwd", "/", "/srv", "/srv/docs-private/a", "/SRV/docs/a", "file:///etc/passwd", `C:\docs\a`] {
		outside_roots.deny == _outside with input as _read(path) with data.settings["files/outside_roots"] as _roots
	}
}

test_deny_relative_unless_configured if {
	every path in ["a.md", "docs/a.md", "", "."] {
		outside_roots.deny == _outside with input as _read(path) with data.settings["files/outside_roots"] as _roots
		outside_roots.deny == set() with input as _read(path)
			with data.settings["files/outside_roots"] as _with({"relative": true})
	}
}

test_deny_what_the_text_hides if {
	every path, fault in {
		"/srv/docs/../../etc/passwd": "goes up with `..`",
		"../etc/passwd": "goes up with `..`",
		`/srv/docs\..\..\etc`: "goes up with `..`",
		"~/.ssh/id_ed25519": "starts in a home directory",
		" /etc/passwd": "has spaces or quotes around it",
		"file://elsewhere/srv/docs/a": "is a file URI with another host or an escaped separator",
		"file:///srv/docs/%2e%2e/etc": "is a file URI with another host or an escaped separator",
		"/srv/docs/a\u0000.md": "contains a NUL character",
		`\\host\share`: "is a network path",
	} {
		expected := {$"argument `path` {fault}: write the full path of a place inside an allowed root"}
		outside_roots.deny == expected with input as _read(path)
			with data.settings["files/outside_roots"] as _with({"relative": true})
	}
}

test_deny_what_is_no_text if {
	expected := {"argument `path` is not a text: write the full path of a place inside an allowed root"}
	every path in [7, true, false] {
		outside_roots.deny == expected with input as _read(path) with data.settings["files/outside_roots"] as _roots
	}
}

test_deny_in_arrays_and_nested if {
	every arguments, name in {
		{"paths": ["/srv/docs/a", "/etc/passwd"]}: "paths/1",
		{"source": "/srv/docs/a", "destination": "/tmp/a"}: "destination",
		{"moves": [{"from": {"Path": "/etc/passwd"}}]}: "moves/0/from/Path",
		{"path": {"dir": "/etc"}}: "path/dir",
		{"note": ["see file:///etc/passwd", "file:///etc/passwd"]}: "note/1",
	} {
		expected := {$"argument `{name}` is outside the allowed roots of server `files`"}
		outside_roots.deny == expected with input as _call("files", "read_multiple_files", arguments)
			with data.settings["files/outside_roots"] as _roots
	}
}

test_allow_content_that_looks_like_a_path if {
	frame := _call("files", "write_file", {"path": "/srv/docs/a", "content": "/etc/passwd ../.."})
	outside_roots.deny == set() with input as frame with data.settings["files/outside_roots"] as _roots
}

test_allow_without_paths if {
	every arguments in [{}, {"path": null}, {"paths": []}, null] {
		outside_roots.deny == set() with input as _call("files", "list_allowed_directories", arguments)
			with data.settings["files/outside_roots"] as _roots
	}
	outside_roots.deny == set() with input as json.remove(_read("/etc"), ["tool/arguments"])
		with data.settings["files/outside_roots"] as _roots
}

test_deny_every_tool_of_a_server_with_roots if {
	outside_roots.deny == _outside with input as _call("files", "any_tool", {"path": "/etc"})
		with data.settings["files/outside_roots"] as _roots
}

test_roots_for_all_servers if {
	everywhere := object.union(data.settings["files/outside_roots"], {"roots": {"*": ["/srv/all"]}})
	outside_roots.deny == set() with input as _read("/srv/all/a") with data.settings["files/outside_roots"] as everywhere
	count(outside_roots.deny) == 1 with input as _call("git", "log", {"path": "/etc"})
		with data.settings["files/outside_roots"] as everywhere
}

test_unusable_roots_hold_nothing if {
	every roots in [[], null, "/srv/docs", [null], [7], ["srv"], {}] {
		changed := object.union(data.settings["files/outside_roots"], {"roots": {"files": roots}})
		outside_roots.deny == _outside with input as _read("/srv/docs/a") with data.settings["files/outside_roots"] as changed
	}
}

test_root_given_as_text_holds_nothing if {
	changed := object.union(data.settings["files/outside_roots"], {"roots": {"files": "/"}})
	outside_roots.deny == _outside with input as _read("/etc") with data.settings["files/outside_roots"] as changed
}

test_warn_without_roots if {
	outside_roots.deny == set() with input as _read("/etc/passwd")
	expected := {"no allowed roots are configured for file server `files`: paths are checked for `..` and the like only"}
	outside_roots.warn == expected with input as _read("/etc/passwd")
	count(outside_roots.deny) == 1 with input as _read("/srv/../etc/passwd")
}

test_deny_without_roots_if_configured if {
	expected := {"no allowed roots are configured for file server `files`: add it to `roots` of files/outside_roots"}
	every value in ["deny", "Warn", null] {
		changed := object.union(data.settings["files/outside_roots"], {"unconfigured": value})
		expected & outside_roots.deny == expected with input as _read("/srv/a") with data.settings["files/outside_roots"] as changed
		outside_roots.warn == set() with input as _read("/srv/a") with data.settings["files/outside_roots"] as changed
	}
}

test_label_makes_a_file_server if {
	frame := object.union(_call("disk", "open", {"path": "/a/../b"}), {"server": {"labels": ["files"]}})
	count(outside_roots.deny) == 1 with input as frame
}

test_allow_other_servers if {
	frame := _call("github", "get_file_contents", {"path": "README.md", "repo": "../x", "note": "file:///a/../b"})
	outside_roots.deny == set() with input as frame with data.settings["files/outside_roots"] as _roots
	outside_roots.warn == set() with input as frame with data.settings["files/outside_roots"] as _roots
}

test_resources if {
	outside_roots.deny == set() with input as _resource("file:///srv/docs/a") with data.settings["files/outside_roots"] as _roots
	outside_roots.deny == set() with input as _resource("https://example.com/a") with data.settings["files/outside_roots"] as _roots
	expected := {"argument `uri` is outside the allowed roots of server `files`"}
	every uri in ["file:///etc/passwd", "FILE:/etc/passwd", "file://localhost/etc/passwd"] {
		outside_roots.deny == expected with input as _resource(uri) with data.settings["files/outside_roots"] as _roots
	}
	count(outside_roots.deny) == 1 with input as object.union(_resource("file:///etc"), {"method": "resources/subscribe"})
		with data.settings["files/outside_roots"] as _roots
	count(outside_roots.deny) == 1 with input as _resource("file:///srv/docs/%2e%2e/a")
		with data.settings["files/outside_roots"] as _roots
}

test_deny_without_a_server if {
	count(outside_roots.deny) > 0 with input as object.remove(_read("/srv/docs/../x"), ["server"])
		with data.settings["files/outside_roots"] as _roots
	count(outside_roots.warn) > 0 with input as object.remove(_read("/etc/passwd"), ["server"])
		with data.settings["files/outside_roots"] as _roots
}

test_allow_other_frames if {
	every frame in [
		{},
		object.union(_read("/etc"), {"from": "server", "kind": "result"}),
		object.union(_read("/etc"), {"method": "prompts/get"}),
	] {
		outside_roots.deny == set() with input as frame with data.settings["files/outside_roots"] as _roots
	}
}

test_deny_when_not_configured if {
	unconfigured := "files/outside_roots is not configured: see its settings in data.yaml"
	every key in ["roots", "relative", "unconfigured", "labels", "tools", "keys"] {
		unconfigured in outside_roots.deny with input as _read("/srv/docs/a")
			with data.settings["files/outside_roots"] as object.remove(_roots, [key])
		unconfigured in outside_roots.deny with input as _read("/srv/docs/a")
			with data.settings["files/outside_roots"] as object.union(_roots, {key: 7})
	}
	outside_roots.deny == {unconfigured} with input as _read("/srv/docs/a") with data.settings as {}
	every method in ["resources/read", "resources/subscribe"] {
		outside_roots.deny == {unconfigured} with input as object.union(_resource("note:a"), {"method": method}) with data.settings as {}
	}
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		outside_roots.deny == set() with input as object.union(_read("/etc"), change) with data.settings as {}
	}
}

test_relative_setting_does_not_open_absolute_paths if {
	every path in ["/etc/passwd", "file:///etc/passwd", `C:\etc`] {
		outside_roots.deny == _outside with input as _read(path)
			with data.settings["files/outside_roots"] as _with({"relative": true})
	}
}

test_unconfigured_setting_is_about_servers_without_roots if {
	outside_roots.deny == set() with input as _read("/srv/docs/a")
		with data.settings["files/outside_roots"] as _with({"unconfigured": "deny"})
}

test_roots_of_another_server_do_not_count if {
	other := object.union(data.settings["files/outside_roots"], {"roots": {"files": ["/srv/docs"], "git": ["/srv/git"]}})
	outside_roots.deny == _outside with input as _read("/srv/git/a") with data.settings["files/outside_roots"] as other
}

test_other_labels_make_no_file_server if {
	frame := object.union(_call("disk", "open", {"path": "/a/../b"}), {"server": {"labels": ["internal"]}})
	outside_roots.deny == set() with input as frame
	outside_roots.warn == set() with input as frame
}

test_answers_are_not_judged if {
	answered := object.union(_resource("file:///etc/passwd"), {"from": "server", "kind": "result"})
	outside_roots.deny == set() with input as answered with data.settings["files/outside_roots"] as _roots
	templated := object.union(_resource("file:///etc/passwd"), {"method": "x/unknown"})
	outside_roots.deny == set() with input as templated with data.settings["files/outside_roots"] as _roots
}

test_file_uris_count_in_calls_of_file_servers_only if {
	uri := {"link": "file:///etc/passwd"}
	count(outside_roots.deny) == 1 with input as _call("files", "share", uri) with data.settings["files/outside_roots"] as _roots
	every frame in [
		_call("github", "share", uri),
		object.union(_call("files", "share", uri), {"from": "server", "kind": "result"}),
		object.union(_call("files", "share", uri), {"method": "prompts/get"}),
	] {
		outside_roots.deny == set() with input as frame with data.settings["files/outside_roots"] as _roots
	}
}
