# METADATA
# title: Secrets are not handed to tools
# description: >-
#   Denies a frame of a client that has a `secret/*` finding anywhere, or masks the secret with `action: mask`. The
#   message names the type and the place, never the value.
# custom:
#   severity: high
#   category: secrets
#   since: 0.1.0
#   owasp_llm: [LLM02:2025]
#   owasp_mcp: [MCP01:2025, MCP10:2025]
#   does: deny, or mask
#   remediation: >-
#     Take the secret out of the arguments; let the server be configured with it, or name it as trusted.
#   why: >-
#     What an agent has seen it can be talked into sending. A server that needs a credential gets it from its own
#     configuration, not from the model.
#   false_positives: >-
#     Writing a file that contains an example key is denied. `action: mask` lets it pass, and writes the mask into the
#     file.
#   misses: >-
#     Secrets that the detectors do not know, or that are split or encoded.
#   settings:
#     action: "`deny`, or `mask` to call the tool with the secret masked"
#     trusted_servers: "these may be given secrets, e.g. a vault"
package rules.secrets.leave_arguments

import rego.v2

deny contains message if {
	input.from == "client"
	not _settings.action == "mask"
	not _trusted
	some finding in input.findings
	startswith(finding.type, "secret/")
	message := $"a secret ({finding.type}) stands at {finding.pointer}: send the call without it"
}

deny contains "secrets/leave_arguments is not configured: `action` must be deny or mask, `trusted_servers` a list" if {
	input.from == "client"
	not _configured
}

# Without a list of findings nobody has looked.
deny contains "nobody has looked for secrets in this frame: switch the detector `secrets` on" if {
	input.from == "client"
	not is_array(input.findings)
}

mask contains {"message": "a secret is not handed to a tool", "finding": "secret/*"} if {
	input.from == "client"
	_settings.action == "mask"
	not _trusted
}

_trusted if input.server.name in _settings.trusted_servers

_settings := data.settings["secrets/leave_arguments"]

_configured if {
	_settings.action in {"deny", "mask"}
	is_array(_settings.trusted_servers)
}
