# METADATA
# title: URLs
# description: >-
#   Finds the URLs that a frame of a client hands on, and the hosts that programs may read in them. A text counts as a URL if
#   it starts as one; URLs inside longer texts are prose. Where parsers disagree, all their readings count.
package lib.urls

import rego.v2

import data.lib.arguments

# METADATA
# title: URLs of this frame
# description: >-
#   Every `{name, value}` of the arguments of a call that is a URL, and the `uri` of a resource; the value is what is looked
#   at, 4096 characters at most. Worked out once a frame.
named contains {"name": found.name, "value": _start(found.value)} if {
	input.method == "tools/call"
	# sluice:equivalent change-constant `is_url` asks for the colon itself, of fewer texts then
	some found in arguments.containing(":")
	is_url(found.value)
}

named contains {"name": "uri", "value": _start(input.params.uri)} if {
	input.method in {"resources/read", "resources/subscribe"}
	is_url(input.params.uri)
}

# METADATA
# title: Hosts that this frame names
# description: Every `{name, host}` in its URLs, and in arguments under one of `keys` (lower case), which hold a host or a URL.
reached(keys) := {{"name": found.name, "host": host} |
	some found in named
	some host in hosts(found.value)
} | {{"name": found.name, "host": host} |
	input.method == "tools/call"
	some found in arguments.under(keys)
	some host in hosts_of_name(found.value)
}

# METADATA
# title: Is it a URL
# description: >-
#   True for a text that starts with a scheme and two slashes (or backslashes, as browsers have it), and for `http:` and
#   `https:` without them.
is_url(text) if _rest(_start(text))

# METADATA
# title: Scheme
# description: In lower case, without the colon; undefined where there is none.
scheme(text) := before if {
	before := lower(split(_start(text), ":")[0])
	before != ""
	count(before) <= 32
	trim(before, "abcdefghijklmnopqrstuvwxyz0123456789+-.") == ""
}

# METADATA
# title: Hosts of a URL
# description: >-
#   Every host that a program may read in it, in lower case, without port, brackets, zone and final dots, and with digits and
#   dots of other scripts as the plain ones. Empty where there is none, as in `file:///a`.
hosts(url) := {host |
	some variant in {_start(url), replace(replace(replace(_start(url), "\t", ""), "\n", ""), "\r", "")}
	some host in _hosts(_rest(variant))
}

# METADATA
# title: Hosts of an argument that is a host
# description: The same for `example.com:8080/a`, `user@example.com`, `[::1]:80` and `::1`; a URL is read as one.
hosts_of_name(name) := hosts(name) if {
	is_url(name)
} else := {host | some host in _hosts(trim_left(_start(name), "/\\"))}

# METADATA
# title: Has it a password
# description: True for a URL with a user and a password before its host, as in `https://user:password@example.com`.
has_password(url) if {
	parts := split(split(_slashed(_rest(_start(url))), "/")[0], "@")
	some i, user in parts
	i < count(parts) - 1
	contains(user, ":")
	not endswith(user, ":")
}

# METADATA
# title: Parameters of a URL
# description: Names in its query and fragment that have a value, in lower case, as a set.
parameters(url) := {name |
	some i, part in split(strings.replace_n({"?": "&", "#": "&", ";": "&", "%5f": "_", "%2d": "-"}, lower(_start(url))), "&")
	i > 0
	name := split(part, "=")[0]
	# something behind a `=`
	trim_right(part, "=") != name
}

# METADATA
# title: No host can be read
# description: True for a host that is escaped, or that goes on for longer than anybody looks.
unclear(host) if contains(host, "%")

unclear(host) if count(host) > 253

# METADATA
# title: A host in a list
# description: >-
#   The first of `listed` that is `host` itself or, as `*.example.com`, a domain it lies in, which is not in it. Case and final
#   dots do not count. Undefined if there is none.
among(host, listed) := [entry |
	some entry in listed
	_matches(host, trim_right(lower(entry), "."))
][0]

_matches(host, host)

_matches(host, entry) if {
	startswith(entry, "*.")
	endswith(host, substring(entry, 1, -1))
}

# Blanks and controls before it are dropped by those who read it, and so are brackets and quotes around it.
_start(text) := substring(trim_left(text, _blank), 0, 4096)

_blank := concat("", [
	"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f",
	"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f",
	" \u00a0\ufeff<\"'(",
])

# What follows the scheme and its slashes, of which browsers drop any number.
_rest(text) := trim_left(_after_scheme(text), "/\\") if {
	scheme(text) in {"http", "https"}
} else := substring(_after_scheme(text), 2, -1) if {
	replace(substring(_after_scheme(text), 0, 2), "\\", "/") == "//"
}

_after_scheme(text) := substring(text, count(scheme(text)) + 1, -1)

# A backslash ends the authority for some, and is a part of the user for others; so is all before the first `@` and the last.
_hosts(rest) := {host |
	some authority in {split(_slashed(rest), "/")[0], split(replace(_slashed(rest), "\\", "/"), "/")[0]}
	some host in _after_user(split(authority, "@"))
}

_slashed(rest) := strings.replace_n(
	{"?": "/", "#": "/", " ": "/", "\t": "/", "\n": "/", "\r": "/", "<": "/", ">": "/", "\"": "/", "'": "/"},
	rest,
)

_after_user(parts) := {host |
	some i, part in parts
	_is_last(i, parts)
	host := trim_right(_without_port(_plain(split(part, "\\")[0])), ".")
	host != ""
}

# Without an `@` all is host; with some, what stands behind any of them may be.
_is_last(_, [_])

_is_last(i, _) if i > 0

_without_port(text) := split(split(trim_left(text, "["), "]")[0], "%")[0] if {
	startswith(text, "[")
} else := split(text, "%")[0] if {
	# an address of IPv6 without its brackets
	count(split(text, ":")) > 2
} else := split(text, ":")[0]

# Digits and dots that become plain ones when a name is made ready for the network (UTS 46).
_plain(text) := strings.replace_n(
	{
		"。": ".", "．": ".", "｡": ".", "%2e": ".",
		"０": "0", "１": "1", "２": "2", "３": "3", "４": "4", "５": "5", "６": "6", "７": "7", "８": "8", "９": "9",
		"⓪": "0", "①": "1", "②": "2", "③": "3", "④": "4", "⑤": "5", "⑥": "6", "⑦": "7", "⑧": "8", "⑨": "9",
	},
	lower(text),
)
