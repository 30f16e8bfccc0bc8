package rules.files.destructive_test

import rego.v2

import data.rules.files.destructive

_call(name, arguments) := {
	"from": "client",
	"kind": "request",
	"method": "tools/call",
	"tool": {"name": name, "arguments": arguments},
}

_held(message) := {{"message": message}}

test_hold_what_removes if {
	every name in [
		"delete_file", "deleteFile", "remove-directory", "rm", "rmdir", "fs.unlink", "delete_entities", "purge_queue",
		"TRUNCATE_TABLE", "file_delete",
	] {
		destructive.hold == _held($"`{name}` removes things: a human must approve it") with input as _call(name, {})
	}
}

test_hold_what_moves_files if {
	every name in ["move_file", "renameFile", "mv_dir", "overwrite_file", "replace_in_file", "move_directory"] {
		expected := _held($"`{name}` moves or replaces files: a human must approve it")
		destructive.hold == expected with input as _call(name, {"source": "/a", "destination": "/b"})
	}
}

test_hold_edit_without_dry_run if {
	expected := _held("`edit_file` changes a file: a human must approve it")
	every arguments in [{}, {"dryRun": false}, {"dryRun": null}, {"dryRun": "true"}, {"dryRun": 1}, {"dryrun": true}] {
		destructive.hold == expected with input as _call("edit_file", arguments)
	}
	destructive.hold == expected with input as json.remove(_call("edit_file", {}), ["tool/arguments"])
}

test_allow_edit_as_dry_run if {
	destructive.hold == set() with input as _call("edit_file", {"path": "/a", "edits": [], "dryRun": true})
}

test_warn_about_writing if {
	destructive.hold == set() with input as _call("write_file", {"path": "/a", "content": ""})
	destructive.warn == {"`write_file` may overwrite a file"} with input as _call("write_file", {"path": "/a", "content": ""})
}

test_hold_writing_if_configured if {
	expected := _held("`write_file` may overwrite a file: a human must approve it")
	destructive.hold == expected with input as _call("write_file", {"path": "/a"})
		with data.settings["files/destructive"].writing_action as "hold"
	destructive.warn == set() with input as _call("write_file", {"path": "/a"})
		with data.settings["files/destructive"].writing_action as "hold"
	destructive.deny == set() with input as _call("write_file", {"path": "/a"})
		with data.settings["files/destructive"].writing_action as "hold"
}

test_hold_declared_destructive_if_configured if {
	frame := object.union(_call("reset", {}), {"tool": {"annotations": {"destructiveHint": true}}})
	destructive.hold == set() with input as frame
	expected := _held("`reset` is declared destructive by its server: a human must approve it")
	destructive.hold == expected with input as frame with data.settings["files/destructive"].hints as true
	destructive.hold == set() with input as _call("reset", {}) with data.settings["files/destructive"].hints as true
}

test_a_hint_never_loosens if {
	frame := object.union(_call("delete_file", {}), {"tool": {"annotations": {"destructiveHint": false, "readOnlyHint": true}}})
	count(destructive.hold) == 1 with input as frame
}

test_one_reason_a_call if {
	count(destructive.hold) == 1 with input as _call("remove_and_rename_files", {})
		with data.settings["files/destructive"].hints as true
}

test_hold_notification_and_unknown_kind if {
	count(destructive.hold) == 1 with input as object.union(_call("delete_file", {}), {"kind": "notification"})
	count(destructive.hold) == 1 with input as object.remove(_call("delete_file", {}), ["kind"])
}

test_allow_reading_and_making if {
	every name in ["read_file", "list_directory", "create_directory", "search_files", "undelete", "removed_items", "movie_files"] {
		destructive.hold == set() with input as _call(name, {})
		destructive.warn == set() with input as _call(name, {})
		destructive.deny == set() with input as _call(name, {})
	}
}

test_allow_excepted if {
	destructive.hold == set() with input as _call("remove_label", {})
		with data.settings["files/destructive"].except as ["remove_label"]
}

test_approvers_are_data if {
	some held in destructive.hold with input as _call("delete_file", {})
		with data.settings["files/destructive"].approvers as ["group:oncall"]
	held.approvers == ["group:oncall"]
}

test_allow_other_frames if {
	destructive.hold == set() with input as object.union(_call("delete_file", {}), {"from": "server", "kind": "result"})
	destructive.hold == set() with input as object.union(_call("delete_file", {}), {"method": "prompts/get"})
	destructive.hold == set() with input as {}
}

# Which tool it is, is unknown then: tools/malformed_call denies it.
test_allow_without_a_usable_name if {
	every tool in [{}, {"name": null}, {"name": 7}] {
		destructive.hold == set() with input as {"from": "client", "method": "tools/call", "tool": tool}
	}
	destructive.hold == set() with input as {"from": "client", "method": "tools/call"}
}

test_deny_when_not_configured if {
	unconfigured := {"files/destructive is not configured: see its settings in data.yaml"}
	every key in [
		"removing", "moving", "things", "editing", "writing", "writing_action", "hints", "except", "approvers",
	] {
		destructive.deny == unconfigured with input as _call("read_file", {})
			with data.settings["files/destructive"] as object.remove(data.settings["files/destructive"], [key])
		destructive.deny == unconfigured with input as _call("read_file", {})
			with data.settings["files/destructive"] as object.union(data.settings["files/destructive"], {key: 7})
	}
	destructive.deny == unconfigured with input as _call("read_file", {}) with data.settings as {}
}

test_defaults_are_configured if {
	destructive.deny == set() with input as _call("delete_file", {})
}

# Only what the rule is about is stopped by its configuration.
test_not_configured_stops_nothing_else if {
	every change in [{"from": "server", "kind": "result"}, {"method": "tools/list"}] {
		destructive.deny == set() with input as object.union(_call("delete_file", {}), change) with data.settings as {}
	}
}

test_warn_only_about_calls if {
	every frame in [
		object.union(_call("write_file", {}), {"from": "server", "kind": "result"}),
		object.union(_call("write_file", {}), {"method": "prompts/get"}),
	] {
		destructive.warn == set() with input as frame
	}
}

test_allow_moving_what_is_no_file if {
	every name in ["rename_symbol", "move_cursor", "replace_text"] {
		destructive.hold == set() with input as _call(name, {})
	}
}

test_holding_what_writes_holds_nothing_else if {
	destructive.hold == set() with input as _call("read_file", {})
		with data.settings["files/destructive"].writing_action as "hold"
}

test_dry_run_is_known_of_editing_tools_only if {
	declared := {"tool": {"annotations": {"destructiveHint": true}}}
	destructive.hold == set() with input as object.union(_call("edit_file", {"dryRun": true}), declared)
		with data.settings["files/destructive"].hints as true
	count(destructive.hold) == 1 with input as object.union(_call("reset", {"dryRun": true}), declared)
		with data.settings["files/destructive"].hints as true
}
