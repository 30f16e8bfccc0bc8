package lib.sending_test

import rego.v2

import data.lib.sending

_settings := {"sending": ["send", "post"], "tools": ["create_issue"], "trusted_servers": ["vault"]}

_calling(name) := {"tool": {"name": name}, "server": {"name": "mail"}}

test_sends if {
	every name in ["send_mail", "sendMail", "slack.post", "create_issue", "Create_Issue"] {
		sending.sends(_settings) with input as _calling(name)
	}
	sending.sends(_settings) with input as {"tool": {"name": "send"}}
	sending.sends(object.remove(_settings, ["trusted_servers"])) with input as _calling("send")
}

test_does_not_send if {
	every name in ["read_mail", "sender", "create_issues", "", 7, null] {
		not sending.sends(_settings) with input as _calling(name)
	}
	not sending.sends(_settings) with input as object.union(_calling("send"), {"server": {"name": "vault"}})
	not sending.sends(_settings) with input as {}
	not sending.sends({}) with input as _calling("send")
}
