package lib.tool_test

import rego.v2

import data.lib.tool

_calling(name) := {"tool": {"name": name}}

test_name_is_lower_case if {
	tool.name == "deletefile" with input as _calling("deleteFile")
}

test_words if {
	tool.words == {"delete", "file"} with input as _calling("deleteFile")
}

test_shown_is_cut if {
	long := concat("", [letter | some _ in numbers.range(1, 200); letter := "x"])
	count(tool.shown) == 64 with input as _calling(long)
}

test_among_ignores_case if {
	tool.among(["Move_File"]) with input as _calling("move_FILE")
}

test_not_among if {
	not tool.among(["move_file"]) with input as _calling("read_file")
	not tool.among([]) with input as _calling("read_file")
	not tool.among([1, null]) with input as _calling("read_file")
}

test_no_tool_is_undefined if {
	every frame in {
		"empty input": {},
		"empty tool": {"tool": {}},
		"name null": _calling(null),
		"name number": _calling(4),
	} {
		not tool.name with input as frame
		not "read" in tool.words with input as frame
		not tool.shown with input as frame
		not tool.among(["read_file"]) with input as frame
	}
}
