package rules.pii.card_test

import rego.v2

import data.rules.pii.card

_mask := {{"message": "a card number keeps its last four digits only", "finding": "pii/card", "op": "partial"}}

test_mask_every_frame_of_a_server if {
	every kind in ["request", "notification", "result", "error"] {
		card.mask == _mask with input as {"from": "server", "kind": kind, "method": "tools/call", "findings": []}
	}
}

test_mask_when_the_sender_is_unknown if {
	every frame in [{}, {"from": null}, {"from": 7}] {
		card.mask == _mask with input as frame
	}
}

test_mask_without_findings if {
	card.mask == _mask with input as {"from": "server", "kind": "result"}
}

test_allow_frames_of_a_client if {
	card.mask == set() with input as {"from": "client", "kind": "request", "method": "tools/call"}
}
