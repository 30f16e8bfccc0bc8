package rules.pii.bulk_test

import rego.v2

import data.rules.pii.bulk

_result(n) := {
	"from": "server",
	"kind": "result",
	"method": "tools/call",
	"findings": [{"type": ["pii/email", "pii/card"][i % 2], "pointer": "/result/content/0/text", "start": i, "end": i + 1} |
		some i in numbers.range(0, n)
		i < n
	],
}

_with(changes) := object.union({"warn_above": 3, "deny_above": 5}, changes)

_denied := {"the result has more than 5 pieces of personal data: ask for less"}

_warned := {"the result has more than 3 pieces of personal data"}

test_deny_above_its_number if {
	bulk.deny == set() with input as _result(5) with data.settings["pii/bulk"] as _with({})
	bulk.deny == _denied with input as _result(6) with data.settings["pii/bulk"] as _with({})
}

test_warn_above_its_number if {
	bulk.warn == set() with input as _result(3) with data.settings["pii/bulk"] as _with({})
	bulk.warn == _warned with input as _result(4) with data.settings["pii/bulk"] as _with({})
	bulk.warn == _warned with input as _result(9) with data.settings["pii/bulk"] as _with({})
}

test_every_way_to_read if {
	every method in ["tools/call", "resources/read", "prompts/get", "tasks/result"] {
		bulk.deny == _denied with input as object.union(_result(6), {"method": method}) with data.settings["pii/bulk"] as _with({})
		bulk.warn == _warned with input as object.union(_result(6), {"method": method}) with data.settings["pii/bulk"] as _with({})
	}
}

test_other_findings_do_not_count if {
	secrets := [{"type": "secret/jwt", "pointer": "", "start": i, "end": i} | some i in numbers.range(1, 9)]
	bulk.deny == set() with input as object.union(_result(0), {"findings": secrets}) with data.settings["pii/bulk"] as _with({})
	bulk.warn == set() with input as object.union(_result(0), {"findings": secrets}) with data.settings["pii/bulk"] as _with({})
	bulk.warn == set() with input as object.union(_result(0), {"findings": [{}, {}, {}, {}]}) with data.settings["pii/bulk"] as _with({})
}

test_deny_when_nobody_looked if {
	expected := {"nobody has looked for personal data in this result: switch the detector `pii` on"}
	bulk.deny == expected with input as object.remove(_result(0), ["findings"])
	every findings in [null, "", 7, {}] {
		bulk.deny == expected with input as object.union(_result(0), {"findings": findings})
	}
}

test_other_frames_are_not_its_business if {
	every change in [{"from": "client"}, {"kind": "error"}, {"method": "tools/list"}, {"findings": null, "kind": "notification"}, {"findings": null, "from": "client"}, {"findings": null, "method": "ping"}] {
		every settings in [_with({}), {}] {
			bulk.deny == set() with input as object.union(_result(6), change) with data.settings["pii/bulk"] as settings
			bulk.warn == set() with input as object.union(_result(6), change) with data.settings["pii/bulk"] as settings
		}
	}
	bulk.deny == set() with input as {}
}

test_deny_when_not_configured if {
	unconfigured := "pii/bulk is not configured: `warn_above` and `deny_above` must be numbers"
	every key in ["warn_above", "deny_above"] {
		bulk.deny == {unconfigured} with input as _result(0) with data.settings["pii/bulk"] as object.remove(_with({}), [key])
		every value in ["3", null, [3]] {
			bulk.deny == {unconfigured} with input as _result(4) with data.settings["pii/bulk"] as _with({key: value})
		}
	}
	bulk.warn == set() with input as _result(9) with data.settings["pii/bulk"] as _with({"warn_above": false})
	bulk.deny == {unconfigured} with input as _result(9) with data.settings["pii/bulk"] as _with({"deny_above": false})
	bulk.deny == set() with input as _result(0) with data.settings["pii/bulk"] as _with({})
}

test_numbers_of_the_library if {
	bulk.warn == set() with input as _result(20)
	count(bulk.warn) == 1 with input as _result(21)
	bulk.deny == set() with input as _result(200)
	count(bulk.deny) == 1 with input as _result(201)
}
