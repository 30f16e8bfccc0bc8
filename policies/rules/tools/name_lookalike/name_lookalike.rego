# METADATA
# title: Tools do not pass for others
# description: >-
#   Denies the call of a tool whose name has other characters than ASCII letters, digits, `_`, `-`, `.`, `/` and `:`, or that
#   reads like one of your own tools without being it: `send_ma1l`, `Send-Mail`, or `send_mail` on another server.
# custom:
#   severity: high
#   category: tools
#   since: 0.2.0
#   owasp_llm: [LLM03:2025]
#   owasp_mcp: [MCP03:2025, MCP09:2025]
#   does: deny (or warn)
#   remediation: Call the tool that is meant, on its own server; ask who named the other one so.
#   why: >-
#     A model chooses tools by their names. A server that lists `send_mail` too, or with a Cyrillic letter or a zero-width
#     space in it, gets the calls, and what they carry, that were meant for yours; people who look at the log see nothing.
#   false_positives: >-
#     Servers that name tools in other scripts than Latin: set `action` to `warn` or make an exception for the server. Two
#     servers that rightly have the same tool: list it for both in `names`.
#   misses: >-
#     Names that are merely similar (`send_mails`, `mail_send`). Without `names` only the characters are looked at.
#   settings:
#     action: "`deny` or `warn`"
#     names: "your own tools by server, e.g. `mail: [send_mail]`"
package rules.tools.name_lookalike

import rego.v2

deny contains fault if {
	input.from == "client"
	input.method == "tools/call"
	not _settings.action == "warn"
	some fault in _faults
}

warn contains fault if {
	input.from == "client"
	input.method == "tools/call"
	_settings.action == "warn"
	some fault in _faults
}

deny contains "tools/name_lookalike is not configured: `action` must be deny or warn, `names` lists by server" if {
	input.from == "client"
	input.method == "tools/call"
	not _configured
}

_faults contains "the name of the tool has characters that can pass for others: use plain ASCII names" if not _plain

_faults contains $"the name of the tool reads like `{known}` of server `{server}`, which it is not: call that one" if {
	not _listed
	some server, names in _settings.names
	some known in names
	_folded(known) == _folded(input.tool.name)
}

# What is left when the ends are trimmed until another character comes.
_plain if trim(input.tool.name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:") == ""

_listed if input.tool.name in _settings.names[input.server.name]

# What a glance makes of a name: no separators, and one letter for those that look alike.
_folded(name) := strings.replace_n(
	{
		"_": "", "-": "", ".": "", "/": "", ":": "",
		"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "4": "a", "rn": "m", "vv": "w",
	},
	lower(substring(name, 0, 128)),
)

_settings := data.settings["tools/name_lookalike"]

_configured if {
	_settings.action in {"deny", "warn"}
	is_object(_settings.names)
	every names in _settings.names {
		is_array(names)
	}
}
