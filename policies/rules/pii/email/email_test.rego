package rules.pii.email_test

import rego.v2

import data.rules.pii.email

_mask := {{"message": "a mail address leaves as a hash", "finding": "pii/email", "op": "hash"}}

test_mask_every_frame_of_a_server if {
	every kind in ["request", "notification", "result", "error"] {
		email.mask == _mask with input as {"from": "server", "kind": kind, "method": "tools/call", "findings": []}
	}
}

test_mask_when_the_sender_is_unknown if {
	every frame in [{}, {"from": null}, {"from": 7}] {
		email.mask == _mask with input as frame
	}
}

test_mask_without_findings if {
	email.mask == _mask with input as {"from": "server", "kind": "result"}
}

test_allow_frames_of_a_client if {
	email.mask == set() with input as {"from": "client", "kind": "request", "method": "tools/call"}
}
