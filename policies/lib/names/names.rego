# METADATA
# title: Names of tools
# description: Splits a tool name into its words, however its server likes to spell names.
package lib.names

import rego.v2

# METADATA
# title: Words of a name
# description: >-
#   The lower-case words of `delete_file`, `delete-file`, `deleteFile` or `fs.DELETE`, as a set. A name is chosen by
#   whoever calls, so only its first 128 characters are looked at.
words(name) := words_within(name, 128)

# METADATA
# title: Words of a text
# description: The lower-case words in the first `most` characters of a text, as a set; letter by letter, so choose `most` small.
words_within(text, most) := {word |
	some word in split(_spaced(substring(text, 0, most)), " ")
	word != ""
}

_spaced(name) := concat("", [piece |
	letters := split(name, "")
	some i, letter in letters
	piece := _piece(letters, i, letter)
])

_piece(_, _, letter) := " " if not _is_letter(letter)

_piece(letters, i, letter) := lower(letter) if {
	_is_letter(letter)
	not _starts_word(letters, i)
}

_piece(letters, i, letter) := $" {lower(letter)}" if _starts_word(letters, i)

# `deleteFile`: a capital after anything but a capital.
_starts_word(letters, i) if {
	_is_capital(letters[i])
	not _is_capital(letters[i - 1])
}

# `DELETEFile`: the last capital before a small letter.
_starts_word(letters, i) if {
	_is_capital(letters[i])
	_is_small(letters[i + 1])
}

_is_letter(letter) if upper(letter) != lower(letter)

_is_capital(letter) if letter != lower(letter)

_is_small(letter) if letter != upper(letter)
