package lib.holds_test

import rego.v2

import data.lib.holds

test_anybody if {
	holds.reason("why", []) == {"message": "why"}
}

test_named_approvers if {
	holds.reason("why", ["group:oncall", "user:example"]) == {"message": "why", "approvers": ["group:oncall", "user:example"]}
}

test_ill_typed_approvers_are_kept_so_that_the_hold_is_malformed if {
	every approvers in [null, "group:oncall", {}, 7] {
		holds.reason("why", approvers) == {"message": "why", "approvers": approvers}
	}
}
