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

# METADATA
# title: Does it only read
# description: >-
#   True for a text of which every statement starts with a reading word (`select`, `with`, `show`, …) and has no writing word
#   anywhere, nor the name of one of `functions`. Where comments, backslashes or `$$` make it doubtful what is quoted, words
#   in quotes count too.
reads_only(text, functions) if {
	is_string(text)
	every statement in split(_looked_at(text), ";") {
		_reads(_words(statement))
	}
	called := {part |
		some word in _words(_looked_at(text))
		some part in split(word, ".")
	}
	every name in functions {
		is_string(name)
		not lower(name) in called
	}
}

# METADATA
# title: Statements
# description: How many statements a text holds; what stands in single quotes separates none.
statements(text) := count([statement |
	some statement in split(_outside_quotes(text), ";")
	count(_words(statement)) > 0
])

# METADATA
# title: Comments
# description: "True for a text with `--`, `/*` or `#` outside single quotes; `#>` and `#-` are operators of PostgreSQL."
commented(text) if {
	some mark in ["--", "/*"]
	contains(_outside_quotes(text), mark)
}

commented(text) if {
	some i, part in split(_outside_quotes(text), "#")
	i > 0
	not substring(part, 0, 1) in {">", "-"}
}

_looked_at(text) := text if _doubtful(text)

_looked_at(text) := _outside_quotes(text) if not _doubtful(text)

_reads([])

_reads(words) if {
	words[0] in {"desc", "describe", "explain", "select", "show", "table", "values", "with"}
	every word in words {
		not word in {
			"alter", "create", "delete", "drop", "exec", "execute", "grant", "insert", "into", "merge", "revoke", "truncate", "update", "upsert",
		}
	}
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
