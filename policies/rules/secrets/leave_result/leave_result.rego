# METADATA
# title: Secrets never leave a server
# description: Tokens, keys and credentials in anything a server sends are masked before the client gets it.
# custom:
#   severity: critical
#   category: secrets
#   since: 0.1.0
#   owasp: [LLM02:2025]
#   remediation: Take the secret out of what the server reads, and rotate it.
package rules.secrets.leave_result

import rego.v2

mask contains {"message": "a secret does not leave the server", "finding": "secret/*"} if {
	not input.from == "client"
}
