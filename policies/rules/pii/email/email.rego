# METADATA
# title: Mail addresses are replaced
# description: Mail addresses in anything a server sends are replaced by a keyed hash, so that equal ones stay linkable.
# custom:
#   severity: medium
#   category: pii
#   since: 0.1.0
#   owasp: [LLM02:2025]
#   remediation: Let the server return an internal reference of the person instead.
package rules.pii.email

import rego.v2

mask contains {"message": "a mail address leaves as a hash", "finding": "pii/email", "op": "hash"} if {
	not input.from == "client"
}
