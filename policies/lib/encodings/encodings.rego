# METADATA
# title: Encoded data
# description: Finds long runs of base64 or hexadecimal digits, in which data travel that nobody reads.
package lib.encodings

import rego.v2

# METADATA
# title: Holds a blob
# description: >-
#   True for a text with at least `length` characters of base64 (either alphabet, RFC 4648; hexadecimal digits are among them)
#   in a row. Line ends between them count for nothing.
blob(text, length) if {
	# sluice:equivalent drop-expression no run is longer than its text; a short one only needs no search
	count(text) >= length
	some run in split(strings.replace_n(_separators, replace(replace(text, "\n", ""), "\r", "")), " ")
	count(run) >= length
	trim(run, _alphabet) == ""
}

_alphabet := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="

# What stands around encoded data in JSON, in data URIs, and in Markdown.
_separators := {
	"\"": " ", "'": " ", "`": " ", ",": " ", ";": " ", ":": " ", "(": " ", ")": " ", "[": " ", "]": " ", "{": " ", "}": " ", "<": " ", ">": " ",
	"\t": " ", "?": " ", "&": " ", ".": " ", "|": " ",
}
