# METADATA
# title: Card numbers show their last four digits
# description: Payment card numbers in anything a server sends are masked but for the last four digits.
# custom:
#   severity: high
#   category: pii
#   since: 0.1.0
#   owasp: [LLM02:2025]
#   remediation: Let the server return the card's reference instead of its number.
package rules.pii.card

import rego.v2

mask contains {"message": "a card number keeps its last four digits only", "finding": "pii/card", "op": "partial"} if {
	not input.from == "client"
}
