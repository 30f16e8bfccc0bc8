package rules.shell.injection_test

import rego.v2

import data.rules.shell.injection

_call(arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": "git_checkout", "arguments": arguments},
}

_with(changes) := object.union(data.settings["shell/injection"], changes)

_denied := {"argument `branch` holds what a shell would act on: pass a plain name"}

test_deny_every_mark if {
	every mark in data.settings["shell/injection"].marks {
		injection.deny == _denied with input as _call({"branch": $"main{mark}x"})
		injection.hold == set() with input as _call({"branch": $"main{mark}x"})
	}
}

test_deny_under_every_key if {
	every key in data.settings["shell/injection"].keys {
		count(injection.deny) == 1 with input as _call({"deep": [{key: ["a; b"]}]})
	}
}

test_deny_options if {
	every key in data.settings["shell/injection"].option_keys {
		count(injection.deny) == 1 with input as _call({key: "--upload-pack=x"})
		count(injection.deny) == 1 with input as _call({key: " -c"})
	}
	injection.deny == set() with input as _call({"path": "-"})
}

test_deny_names_every_place if {
	count(injection.deny) == 2 with input as _call({"branch": "a; b", "path": "c|d"})
	count(injection.deny) == 1 with input as _call({"branch": "-a; b|c"})
}

test_hold_if_configured if {
	holding := _with({"action": "hold", "approvers": ["group:oncall"]})
	expected := {{"message": "argument `branch` holds what a shell would act on: a human must approve it", "approvers": ["group:oncall"]}}
	injection.hold == expected with input as _call({"path": "c|d", "branch": "a; b"}) with data.settings["shell/injection"] as holding
	injection.deny == set() with input as _call({"branch": "a; b"}) with data.settings["shell/injection"] as holding
	injection.hold == set() with input as _call({"branch": "main"}) with data.settings["shell/injection"] as holding
}

test_deny_for_any_other_action if {
	every action in ["Hold", null, 7] {
		_denied - injection.deny == set() with input as _call({"branch": "a; b"})
			with data.settings["shell/injection"] as _with({"action": action})
	}
}

test_allow_plain_names if {
	every value in ["main", "feature/a-b_c.d", "/srv/docs/R&D (2026).md", "a b", "it's", "v1.0-rc1", "$HOME", "a<b>", "C:\\docs", "", 7, null, true] {
		every key in ["branch", "path"] {
			injection.deny == set() with input as _call({key: value})
		}
	}
	every arguments in [{}, {"message": "a; b && c"}, {"content": "$(x)"}] {
		injection.deny == set() with input as _call(arguments)
	}
	injection.deny == set() with input as json.remove(_call({}), ["tool"])
	injection.deny == set() with input as json.remove(_call({}), ["tool/arguments"])
}

test_allow_excepted_tools if {
	every value in ["a; b", "-a"] {
		injection.deny == set() with input as _call({"branch": value})
			with data.settings["shell/injection"] as _with({"except": ["Git_Checkout"]})
		count(injection.deny) == 1 with input as _call({"branch": value})
			with data.settings["shell/injection"] as _with({"except": ["git_log"]})
		count(injection.deny) == 1 with input as json.remove(_call({"branch": value}), ["tool/name"])
			with data.settings["shell/injection"] as _with({"except": ["git_checkout"]})
	}
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "server"}, {"method": "tools/list"}] {
		every settings in [_with({}), _with({"action": "hold"}), {}] {
			injection.deny == set() with input as object.union(_call({"branch": "a; b"}), change)
				with data.settings["shell/injection"] as settings
			injection.hold == set() with input as object.union(_call({"branch": "a; b"}), change)
				with data.settings["shell/injection"] as settings
		}
	}
	injection.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := {"shell/injection is not configured: see its settings in data.yaml"}
	every key in ["keys", "option_keys", "marks", "except", "action", "approvers"] {
		injection.deny == unconfigured with input as _call({})
			with data.settings["shell/injection"] as object.remove(_with({}), [key])
		injection.deny == unconfigured with input as _call({})
			with data.settings["shell/injection"] as _with({key: 7})
	}
	injection.deny == set() with input as _call({})
}
