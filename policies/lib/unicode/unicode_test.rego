package lib.unicode_test

import rego.v2

import data.lib.unicode

test_tag_characters if {
	every text in [
		"hello\udb40\udc68\udb40\udc69",
		"\udb40\udc61",
		"a\udb40\udc00",
		"a\udb40\udc7f",
		" \udb40\udc20",
		"x\udb40\udc7e",
		# behind a flag, but longer than one
		"\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc78\udb40\udc78\udb40\udc7f",
		"\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc01\udb40\udc01\udb40\udc61",
		# behind the end of a flag
		"\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f\udb40\udc61",
	] {
		unicode.hidden([text]) == {"tag characters"}
	}
}

test_flags_are_shown if {
	every text in [
		"\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f",
		"on \ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc73\udb40\udc63\udb40\udc74\udb40\udc7f and \ud83c\udff4\udb40\udc75\udb40\udc73\udb40\udc74\udb40\udc78\udb40\udc7f!",
		"\ud83c\udff4",
		"\udb40\udc80",
		"\udb3f\udffd",
	] {
		unicode.hidden([text]) == set()
	}
}

test_bidirectional_overrides if {
	every text in ["a\u202db", "a\u202eb"] {
		unicode.hidden([text]) == {"bidirectional overrides"}
	}
}

test_marks_of_direction_are_normal if {
	every text in ["\u202c", "\u202aa\u202c", "\u202f", "\u2068a\u2069"] {
		unicode.hidden([text]) == set()
	}
}

# The first and the last of each range, eight of them and seven.
test_zero_width_runs if {
	every mark in ["\u200b", "\u200d", "\u200f", "\u2060", "\u2064", "\ufeff"] {
		seven := concat("", [mark | some _ in numbers.range(1, 7)])
		unicode.hidden([seven]) == set()
		unicode.hidden([$"a{seven}{mark}b"]) == {"zero-width runs"}
	}
}

test_other_characters_are_no_zero_width_run if {
	every mark in ["\u200a", "\u2010", "\u205f", "\u2065", "\ufefe"] {
		unicode.hidden([concat("", [mark | some _ in numbers.range(1, 9)])]) == set()
	}
}

test_joiners_of_writing_and_emoji_are_normal if {
	every text in ["\u0645\u06cc\u200c\u062e\u0648", "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67", "\ufeffa"] {
		unicode.hidden([text]) == set()
	}
}

test_variation_selector_runs if {
	every mark in ["\ufe00", "\ufe0f", "\udb40\udd00", "\udb40\uddef"] {
		three := concat("", [mark | some _ in numbers.range(1, 3)])
		unicode.hidden([three]) == set()
		unicode.hidden([$"a{three}{mark}b"]) == {"variation selector runs"}
	}
}

test_other_characters_are_no_variation_selectors if {
	every mark in ["\ufdff", "\ufe10", "\udb40\udcff", "\udb40\uddf0"] {
		unicode.hidden([concat("", [mark | some _ in numbers.range(1, 5)])]) == set()
	}
}

test_an_emoji_with_its_selector_is_normal if {
	unicode.hidden(["\u2764\ufe0f \u2600\ufe0f"]) == set()
}

test_all_kinds_of_all_texts if {
	unicode.hidden(["plain", "a\u202e", "a\udb40\udc61"]) == {"bidirectional overrides", "tag characters"}
	unicode.hidden(["\u202ea\udb40\udc61"]) == {"bidirectional overrides", "tag characters"}
}

test_nothing_is_hidden_in_nothing if {
	unicode.hidden([]) == set()
	unicode.hidden(["", "plain text", "Gr\u00fc\u00dfe"]) == set()
	unicode.hidden([7, null]) == set()
}
