# METADATA
# title: SQL statements
# description: >-
#   Finds statements that destroy, by their words: no parser, no dialect. What stands in single quotes is not looked at;
#   where quotes or comments make it doubtful what is quoted, a statement counts as destructive rather than not.
package lib.sql

import rego.v2

# METADATA
# title: How a text destroys
# description: What each destructive statement in `text` does, as a set; empty for texts that destroy nothing.
dangers(text) := {danger |
	some statement in split(_outside_quotes(text), ";")
	danger := _danger(_words(statement), _doubtful(text))
}

_outside_quotes(text) := concat(" ", [part |
	some i, part in split(text, "'")
	i % 2 == 0
])

# Everything that can stand between two words becomes a space; `/*!` hides code from all but MySQL.
_words(statement) := [word |
	spaced := strings.replace_n(
		{
			"\n": " ", "\r": " ", "\t": " ", "(": " ", ")": " ", ",": " ", "\"": " ", "`": " ", "[": " ", "]": " ",
			"/": " ", "*": " ", "-": " ", "!": " ", "=": " ", "$": " ", "#": " ",
		},
		lower(statement),
	)
	some word in split(spaced, " ")
	word != ""
]

# A `where` in a comment or behind a tricked quote would not be one.
_doubtful(text) := count([mark |
	some mark in ["--", "/*", "#", "\\", "$$"]
	contains(text, mark)
]) > 0

_danger(words, doubtful) := "drops" if {
	_drops(words)
} else := "truncates" if {
	_truncates(words)
} else := "deletes" if {
	_deletes(words)
	_without_where(words, doubtful)
} else := "updates" if {
	_updates(words)
	_without_where(words, doubtful)
}

_drops(words) if {
	"drop" in words
	some word in words
	word in {
		"column", "database", "function", "index", "materialized", "policy", "procedure", "role", "schema",
		"sequence", "table", "tablespace", "trigger", "type", "user", "view",
	}
}

_truncates(words) if words[0] == "truncate"

_truncates(words) if {
	"truncate" in words
	"table" in words
}

_deletes(words) if words[0] == "delete"

_deletes(words) if {
	"delete" in words
	"from" in words
}

_updates(words) if {
	"update" in words
	"set" in words
}

_without_where(words, _) if not "where" in words

_without_where(_, true)
