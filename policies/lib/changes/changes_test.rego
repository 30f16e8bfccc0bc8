package lib.changes_test

import rego.v2

import data.lib.changes

_settings := {"words": ["deploy", "release"], "tools": ["kubectl_scale"], "except": ["deploy_preview"]}

_calling(name) := {"tool": {"name": name}}

test_changing_by_word if {
	every name in ["deploy_service", "deployService", "make-release"] {
		changes.changing(_settings) with input as _calling(name)
	}
}

test_changing_by_name if {
	changes.changing(_settings) with input as _calling("kubectl_scale")
	changes.changing(_settings) with input as _calling("Kubectl_Scale")
}

test_other_tools_do_not if {
	every name in ["list_deployments", "released_versions", "kubectl_get", ""] {
		not changes.changing(_settings) with input as _calling(name)
	}
}

test_except if {
	not changes.changing(_settings) with input as _calling("deploy_preview")
	not changes.changing(_settings) with input as _calling("Deploy_Preview")
	changes.changing(object.remove(_settings, ["except"])) with input as _calling("deploy_preview")
}

test_without_a_usable_name if {
	every frame in [{}, {"tool": {}}, _calling(null), _calling(7)] {
		not changes.changing(_settings) with input as frame
	}
}

test_valid if {
	changes.valid(_settings)
	every key in ["words", "tools", "except"] {
		not changes.valid(object.remove(_settings, [key]))
		every value in ["deploy", null, {}, 7] {
			not changes.valid(object.union(_settings, {key: value}))
		}
	}
	not changes.valid(null)
}
