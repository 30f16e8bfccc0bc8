package rules.secrets.leave_result_test

import rego.v2

import data.rules.secrets.leave_result

_mask := {{"message": "a secret does not leave the server", "finding": "secret/*"}}

test_mask_every_frame_of_a_server if {
	every kind in ["request", "notification", "result", "error"] {
		every method in ["tools/call", "resources/read", "sampling/createMessage", "notifications/message", "x/unknown"] {
			leave_result.mask == _mask with input as {"from": "server", "kind": kind, "method": method, "findings": []}
		}
	}
}

# The engine finds the places; a mask that matches nothing is no reason.
test_mask_without_findings if {
	leave_result.mask == _mask with input as {"from": "server", "kind": "result"}
	leave_result.mask == _mask with input as {"from": "server", "kind": "result", "findings": null}
}

test_mask_when_the_sender_is_unknown if {
	leave_result.mask == _mask with input as {}
	leave_result.mask == _mask with input as {"from": null}
	# sluice:ignore LINT_TEST_INPUT that no gateway gives it is the point
	leave_result.mask == _mask with input as {"from": 7}
}

test_allow_frames_of_a_client if {
	leave_result.mask == set() with input as {"from": "client", "kind": "request", "method": "tools/call"}
}
