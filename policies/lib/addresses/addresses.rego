# METADATA
# title: Network addresses
# description: >-
#   Reads a host as the addresses that programs may take it for, however they are spelled, and says which of them are no
#   places in the public internet. Names are not resolved: a policy has no network.
package lib.addresses

import rego.v2

# METADATA
# title: What kind of place an address is
# description: >-
#   A few words, such as `a loopback address`; undefined for names and for public addresses. `host` is in lower case, without
#   port, brackets and final dots.
kind(host) := kinds[0] if {
	kinds := sort([kind |
		some address in spellings(host)
		some range, kind in _ranges
		net.cidr_contains(range, address)
	])
}

# METADATA
# title: Addresses that a host may be read as
# description: >-
#   IPv4 as `inet_aton` reads it (one to four numbers, decimal, octal or hexadecimal) and with leading zeros as decimals;
#   IPv6 (RFC 4291) as eight groups, and the IPv4 address inside a mapped, compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056)
#   one. A set, empty for names, and for what is longer than a name can be.
spellings(host) := {address |
	count(host) <= 253
	some address in _fours(host)
} | {address |
	count(host) <= 253
	some address in _sixes(host)
}

# METADATA
# title: Numbers that are no address
# description: >-
#   True for a host that ends in a number, as no name does, or has a colon, and that cannot be read as an address (WHATWG
#   URL, "ends in a number"): programs that wrap numbers around would still go somewhere.
unreadable(host) if {
	count(spellings(host)) == 0
	_numeric(host)
}

_numeric(host) if contains(host, ":")

_numeric(host) if {
	labels := split(host, ".")
	_is_number(labels[count(labels) - 1])
}

_is_number(text) if {
	text != ""
	trim(text, "0123456789") == ""
}

_is_number(text) if startswith(text, "0x")

# RFC 6890 and its registries; the two metadata services that have addresses of their own.
_ranges := {
	"0.0.0.0/8": "an unspecified address",
	"10.0.0.0/8": "a private address",
	"100.64.0.0/10": "a shared address of a provider",
	"127.0.0.0/8": "a loopback address",
	"168.63.129.16/32": "a metadata service",
	"169.254.0.0/16": "a link-local address",
	"172.16.0.0/12": "a private address",
	"192.0.0.0/24": "a reserved address",
	"192.168.0.0/16": "a private address",
	"198.18.0.0/15": "a reserved address",
	"224.0.0.0/3": "a multicast or reserved address",
	"::/128": "an unspecified address",
	"::1/128": "a loopback address",
	"fc00::/7": "a private address",
	"fe80::/10": "a link-local address",
	"fec0::/10": "a private address",
	"ff00::/8": "a multicast or reserved address",
}

_fours(host) := {_dotted(value) |
	parts := split(host, ".")
	some zeros in ["octal", "decimal"]
	values := [number |
		some part in parts
		number := _number(part, zeros)
	]
	count(values) == count(parts)
	value := _value(values)
}

# The last number fills the bytes that are left.
_value(values) := sum(bytes) + values[last] if {
	last := count(values) - 1
	last <= 3
	bytes := [bits.lsh(value, 24 - (8 * i)) |
		some i, value in values
		i < last
		value <= 255
	]
	count(bytes) == last
	values[last] < bits.lsh(1, 32 - (8 * last))
}

_number(part, _) := _sum(substring(part, 2, -1), 4) if startswith(part, "0x")

_number(part, "octal") := _sum(part, 3) if {
	startswith(part, "0")
	trim(part, "01234567") == ""
}

_number(part, "octal") := to_number(part) if {
	not startswith(part, "0")
	_is_number(part)
}

_number(part, "decimal") := to_number(part) if _is_number(part)

# The number whose digits have so many bits each.
_sum(text, width) := sum(values) if {
	letters := split(strings.reverse(text), "")
	values := [bits.lsh(value, width * i) |
		some i, letter in letters
		value := indexof("0123456789abcdef", letter)
		value >= 0
	]
	count(values) == count(text)
}

_dotted(value) := concat(".", [format_int(byte, 10) |
	some shift in [24, 16, 8, 0]
	byte := bits.and(bits.rsh(value, shift), 255)
])

_sixes(host) := {address |
	groups := _groups(host)
	some address in _inside(groups)
}

_inside(groups) := {concat(":", [format_int(group, 16) | some group in groups])} | {_dotted((bits.lsh(high, 16)) + low) |
	some [high, low] in _embedded(groups)
}

# Where IPv4 addresses are inside: `::a.b.c.d`, `::ffff:a.b.c.d`, `::ffff:0:a.b.c.d`, `64:ff9b::a.b.c.d`, `2002:a.b.c.d::`.
_embedded(groups) := {[groups[6], groups[7]] |
	[group | some i, group in groups; i < 6] in {
		[0, 0, 0, 0, 0, 0],
		[0, 0, 0, 0, 0, 65535],
		[0, 0, 0, 0, 65535, 0],
		[100, 65435, 0, 0, 0, 0],
	}
	# `::` and `::1` are their own
	groups != [0, 0, 0, 0, 0, 0, 0, groups[7]]
} | {[groups[1], groups[2]] | groups[0] == 8194}

_groups(host) := groups if {
	groups := _half(host)
	count(groups) == 8
}

_groups(host) := groups if {
	[left, right] := [_half(half) | some half in split(host, "::")]
	missing := 8 - (count(left) + count(right))
	missing >= 0
	zeros := [0 | some i in numbers.range(0, missing); i < missing]
	groups := array.concat(left, array.concat(zeros, right))
}

_half("") := []

_half(half) := array.flatten(groups) if {
	pieces := split(half, ":")
	groups := [group |
		some piece in pieces
		group := _group(piece)
	]
	count(groups) == count(pieces)
}

_group(piece) := [_sum(piece, 4)] if {
	piece != ""
	count(piece) <= 4
}

_group(piece) := [bits.rsh(value, 16), bits.and(value, 65535)] if {
	values := [to_number(part) | some part in split(piece, "."); _is_number(part)]
	count(values) == 4
	value := _value(values)
}
