package lib.encodings_test

import rego.v2

import data.lib.encodings

_run(letters, n) := substring(concat("", [letters | some _ in numbers.range(1, n)]), 0, n)

test_blob_of_exactly_that_length if {
	encodings.blob(_run("Ab", 40), 40)
	not encodings.blob(_run("Ab", 39), 40)
}

test_every_letter_of_the_alphabet if {
	every letter in split("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=", "") {
		encodings.blob(_run(letter, 8), 8)
	}
}

test_everything_that_may_stand_around_it if {
	every mark in ["\"", "'", "`", ",", ";", ":", "(", ")", "[", "]", "{", "}", "<", ">", "\t", "?", "&", ".", "|", " "] {
		encodings.blob($"x{mark}{_run("a", 8)}{mark}y", 8)
		not encodings.blob($"{_run("a", 5)}{mark}{_run("a", 5)}", 8)
	}
}

test_lines_are_one_run if {
	encodings.blob("abcd\nefgh", 8)
	encodings.blob("abcd\r\nefgh", 8)
	not encodings.blob("abcd\nefg", 8)
	not encodings.blob("abcd\refg", 8)
}

test_no_blob if {
	every text in ["the quick brown fox jumps over", "abcd!efgh", "äbcdefghi", "abc*defgh", "", 7, null, ["abcdefgh"]] {
		not encodings.blob(text, 8)
	}
	# characters before and after line ends are no run by themselves
	not encodings.blob("a\nb\nc\nd", 8)
}
