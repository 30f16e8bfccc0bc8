# METADATA
# title: Card numbers show their last four digits
# description: >-
#   Masks payment card numbers (`pii/card`, checked by their check digit) in whatever a server sends, but for the last
#   four digits.
# custom:
#   severity: high
#   category: pii
#   since: 0.1.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP10:2025]
#   does: mask
#   remediation: >-
#     Let the server return the card's reference instead of its number.
#   why: >-
#     A card number in a transcript brings the transcript into the scope of card rules. Four digits are enough to tell
#     cards apart.
#   false_positives: >-
#     One in ten numbers of the right length passes the check digit by chance.
#   misses: >-
#     Numbers that are split, encoded or in a picture. `masking.detectors` in `sluice.yaml` must have `pii`.
package rules.pii.card

import rego.v2

mask contains {"message": "a card number keeps its last four digits only", "finding": "pii/card", "op": "partial"} if {
	not input.from == "client"
}
