# METADATA
# title: Hidden Unicode
# description: >-
#   Characters that a model reads and a human does not see. Where a writing system or an emoji needs them (joiners in
#   Persian, flags, one selector behind an emoji, marks of direction) they do not count.
package lib.unicode

import rego.v2

# METADATA
# title: What is hidden in texts
# description: >-
#   The kinds of hidden characters in any of the texts, as a set: `tag characters` (U+E0000 to U+E007F outside of a
#   flag), `bidirectional overrides` (U+202D, U+202E), `zero-width runs` (eight or more) and `variation selector runs`
#   (four or more).
hidden(texts) := {kind |
	some text in texts
	# sluice:equivalent drop-expression what no pattern finds together none finds alone; it only costs more
	regex.match(_any, text)
	some kind, pattern in _patterns
	regex.match(pattern, text)
}

# Most texts have nothing of it: they are looked at once, not once a kind.
_any := concat("|", [pattern | some pattern in _patterns])

# A flag of a part of a country is a black flag, up to six tags and the cancel tag (Unicode UTS 51).
_patterns := {
	"tag characters": `(^|[^\x{1F3F4}\x{E0020}-\x{E007E}])[\x{E0000}-\x{E007F}]|[\x{E0000}-\x{E007F}]{8}`,
	"bidirectional overrides": `[\x{202D}\x{202E}]`,
	"zero-width runs": `[\x{200B}-\x{200F}\x{2060}-\x{2064}\x{FEFF}]{8}`,
	"variation selector runs": `[\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]{4}`,
}
