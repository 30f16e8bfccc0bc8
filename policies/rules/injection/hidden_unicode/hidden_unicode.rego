# METADATA
# title: No hidden characters
# description: >-
#   Denies frames in either direction whose texts have characters that a model reads and a human does not see: tag
#   characters, bidirectional overrides, long runs of zero-width characters or of variation selectors. Lists of tools
#   are left to `tools/poisoned_definition`.
# custom:
#   severity: high
#   category: injection
#   since: 0.2.0
#   owasp_llm: [LLM01:2025]
#   owasp_mcp: [MCP06:2025, MCP10:2025]
#   does: deny (or warn)
#   remediation: Look at the text in an editor that shows every character, and take them out where the text comes from.
#   why: >-
#     Every ASCII letter has a twin among the tag characters that no font shows. A comment of three visible words can carry
#     a page of instructions to the model, and arguments of a call can carry secrets out past whoever approves it.
#   false_positives: >-
#     Flags, emoji with their selectors, joiners of Persian or Indic scripts, marks of direction and byte order marks do not
#     count. Some mails and pages have long zero-width runs as padding: set `action` to `warn`, or make an exception for the
#     server that reads them.
#   misses: >-
#     Short runs, embeddings and isolates of direction, letters of other scripts that look Latin, terminal escapes, names
#     of members.
#   settings:
#     action: "`deny` or `warn`"
package rules.injection.hidden_unicode

import rego.v2

import data.lib.texts
import data.lib.unicode

deny contains message if {
	not _settings.action == "warn"
	some message in _found
}

warn contains message if {
	_settings.action == "warn"
	some message in _found
}

deny contains "injection/hidden_unicode is not configured: `action` must be deny or warn" if {
	not _settings.action in {"deny", "warn"}
}

_found contains $"what the server says has hidden text ({kind}): look at it in an editor that shows every character" if {
	not input.method == "tools/list"
	some kind in unicode.hidden(texts.said)
}

_found contains $"what the client sends has hidden text ({kind}): take it out" if {
	some kind in unicode.hidden(texts.sent)
}

_settings := data.settings["injection/hidden_unicode"]
