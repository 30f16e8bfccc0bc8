package lib.arguments_test

import rego.v2

import data.lib.arguments as args

test_top_level if {
	args.under({"path": "/a", "content": "/b"}, ["path"]) == {{"name": "path", "value": "/a"}}
}

test_key_in_another_case if {
	args.under({"Path": "/a"}, ["path"]) == {{"name": "Path", "value": "/a"}}
}

test_array_of_texts if {
	args.under({"paths": ["/a", "/b"]}, ["paths"]) == {
		{"name": "paths/0", "value": "/a"},
		{"name": "paths/1", "value": "/b"},
	}
}

test_nested_in_objects_and_arrays if {
	args.under({"moves": [{"from": {"path": "/a"}}]}, ["path"]) == {{"name": "moves/0/from/path", "value": "/a"}}
}

test_everything_below_the_key_counts if {
	args.under({"path": {"dir": "/a", "names": ["b"]}}, ["path"]) == {
		{"name": "path/dir", "value": "/a"},
		{"name": "path/names/0", "value": "b"},
	}
}

test_ill_typed_values_are_reported if {
	args.under({"path": 7, "paths": [true]}, ["path", "paths"]) == {
		{"name": "path", "value": 7},
		{"name": "paths/0", "value": true},
	}
}

test_false_is_a_value if {
	args.under({"path": false}, ["path"]) == {{"name": "path", "value": false}}
}

test_null_counts_as_absent if {
	args.under({"path": null}, ["path"]) == set()
}

test_nothing_there if {
	args.under({}, ["path"]) == set()
	args.under({"content": "/a"}, ["path"]) == set()
}

test_long_keys_are_cut if {
	long := concat("", [letter | some _ in numbers.range(1, 90); letter := "k"])
	some found in args.under({"path": {long: "/a"}}, ["path"])
	count(found.name) == count("path/") + 32
}

test_starting if {
	args.starting({"a": ["x", "FILE:///etc"], "file": "y"}, "file:") == {{"name": "a/1", "value": "FILE:///etc"}}
}

test_starting_skips_what_is_no_text if {
	args.starting({"a": 1, "b": null, "c": {"d": []}}, "file:") == set()
}

test_array_index_is_no_key if {
	args.under({"a": ["x"]}, [0, "0"]) == set()
}
