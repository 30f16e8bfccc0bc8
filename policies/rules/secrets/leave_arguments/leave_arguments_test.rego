package rules.secrets.leave_arguments_test

import rego.v2

import data.rules.secrets.leave_arguments

_call(findings) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"server": {"name": "files", "labels": []},
	"findings": findings,
}

_github := {"type": "secret/github-token", "pointer": "/params/arguments/content", "start": 0, "end": 40}

_settings(changes) := object.union({"action": "deny", "trusted_servers": []}, changes)

_refusal := {"a secret (secret/github-token) stands at /params/arguments/content: send the call without it"}

test_deny_a_secret if {
	leave_arguments.deny == _refusal with input as _call([_github])
	leave_arguments.mask == set() with input as _call([_github])
}

test_deny_names_every_place if {
	other := object.union(_github, {"pointer": "/params/arguments/path", "type": "secret/aws-access-key"})
	count(leave_arguments.deny) == 2 with input as _call([_github, other])
}

test_deny_in_any_frame_of_a_client if {
	every kind in ["request", "notification", "result", "error"] {
		every method in ["tools/call", "elicitation/create", "completion/complete", "x/unknown"] {
			frame := object.union(_call([_github]), {"kind": kind, "method": method})
			leave_arguments.deny == _refusal with input as frame
		}
	}
	leave_arguments.deny == _refusal with input as {"from": "client", "findings": [_github]}
}

test_allow_without_a_secret if {
	leave_arguments.deny == set() with input as _call([])
	leave_arguments.deny == set() with input as _call([{"type": "pii/email", "pointer": "/params/arguments/to"}])
}

test_allow_frames_of_a_server if {
	leave_arguments.deny == set() with input as object.union(_call([_github]), {"from": "server"})
	leave_arguments.mask == set() with input as object.union(_call([_github]), {"from": "server"})
		with data.settings["secrets/leave_arguments"] as _settings({"action": "mask"})
}

test_mask_if_configured if {
	leave_arguments.mask == {{"message": "a secret is not handed to a tool", "finding": "secret/*"}} with input as _call([_github])
		with data.settings["secrets/leave_arguments"] as _settings({"action": "mask"})
	leave_arguments.deny == set() with input as _call([_github])
		with data.settings["secrets/leave_arguments"] as _settings({"action": "mask"})
}

test_allow_trusted_server if {
	every action in ["deny", "mask"] {
		trusting := _settings({"action": action, "trusted_servers": ["vault", "files"]})
		leave_arguments.deny == set() with input as _call([_github]) with data.settings["secrets/leave_arguments"] as trusting
		leave_arguments.mask == set() with input as _call([_github]) with data.settings["secrets/leave_arguments"] as trusting
	}
}

test_deny_when_the_server_is_unknown if {
	trusting := _settings({"trusted_servers": ["files"]})
	every frame in [object.remove(_call([_github]), ["server"]), object.union(_call([_github]), {"server": null})] {
		leave_arguments.deny == _refusal with input as frame with data.settings["secrets/leave_arguments"] as trusting
	}
}

test_deny_when_nobody_looked if {
	expected := {"nobody has looked for secrets in this frame: switch the detector `secrets` on"}
	leave_arguments.deny == expected with input as object.remove(_call([]), ["findings"])
	every findings in [null, "", 0, {}] {
		leave_arguments.deny == expected with input as _call(findings)
	}
}

test_deny_when_not_configured if {
	unconfigured := "secrets/leave_arguments is not configured: `action` must be deny or mask, `trusted_servers` a list"
	every broken in [{}, null, _settings({"action": "Mask"}), _settings({"action": null}), _settings({"trusted_servers": "files"})] {
		leave_arguments.deny == {unconfigured} with input as _call([]) with data.settings["secrets/leave_arguments"] as broken
		_refusal & leave_arguments.deny == _refusal with input as _call([_github])
			with data.settings["secrets/leave_arguments"] as broken
	}
}

test_frames_of_a_server_are_not_its_business if {
	every frame in [{"from": "server", "kind": "result"}, {"from": "server", "findings": null}, {}] {
		leave_arguments.deny == set() with input as frame
		leave_arguments.deny == set() with input as frame with data.settings as {}
	}
}
