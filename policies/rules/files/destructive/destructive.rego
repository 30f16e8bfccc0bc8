# METADATA
# title: Destructive file tools need a human
# description: Calls that remove, move or change files, and any tool that deletes, wait for somebody's approval.
# custom:
#   severity: high
#   category: files
#   since: 0.1.0
#   owasp: [LLM06:2025]
#   remediation: Ask an approver; the identical call passes once it is approved.
package rules.files.destructive

import rego.v2

import data.lib.holds
import data.lib.tool

hold contains holds.reason(message, _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_does
	not tool.among(_settings.except)
	message := $"`{tool.shown}` {_does}: a human must approve it"
}

warn contains $"`{tool.shown}` may overwrite a file" if {
	input.from == "client"
	input.method == "tools/call"
	_settings.writing_action == "warn"
	tool.among(_settings.writing)
}

deny contains "files/destructive is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

# One reason a call, so that one approval is enough.
_does := "removes things" if {
	some word in _settings.removing
	word in tool.words
} else := "moves or replaces files" if {
	some word in _settings.moving
	word in tool.words
	some thing in _settings.things
	thing in tool.words
} else := "changes a file" if {
	tool.among(_settings.editing)
	not _dry_run
} else := "may overwrite a file" if {
	not _settings.writing_action == "warn"
	tool.among(_settings.writing)
} else := "is declared destructive by its server" if {
	not _settings.hints == false
	input.tool.annotations.destructiveHint == true
	not _dry_run
}

# Absent, null or "true" as a text is no dry run.
_dry_run if {
	tool.among(_settings.editing)
	input.tool.arguments.dryRun == true
}

_settings := data.settings["files/destructive"]

_configured if {
	is_array(_settings.removing)
	is_array(_settings.moving)
	is_array(_settings.things)
	is_array(_settings.editing)
	is_array(_settings.writing)
	_settings.writing_action in {"hold", "warn"}
	is_boolean(_settings.hints)
	is_array(_settings.except)
	is_array(_settings.approvers)
}
