# METADATA
# title: Secrets never leave a server
# description: >-
#   Masks every `secret/*` finding (private keys, tokens of GitHub, AWS, Slack, bearer headers, credentials in URLs,
#   …) in whatever a server sends: results, errors, notifications and its own requests.
# custom:
#   severity: critical
#   category: secrets
#   since: 0.1.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP01:2025, MCP10:2025]
#   does: mask
#   remediation: >-
#     Take the secret out of what the server reads, and rotate it.
#   why: >-
#     A file, a log line or an environment listing often has a credential in it. Once it is in the model's context it
#     is in the transcript, and one instruction away from the next tool.
#   false_positives: >-
#     Example keys in documentation are masked too.
#   misses: >-
#     A secret that the detectors do not know, or that is split or encoded. The detectors are chosen by
#     `masking.detectors` in `sluice.yaml`; `secrets` must be on.
package rules.secrets.leave_result

import rego.v2

mask contains {"message": "a secret does not leave the server", "finding": "secret/*"} if {
	not input.from == "client"
}
