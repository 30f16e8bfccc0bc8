package lib.names_test

import rego.v2

import data.lib.names

test_words_of_every_spelling if {
	every name in ["delete_file", "delete-file", "deleteFile", "DeleteFile", "DELETE_FILE", "delete.file", "DELETEFile"] {
		names.words(name) == {"delete", "file"}
	}
}

test_digits_and_slashes_separate if {
	names.words("fs/rm2") == {"fs", "rm"}
}

test_part_of_a_word_is_no_word if {
	not "delete" in names.words("undeleted_items")
}

test_empty_name_has_no_words if {
	names.words("") == set()
}

test_only_the_first_128_characters_count if {
	long := concat("", [letter | some _ in numbers.range(1, 128); letter := "a"])
	names.words($"{long}_delete") == {long}
	names.words($"{long}delete") == {long}
}

test_capitals_behind_small_letters_are_a_word if {
	names.words("deleteFILE") == {"delete", "file"}
}

test_ill_typed_name_has_no_words if {
	every name in [7, null, false, ["delete_file"], {"a": 1}] {
		names.words(name) == set()
	}
}

test_words_within_the_first_characters if {
	names.words_within("Enter your apiKey, please", 17) == {"enter", "your", "api", "key"}
	names.words_within("Enter your apiKey, please", 16) == {"enter", "your", "api", "ke"}
	names.words_within("Enter", 0) == set()
	names.words_within(7, 10) == set()
}
