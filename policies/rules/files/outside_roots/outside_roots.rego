# METADATA
# title: Paths stay inside the allowed roots
# description: >-
#   A file tool or a file resource may only name places inside the roots that are configured for its server. Whole
#   segments are compared, so `/srv/docs-private` is not in `/srv/docs`.
# custom:
#   severity: high
#   category: files
#   since: 0.1.0
#   owasp_llm: [LLM06:2025, LLM02:2025]
#   owasp_mcp: [MCP02:2025, MCP10:2025]
#   does: deny; warn where no roots are configured
#   remediation: >-
#     Name a full path inside an allowed root, without `..`; or let the policy's owner add a root.
#   why: >-
#     A file server is often started with wider rights than the task needs. Nothing is resolved here, because links
#     and the working directory are not visible to a policy: what could mean another place than it says is refused.
#   false_positives: >-
#     `/srv/docs/a/../b.md` is inside, and refused: write `/srv/docs/b.md`. Roots are compared with their case, also
#     where the file system does not. `file:///srv/my%20docs` is not found in the root `/srv/my docs`: send the plain
#     path.
#   misses: >-
#     A link inside a root that leads out of it: that is the server's to refuse. A path under an argument name that is
#     not in `keys`.
#   details: |
#     It looks at every path that a file tool gets and at `file:` resources, and denies the call if
#
#     - the path lies outside the roots configured for its server;
#     - its text does not say for sure which place is meant: `..` in any segment, `~`, spaces or quotes around it, a NUL, `\`
#       in a path that starts with `/`, a network path, a `file:` URI with another host or an escaped `.`, `/`, `\` or `%`;
#     - it is not a text.
#
#     Paths are found under the argument names of `keys`, at any depth and in arrays, and wherever a text starts with `file:`.
#     A server is a file server if `roots` names it, if it has a label of `labels`, or if the tool is one of `tools`.
#   settings:
#     roots: "roots by server; `\"*\"` for all: `{files: [/srv/docs]}`"
#     relative: >-
#       `true`: paths that do not start at a root pass if they have no fault, because the server resolves them inside
#       its roots
#     unconfigured: >-
#       a file server that `roots` does not name: `deny` or `warn`; the faults above are denied either way
#     labels: "server labels of file servers"
#     tools: "tools of file servers, whatever their labels"
#     keys: "arguments that hold paths, in lower case, at any depth"
package rules.files.outside_roots

import rego.v2

import data.lib.arguments
import data.lib.paths
import data.lib.tool

deny contains $"argument `{named.name}` {fault}: write the full path of a place inside an allowed root" if {
	some named in _named
	fault := paths.fault(named.value)
}

deny contains $"argument `{named.name}` is outside the allowed roots of server `{input.server.name}`" if {
	_has_roots
	some named in _named
	not paths.fault(named.value)
	not _inside(named.value)
}

deny contains $"{_unconfigured}: add it to `roots` of files/outside_roots" if {
	not _settings.unconfigured == "warn"
	not _has_roots
	some _ in _named
}

deny contains "files/outside_roots is not configured: see its settings in data.yaml" if {
	input.from == "client"
	input.method in {"tools/call", "resources/read", "resources/subscribe"}
	not _configured
}

warn contains $"{_unconfigured}: paths are checked for `..` and the like only" if {
	_settings.unconfigured == "warn"
	not _has_roots
	some _ in _named
}

_unconfigured := $"no allowed roots are configured for file server `{input.server.name}`"

# Every path that this frame names: {name, value}.
_named contains named if {
	input.from == "client"
	input.method == "tools/call"
	_files
	some named in arguments.under(_settings.keys)
}

_named contains named if {
	input.from == "client"
	input.method == "tools/call"
	_files
	some named in arguments.starting("file:")
}

_named contains {"name": "uri", "value": input.params.uri} if {
	input.from == "client"
	input.method in {"resources/read", "resources/subscribe"}
	paths.is_uri(input.params.uri)
}

_files if _has_roots

_files if {
	some label in input.server.labels
	label in _settings.labels
}

_files if tool.among(_settings.tools)

_has_roots if _settings.roots[input.server.name]

_has_roots if _settings.roots["*"]

_inside(path) if {
	some key in [input.server.name, "*"]
	some root in _settings.roots[key]
	paths.inside(path, root)
}

_inside(path) if {
	_settings.relative == true
	not paths.absolute(path)
}

_settings := data.settings["files/outside_roots"]

_configured if {
	is_object(_settings.roots)
	is_array(_settings.keys)
	is_array(_settings.labels)
	is_array(_settings.tools)
	is_boolean(_settings.relative)
	_settings.unconfigured in {"deny", "warn"}
}
