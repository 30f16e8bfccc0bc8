# METADATA
# title: Places with secrets need a human
# description: >-
#   Holds (or denies) calls and resources that name a place where keys, credentials or session cookies lie: `.ssh`,
#   `.aws/credentials`, `/etc/shadow`, browser profiles, key stores and the like, wherever the path starts. Of files
#   of a project that have secrets beside ordinary settings (`.env`, `.npmrc`, `.git/config`) the starter level only
#   warns, because [`secrets/leave_result`](../../secrets/leave_result/README.md) masks what they hold.
# custom:
#   severity: high
#   category: files
#   since: 0.2.0
#   owasp_llm: [LLM02:2025, LLM06:2025]
#   owasp_mcp: [MCP01:2025, MCP10:2025]
#   does: hold, or deny (warn for `.env` and the like)
#   remediation: >-
#     Ask for what you need from the file instead of the file; or ask an approver to look at the path.
#   why: >-
#     A prompt that says "find out why the deployment fails" ends with `cat ~/.aws/credentials` more often than one
#     would think, and an injected one goes there at once. Masks catch the secrets that detectors know; not reading
#     them catches the others.
#   false_positives: >-
#     A project that keeps certificates for tests as or slides of Keynote (`*.key`): name the place in `except`.
#     `.env.example` and its kin pass already. A file URI with escapes that none needs is held too: spell the path
#     plainly.
#   misses: >-
#     Links that lead there, folders above (`/home/user` with everything in it), paths under argument names that are
#     not in `keys`, commands of shell tools, and what the server reads by itself.
#   settings:
#     keys: "arguments that hold paths, in lower case, at any depth; every text that starts with `file:` counts too"
#     places: >-
#       one or more names, wherever the path starts; `*.pem`: the last name ends so; `.env.*`: a name starts so
#     project_places: "files of a project that have secrets beside ordinary settings, in the same spelling"
#     project_action: "what is done about those: `warn`, or `hold` to treat them as `places`"
#     except: "places in the same spelling that pass although they are listed"
#     action: "`hold` or `deny`"
#     approvers: "who may approve, e.g. `[\"group:oncall\"]`; none: anybody with the role approver"
package rules.files.sensitive_paths

import rego.v2

import data.lib.arguments
import data.lib.holds
import data.lib.paths

hold contains holds.reason($"this call names {_what}: a human must approve it", _settings.approvers) if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	_settings.action == "hold"
	_what
}

deny contains $"this call names {_what}: do without it" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _settings.action == "hold"
	_what
}

warn contains $"this call names a place where secrets may lie (`{place}`)" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	_settings.project_action == "warn"
	some path in _paths
	place := _found(path, _settings.project_places)
}

deny contains "files/sensitive_paths is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _configured
}

# One reason a call, so that one approval is enough. The place is the list's word, not the caller's.
_what := $"a place where secrets lie (`{_places[0]}`)" if {
	count(_places) > 0
} else := "a file URI with escapes that could hide a place where secrets lie" if {
	some path in _paths
	paths.escaped(path)
}

_places := sort([place |
	some path in _paths
	some listed in _lists
	place := _found(path, listed)
])

_lists contains _settings.places

_lists contains _settings.project_places if not _settings.project_action == "warn"

_found(path, listed) := place if {
	place := paths.place(path, listed)
	not paths.place(path, _settings.except)
}

_paths contains named.value if some named in arguments.under(_settings.keys)

_paths contains named.value if some named in arguments.starting("file:")

_paths contains input.params.uri if paths.is_uri(input.params.uri)

_settings := data.settings["files/sensitive_paths"]

_configured if {
	is_array(_settings.keys)
	is_array(_settings.places)
	is_array(_settings.project_places)
	_settings.project_action in {"warn", "hold"}
	is_array(_settings.except)
	_settings.action in {"hold", "deny"}
	is_array(_settings.approvers)
}
