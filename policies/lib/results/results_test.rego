package lib.results_test

import rego.v2

import data.lib.results

test_text_blocks if {
	results.size({"content": [{"type": "text", "text": "12345"}, {"type": "text", "text": "é"}]}) == 6
}

test_base64_and_embedded_resources if {
	results.size({"content": [
		{"type": "image", "data": "abcd", "mimeType": "image/png"},
		{"type": "resource", "resource": {"uri": "x:y", "text": "12"}},
		{"type": "resource", "resource": {"uri": "x:y", "blob": "123"}},
	]}) == 9
}

test_resource_contents if {
	results.size({"contents": [{"uri": "file:///a", "text": "123"}, {"uri": "file:///b", "blob": "1234"}]}) == 7
}

test_prompt_messages if {
	results.size({"messages": [
		{"role": "user", "content": {"type": "text", "text": "123"}},
		{"role": "user", "content": [{"type": "text", "text": "1"}, {"type": "text", "text": "2"}]},
	]}) == 5
}

test_messages_without_a_block_count_as_json if {
	results.size({"messages": [{"content": "123"}]}) == count(`{"messages":[{"content":"123"}]}`)
}

test_structured_content_counts_too if {
	results.size({"content": [{"type": "text", "text": "123"}], "structuredContent": {"a": 1}}) == 3 + 7
}

test_another_shape_counts_as_its_json if {
	results.size({"data": "1234567890"}) == count(`{"data":"1234567890"}`)
	results.size({"content": []}) == count(`{"content":[]}`)
	results.size({"content": "12345"}) == count(`{"content":"12345"}`)
	results.size({"content": ["12345"]}) == count(`{"content":["12345"]}`)
	results.size("12345") == 7
	results.size(null) == 4
}

test_ill_typed_members_are_skipped if {
	results.size({"content": [{"text": 7}, {"text": [1, 2]}, {"text": "1"}, {"resource": "x"}, null]}) == 1
}

test_other_members_are_no_content if {
	results.size({"content": [{"text": "1"}], "pages": [{"text": "12345"}]}) == 1
}
