package rules.files.startup_files_test

import rego.v2

import data.rules.files.startup_files

_call(name, arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "files", "labels": []},
	"tool": {"name": name, "arguments": arguments},
}

_write(path) := _call("write_file", {"path": path})

_with(changes) := object.union(data.settings["files/startup_files"], changes)

_held(place) := {{"message": $"`write_file` writes what runs by itself later (`{place}`): a human must approve it"}}

_denied(place) := {$"`write_file` writes what runs by itself later (`{place}`): leave it to a human"}

test_hold_every_place if {
	every place in data.settings["files/startup_files"].places {
		path := $"/home/u/{replace(place, "*", "x")}"
		count(startup_files.hold) == 1 with input as _write(path)
		startup_files.deny == set() with input as _write(path)
	}
}

test_hold_what_everybody_knows if {
	every path, place in {
		"~/.bashrc": ".bashrc",
		"/root/.ssh/authorized_keys": "authorized_keys",
		"/srv/app/.git/hooks/pre-commit": ".git/hooks",
		"/etc/cron.d/x": "etc/cron.d",
		"/srv/app/.github/workflows/ci.yml": ".github/workflows",
		"/home/u/.cursor/mcp.json": "mcp.json",
		`C:\Users\u\AppData\Roaming\Claude\claude_desktop_config.json`: "claude_desktop_config.json",
		"file:///etc/systemd/system/x.service": "etc/systemd",
	} {
		startup_files.hold == _held(place) with input as _write(path)
	}
}

test_hold_every_word if {
	every word in data.settings["files/startup_files"].writing {
		count(startup_files.hold) == 1 with input as _call($"{word}_it", {"path": "/root/.bashrc"})
	}
}

test_hold_under_every_key if {
	every key in data.settings["files/startup_files"].keys {
		startup_files.hold == _held(".bashrc") with input as _call("write_file", {"deep": [{key: ["/root/.bashrc"]}]})
	}
	startup_files.hold == _held(".bashrc") with input as _call("write_file", {"anything": "file:///root/.bashrc"})
}

test_hold_hidden_names if {
	expected := {{"message": "`write_file` writes to a file URI with escapes that could hide what runs by itself later: a human must approve it"}}
	startup_files.hold == expected with input as _write("file:///root/.%62ashrc")
	startup_files.hold == set() with input as _write("/root/.%62ashrc")
	startup_files.hold == set() with input as _call("read_file", {"path": "file:///root/.%62ashrc"})
}

test_one_reason_a_call if {
	startup_files.hold == _held(".bashrc") with input as _call("write_file", {"paths": ["/a/mcp.json", "/root/.bashrc", "file:///a/%41"]})
}

test_allow_reading_and_other_places if {
	startup_files.hold == set() with input as _call("read_file", {"path": "/root/.bashrc"})
	startup_files.hold == set() with input as _call("list", {"path": "file:///root/.bashrc"})
	every path in ["/srv/docs/a.md", "/srv/bashrc", "/srv/.bashrc.md", "/srv/workflows/a.yml", "", 7, null] {
		startup_files.hold == set() with input as _write(path)
		startup_files.deny == set() with input as _write(path)
	}
	startup_files.hold == set() with input as _call("write_file", {"content": "/root/.bashrc"})
}

test_allow_exceptions if {
	startup_files.hold == set() with input as _write("/srv/app/.github/workflows/ci.yml")
		with data.settings["files/startup_files"] as _with({"except": ["app/.github/workflows"]})
	startup_files.hold == _held(".bashrc") with input as _call("write_file", {"paths": ["/srv/app/.github/workflows/ci.yml", "/root/.bashrc"]})
		with data.settings["files/startup_files"] as _with({"except": ["app/.github/workflows"]})
}

test_allow_trusted_servers if {
	startup_files.hold == set() with input as _write("/root/.bashrc")
		with data.settings["files/startup_files"] as _with({"trusted_servers": ["files"]})
	startup_files.hold == _held(".bashrc") with input as _write("/root/.bashrc")
		with data.settings["files/startup_files"] as _with({"trusted_servers": ["other"]})
	startup_files.hold == _held(".bashrc") with input as object.remove(_write("/root/.bashrc"), ["server"])
		with data.settings["files/startup_files"] as _with({"trusted_servers": ["files"]})
}

test_deny_if_configured if {
	every action in ["deny", "Hold", null, 7] {
		_denied(".bashrc") - startup_files.deny == set() with input as _write("/root/.bashrc")
			with data.settings["files/startup_files"] as _with({"action": action})
		startup_files.hold == set() with input as _write("/root/.bashrc")
			with data.settings["files/startup_files"] as _with({"action": action})
	}
	startup_files.deny == set() with input as _write("/srv/docs")
		with data.settings["files/startup_files"] as _with({"action": "deny"})
}

test_approvers_are_data if {
	some held in startup_files.hold with input as _write("/root/.bashrc")
		with data.settings["files/startup_files"] as _with({"approvers": ["group:security"]})
	held.approvers == ["group:security"]
}

test_absent_and_ill_typed_fields if {
	every path in ["kind", "server"] {
		count(startup_files.hold) == 1 with input as json.remove(_write("/root/.bashrc"), [path])
	}
	every path in ["tool", "tool/name", "tool/arguments", "tool/arguments/path"] {
		startup_files.hold == set() with input as json.remove(_write("/root/.bashrc"), [path])
	}
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "deny"}), {}] {
			startup_files.hold == set() with input as object.union(_write("/root/.bashrc"), change)
				with data.settings["files/startup_files"] as settings
			startup_files.deny == set() with input as object.union(_write("/root/.bashrc"), change)
				with data.settings["files/startup_files"] as settings
		}
	}
	startup_files.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"files/startup_files is not configured: see its settings in data.yaml"}
	every key in ["keys", "writing", "places", "except", "trusted_servers", "action", "approvers"] {
		startup_files.deny == unconfigured with input as _call("x", {})
			with data.settings["files/startup_files"] as object.remove(_with({}), [key])
		startup_files.deny == unconfigured with input as _call("x", {})
			with data.settings["files/startup_files"] as _with({key: 7})
	}
	startup_files.deny == set() with input as _call("x", {})
}
