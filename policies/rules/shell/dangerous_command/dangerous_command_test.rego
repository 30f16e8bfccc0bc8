package rules.shell.dangerous_command_test

import rego.v2

import data.rules.shell.dangerous_command

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "workbench", "labels": []},
	"tool": {"name": "build", "arguments": arguments},
}

_with(changes) := object.union(data.settings["shell/dangerous_command"], changes)

_denied := {"the command removes everything below a place: do it in steps that can be seen"}

_held := {{"message": "the command removes everything below a place: a human must approve it"}}

test_deny_under_every_key if {
	every key in data.settings["shell/dangerous_command"].keys {
		dangerous_command.deny == _denied with input as _call({key: "rm -rf /"})
		dangerous_command.deny == _denied with input as _call({"steps": [{key: ["ls", "rm -rf /"]}]})
	}
	every key in data.settings["shell/dangerous_command"].list_keys {
		dangerous_command.deny == _denied with input as _call({key: ["-c", "rm -rf /"]})
	}
}

test_deny_a_command_in_parts if {
	every arguments in [
		{"command": "rm", "args": ["-rf", "/"]},
		{"command": ["rm", "-rf", "/"]},
		{"command": "sudo", "args": ["rm", "-rf", "/"]},
		{"command": "rm", "args": ["-rf", "/", 7, null]},
		{"command": ["rm", 7], "args": ["-rf", "/"]},
	] {
		dangerous_command.deny == _denied with input as _call(arguments)
	}
}

test_deny_names_every_danger if {
	dangerous_command.deny == _denied | {"the command stops the machine: do it in steps that can be seen"} with input as _call({"command": "rm -rf /; reboot"})
}

test_hold_if_configured if {
	holding := _with({"action": "hold"})
	dangerous_command.hold == _held with input as _call({"command": "rm -rf /"}) with data.settings["shell/dangerous_command"] as holding
	dangerous_command.deny == set() with input as _call({"command": "rm -rf /"}) with data.settings["shell/dangerous_command"] as holding
	dangerous_command.hold == {{"message": "the command removes everything below a place, stops the machine: a human must approve it"}} with input as _call({"command": "rm -rf /; reboot"})
		with data.settings["shell/dangerous_command"] as holding
	dangerous_command.hold == set() with input as _call({"command": "ls"}) with data.settings["shell/dangerous_command"] as holding
	dangerous_command.hold == set() with input as _call({"command": "rm -rf /"})
}

test_deny_for_any_other_action if {
	every action in ["Hold", null, 7] {
		_denied - dangerous_command.deny == set() with input as _call({"command": "rm -rf /"})
			with data.settings["shell/dangerous_command"] as _with({"action": action})
	}
}

test_approvers_are_data if {
	some held in dangerous_command.hold with input as _call({"command": "rm -rf /"})
		with data.settings["shell/dangerous_command"] as _with({"action": "hold", "approvers": ["group:oncall"]})
	held.approvers == ["group:oncall"]
}

test_allow_other_commands if {
	every arguments in [{}, {"command": "ls -la"}, {"command": 7}, {"args": [7, null]}, {"command": null}, {"text": "rm -rf /"}, {"command": "git", "args": ["rm", "-r", "."]}] {
		dangerous_command.deny == set() with input as _call(arguments)
		dangerous_command.hold == set() with input as _call(arguments)
	}
	dangerous_command.deny == set() with input as json.remove(_call({}), ["tool"])
}

test_allow_trusted_servers if {
	dangerous_command.deny == set() with input as _call({"command": "rm -rf /"})
		with data.settings["shell/dangerous_command"] as _with({"trusted_servers": ["workbench"]})
	dangerous_command.deny == _denied with input as _call({"command": "rm -rf /"})
		with data.settings["shell/dangerous_command"] as _with({"trusted_servers": ["other"]})
	dangerous_command.deny == _denied with input as object.remove(_call({"command": "rm -rf /"}), ["server"])
		with data.settings["shell/dangerous_command"] as _with({"trusted_servers": ["workbench"]})
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "hold"}), {}] {
			dangerous_command.deny == set() with input as object.union(_call({"command": "rm -rf /"}), change)
				with data.settings["shell/dangerous_command"] as settings
			dangerous_command.hold == set() with input as object.union(_call({"command": "rm -rf /"}), change)
				with data.settings["shell/dangerous_command"] as settings
		}
	}
	dangerous_command.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"shell/dangerous_command is not configured: see its settings in data.yaml"}
	every key in ["keys", "list_keys", "trusted_servers", "action", "approvers"] {
		dangerous_command.deny == unconfigured with input as _call({})
			with data.settings["shell/dangerous_command"] as object.remove(_with({}), [key])
		dangerous_command.deny == unconfigured with input as _call({})
			with data.settings["shell/dangerous_command"] as _with({key: 7})
	}
	dangerous_command.deny == set() with input as _call({})
}
