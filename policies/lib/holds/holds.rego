# METADATA
# title: Hold reasons
# description: A hold whose approvers are data, where an empty list means anybody with the role approver.
package lib.holds

import rego.v2

# METADATA
# title: A hold
# description: >-
#   `{message}`, or `{message, approvers}` if there are any. What is no list makes the hold malformed, so it denies.
reason(message, approvers) := {"message": message} if {
	approvers == []
} else := {"message": message, "approvers": approvers}
