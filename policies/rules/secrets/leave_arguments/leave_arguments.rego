# METADATA
# title: Secrets are not handed to tools
# description: A secret in anything a client sends is refused, or masked where the setting says so.
# custom:
#   severity: high
#   category: secrets
#   since: 0.1.0
#   owasp: [LLM02:2025]
#   remediation: Take the secret out of the arguments; let the server be configured with it, or name it as trusted.
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
