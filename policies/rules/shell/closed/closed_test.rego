package rules.shell.closed_test

import rego.v2

import data.rules.shell.closed

_calling(name) := {"from": "client", "kind": "request", "method": "tools/call", "tool": {"name": name}}

test_deny_by_word if {
	every name in ["bash", "Bash", "run_bash", "openTerminal", "exec", "shell-exec", "sh", "windows.PowerShell", "cmd"] {
		count(closed.deny) == 1 with input as _calling(name)
	}
}

test_deny_by_name if {
	every name in ["execute_command", "RUN_COMMAND", "start_process", "eval", "execute_code"] {
		count(closed.deny) == 1 with input as _calling(name)
	}
}

test_deny_says_which_tool_and_what_to_do if {
	closed.deny == {"shell tools are closed and `bash` is one: use a tool made for the task"} with input as _calling("bash")
}

test_deny_in_a_list_too if {
	listed := object.union(_calling("bash"), {"embedded_in": "tools/list"})
	count(closed.deny) == 1 with input as listed
}

test_deny_notification if {
	count(closed.deny) == 1 with input as object.union(_calling("bash"), {"kind": "notification"})
}

test_deny_without_kind if {
	count(closed.deny) == 1 with input as object.remove(_calling("bash"), ["kind"])
}

test_allow_other_tools if {
	every name in ["read_file", "bashful", "wish", "execute_query", "shells", "evaluate", ""] {
		closed.deny == set() with input as _calling(name)
	}
}

test_allow_answers_and_other_methods if {
	closed.deny == set() with input as object.union(_calling("bash"), {"from": "server", "kind": "result"})
	closed.deny == set() with input as object.union(_calling("bash"), {"method": "prompts/get"})
}

# Which tool it is, is unknown then: tools/malformed_call denies it.
test_allow_without_a_usable_name if {
	every tool in [{}, {"name": null}, {"name": 7}, {"name": ["bash"]}] {
		closed.deny == set() with input as {"from": "client", "method": "tools/call", "tool": tool}
	}
	closed.deny == set() with input as {"from": "client", "method": "tools/call"}
	closed.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := "shell/closed is not configured: `words` and `tools` must be lists"
	every broken in [{}, {"words": []}, {"tools": []}, {"words": "bash", "tools": []}, {"words": [], "tools": null}, null] {
		unconfigured in closed.deny with input as _calling("read_file") with data.settings["shell/closed"] as broken
	}
	closed.deny == {unconfigured} with input as _calling("bash") with data.settings as {}
}

test_lists_are_data if {
	closed.deny == set() with input as _calling("bash") with data.settings["shell/closed"] as {"words": [], "tools": []}
	lists := {"words": ["lisp"], "tools": []}
	count(closed.deny) == 1 with input as _calling("run_lisp") with data.settings["shell/closed"] as lists
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		closed.deny == set() with input as object.union(_calling("x"), change) with data.settings as {}
	}
}
