# METADATA
# title: Mail addresses are replaced
# description: >-
#   Masks mail addresses (`pii/email`) in whatever a server sends by a keyed hash: equal addresses stay equal. Off in
#   profile `starter`, because an agent that works with mail needs addresses.
# custom:
#   severity: medium
#   category: pii
#   since: 0.1.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP10:2025]
#   does: mask
#   remediation: >-
#     Let the server return an internal reference of the person instead.
#   why: >-
#     Addresses name people. For counting and joining, a stable replacement does as well.
#   false_positives: >-
#     Addresses of mailing lists and examples are masked too.
#   misses: >-
#     Names and other ways to tell who somebody is. `masking.detectors` in `sluice.yaml` must have `pii`.
package rules.pii.email

import rego.v2

mask contains {"message": "a mail address leaves as a hash", "finding": "pii/email", "op": "hash"} if {
	not input.from == "client"
}
