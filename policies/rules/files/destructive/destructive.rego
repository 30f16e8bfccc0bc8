# METADATA
# title: Destructive file tools need a human
# description: >-
#   Holds calls that remove, move or change files, and any tool that deletes, until somebody approves. A call gives
#   one reason, so one approval releases it.
# custom:
#   severity: high
#   category: files
#   since: 0.1.0
#   owasp_llm: [LLM06:2025]
#   owasp_mcp: [MCP02:2025]
#   does: hold (warn for `write_file`)
#   remediation: >-
#     Ask an approver; the identical call passes once it is approved.
#   why: >-
#     What is deleted or overwritten by an agent that misunderstood, or that followed somebody else's instructions, is
#     often gone. A human sees the tool and its arguments before it runs.
#   false_positives: >-
#     `remove_label` or `delete_draft` are held too: name them in `except`.
#   misses: >-
#     A tool that destroys under a harmless name (`cleanup`): add its word to `removing`. Whether the file that
#     `write_file` names is there already.
#   details: |
#     A `tools/call` is held that
#
#     - removes something: a word of `removing` is in the tool's name (`delete_file`, `removeDirectory`, `fs.rm`), whatever it
#       removes;
#     - moves or replaces files: a word of `moving` and a word of `things` (`move_file`, `rename_directory`);
#     - changes a file in place: a tool of `editing` (`edit_file`), unless its argument `dryRun` is exactly `true`;
#     - may overwrite a file: a tool of `writing`, if `writing_action` is `hold`. A call of `write_file` does not tell whether
#       the file is there already, and holding every new file stops all work, so the starter level only warns; profile
#       `strict` holds;
#     - is declared destructive by its server (`annotations.destructiveHint: true`), if `hints` is `true`. The hint only ever
#       tightens.
#
#     With `@modelcontextprotocol/server-filesystem` (which has no tool that deletes) this covers `move_file`, `edit_file` and
#     `write_file`; with other servers also what they call `delete_…` or `remove_…`.
#   settings:
#     removing: "words of tools that remove, whatever it is"
#     moving: "words of tools that move or change what is there, with a word of `things`"
#     things: "what is moved or changed"
#     editing: "tools that change a file in place, unless called with `dryRun: true`"
#     writing: "tools that make a file or overwrite one, which the call does not tell"
#     writing_action: "`hold` or `warn`"
#     hints: "`true`: hold what its server declares destructive too"
#     except: "tools that are never held"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
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
