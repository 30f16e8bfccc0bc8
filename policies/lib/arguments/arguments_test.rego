package lib.arguments_test

import rego.v2

import data.lib.arguments as args

_called(arguments) := {"tool": {"arguments": arguments}}

test_top_level if {
	args.under(["path"]) == {{"name": "path", "value": "/a"}} with input as _called({"path": "/a", "content": "/b"})
}

test_key_in_another_case if {
	args.under(["path"]) == {{"name": "Path", "value": "/a"}} with input as _called({"Path": "/a"})
}

test_array_of_texts if {
	args.under(["paths"]) == {
		{"name": "paths/0", "value": "/a"},
		{"name": "paths/1", "value": "/b"},
	} with input as _called({"paths": ["/a", "/b"]})
}

test_nested_in_objects_and_arrays if {
	args.under(["path"]) == {{"name": "moves/0/from/path", "value": "/a"}} with input as _called({"moves": [{"from": {"path": "/a"}}]})
}

test_everything_below_the_key_counts if {
	args.under(["path"]) == {
		{"name": "path/dir", "value": "/a"},
		{"name": "path/names/0", "value": "b"},
	} with input as _called({"path": {"dir": "/a", "names": ["b"]}})
}

test_ill_typed_values_are_reported if {
	args.under(["path", "paths"]) == {
		{"name": "path", "value": 7},
		{"name": "paths/0", "value": true},
	} with input as _called({"path": 7, "paths": [true]})
}

test_false_is_a_value if {
	args.under(["path"]) == {{"name": "path", "value": false}} with input as _called({"path": false})
}

test_null_counts_as_absent if {
	args.under(["path"]) == set() with input as _called({"path": null})
}

test_nothing_there if {
	args.under(["path"]) == set() with input as _called({})
	args.under(["path"]) == set() with input as _called({"content": "/a"})
}

test_long_keys_are_cut if {
	long := concat("", [letter | some _ in numbers.range(1, 90); letter := "k"])
	some found in args.under(["path"]) with input as _called({"path": {long: "/a"}})
	count(found.name) == count("path/") + 32
}

test_starting if {
	args.starting("file:") == {{"name": "a/1", "value": "FILE:///etc"}} with input as _called({"a": ["x", "FILE:///etc"], "file": "y"})
}

test_starting_skips_what_is_no_text if {
	args.starting("file:") == set() with input as _called({"a": 1, "b": null, "c": {"d": []}})
}

test_containing if {
	args.containing(":") == {{"name": "a/1", "value": "b:c"}} with input as _called({"a": ["x", "b:c"], ":": "y", "d": 7, "e": null})
}

test_array_index_is_no_key if {
	args.under([0, "0"]) == set() with input as _called({"a": ["x"]})
}

test_without_arguments_there_is_nothing if {
	every frame in [{}, {"tool": {}}, {"tool": null}, _called(null)] {
		args.under(["path"]) == set() with input as frame
		args.starting("file:") == set() with input as frame
		args.containing(":") == set() with input as frame
	}
}
