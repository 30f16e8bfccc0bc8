# METADATA
# title: What runs by itself is not written
# description: >-
#   Holds (or denies) calls of tools that write when they name a file that something runs or obeys later: shell
#   start-up files, `authorized_keys`, git hooks, cron, systemd, CI workflows, and the configuration of agents and MCP
#   servers.
# custom:
#   severity: critical
#   category: files
#   since: 0.2.0
#   owasp_llm: [LLM06:2025, LLM03:2025]
#   owasp_mcp: [MCP05:2025, MCP04:2025]
#   does: hold (or deny)
#   remediation: >-
#     Ask an approver to look at what is written; the identical call passes once it is approved.
#   why: >-
#     One line in `.bashrc`, a workflow file or `mcp.json` outlives the session: it runs with the rights of a person
#     or of the build, without an agent and without this gateway. It is how an injected instruction becomes a
#     foothold.
#   false_positives: >-
#     Work on a pipeline writes `.github/workflows` all day: name the place in `except`, or the server in
#     `trusted_servers`.
#   misses: >-
#     Files that your own programs start from; links; tools that write under a harmless name (add their words to
#     `writing`); shell tools, which can write anything.
#   settings:
#     keys: "arguments that hold paths, in lower case, at any depth; every text that starts with `file:` counts too"
#     writing: "words in the names of tools that write"
#     places: >-
#       one or more names, wherever the path starts; `*.service`: the last name ends so; `.husky*`: a name starts so
#     except: "places in the same spelling that pass although they are in `places`"
#     trusted_servers: "servers whose calls are not looked at"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
package rules.files.startup_files

import rego.v2

import data.lib.arguments
import data.lib.holds
import data.lib.paths
import data.lib.tool

hold contains holds.reason($"`{tool.shown}` writes {_what}: a human must approve it", _settings.approvers) if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "hold"
	_what
}

deny contains $"`{tool.shown}` writes {_what}: leave it to a human" if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "hold"
	_what
}

deny contains "files/startup_files is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

# One reason a call, so that one approval is enough. The place is the list's word, not the caller's.
_what := $"what runs by itself later (`{_places[0]}`)" if {
	count(_places) > 0
} else := "to a file URI with escapes that could hide what runs by itself later" if {
	some path in _paths
	paths.escaped(path)
}

_places := sort([place |
	some path in _paths
	place := paths.place(path, _settings.places)
	not paths.place(path, _settings.except)
])

_paths contains named.value if {
	_writes
	some named in arguments.under(_settings.keys)
}

_paths contains named.value if {
	_writes
	some named in arguments.starting("file:")
}

_writes if {
	some word in _settings.writing
	word in tool.words
	not input.server.name in _settings.trusted_servers
}

_settings := data.settings["files/startup_files"]

_configured if {
	is_array(_settings.keys)
	is_array(_settings.writing)
	is_array(_settings.places)
	is_array(_settings.except)
	is_array(_settings.trusted_servers)
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
