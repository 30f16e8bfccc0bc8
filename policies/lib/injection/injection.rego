# METADATA
# title: Signs of injected instructions
# description: >-
#   How text that was planted for a model speaks. Each sign alone can be innocent, so rules add up the weight that data
#   gives to each and act from a threshold on. English only, and only for who writes plainly.
package lib.injection

import rego.v2

# METADATA
# title: Signs in texts
# description: >-
#   The names of the signs that any of the texts shows, as a set: `override` (forget what you were told), `secrecy` (do
#   not tell the user), `leak` (send credentials or the conversation), `persona` (you are now somebody else), `orders`
#   (new instructions), `addressed` (what an AI must do), `fake_tag` (tags as if from a system prompt), `fake_role` (the
#   marks that chat templates put between turns).
signs(texts) := {sign |
	some text in texts
	# sluice:equivalent drop-expression what no pattern finds together none finds alone; it only costs more
	regex.match(_any, text)
	some sign, pattern in _patterns
	regex.match(pattern, text)
}

# METADATA
# title: Names of all signs
# description: What a rule's settings can give a weight to.
names := object.keys(_patterns)

# METADATA
# title: Weight of signs
# description: The sum of the weights of `signs`; undefined where one has none or one that is no number.
weight(signs, weights) := sum([value |
	some sign in signs
	value := weights[sign]
]) if {
	every sign in signs {
		is_number(weights[sign])
	}
}

# Most texts show none: they are looked at once, not once a sign.
_any := concat("|", [pattern | some pattern in _patterns])

# Without counted repetitions, so that each is one pass over the text.
_patterns := {
	"override": `(?i)\b(?:ignore|disregard|forget|override|bypass)\s+(?:(?:all|any|every|of|the|these|those|your|my)\s+)*(?:previous|prior|above|earlier|preceding|former|existing|original)\s+(?:system\s+)?(?:instructions?|prompts?|rules?|messages?|directions?|guidelines?|context)\b`,
	"secrecy": `(?i)\b(?:do\s+not|don't|never|without)\s+(?:tell|telling|inform|informing|mention|mentioning|notify|notifying|alert|alerting|reveal|revealing|ask|asking|show|showing)\s+(?:(?:this|that|it|anything|about|to)\s+)*(?:the\s+)?(?:users?|humans?|operators?)\b`,
	"leak": `(?i)\b(?:send|post|forward|upload|e-?mail|exfiltrate|append|include|pass)\b[^.\n]*(?:\b(?:conversation|chat\s+history|system\s+prompt|api[ _-]?keys?|credentials|passwords?|private\s+keys?|access\s+tokens?)|\.env)\b`,
	"persona": `(?i)\byou\s+are\s+(?:now|no\s+longer)\s+(?:a|an|the|in|bound|acting|operating)\b|\b(?:developer|debug|god|dan|jailbreak|unrestricted)\s+mode\s+(?:is\s+)?(?:on|enabled|activated|active)\b`,
	"orders": `(?i)\b(?:new|updated|real|actual|secret|hidden)\s+(?:system\s+)?(?:instructions?|orders|objectives?)\s*(?::|follow\b)`,
	"addressed": `(?i)\b(?:ai|llm|language\s+model|assistant|chatbot|agent)s?\b[^.\n]*\b(?:must|shall|has\s+to|have\s+to|is\s+required\s+to|are\s+required\s+to)\b`,
	"fake_tag": `(?i)</?\s*(?:system|important|instructions?|admin|developer|system[_-]prompt|system[_-]message|tool[_-]result|function[_-]result)\s*/?>`,
	"fake_role": `<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?INST\]|<</?SYS>>`,
}
