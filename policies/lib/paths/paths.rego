# METADATA
# title: File paths
# description: >-
#   Judges a path by its text alone. Links and the working directory are not visible here, so whatever could mean another
#   place than it says is a fault, and nothing is resolved.
package lib.paths

import rego.v2

# METADATA
# title: What is wrong with a path
# description: Why its text does not say for sure which place is meant; undefined for a path that does.
fault(path) := "is not a text" if {
	not is_string(path)
} else := "contains a NUL character" if {
	contains(path, "\u0000")
} else := "goes up with `..`" if {
	".." in split(replace(path, "\\", "/"), "/")
} else := "starts in a home directory" if {
	startswith(path, "~")
} else := "is a network path" if {
	startswith(path, "\\")
} else := "has spaces or quotes around it" if {
	trim(path, " \t\r\n\"'") != path
} else := "is a file URI with another host or an escaped separator" if {
	is_uri(path)
	not _plain_uri(path)
} else := "mixes `/` and `\\`" if {
	startswith(path, "/")
	contains(path, "\\")
}

# METADATA
# title: File URI
# description: "`file:` in any case (RFC 8089)."
is_uri(path) if lower(substring(path, 0, 5)) == "file:"

# METADATA
# title: Absolute
# description: Starts at a root or a drive, or is a file URI.
absolute(path) if is_uri(path)

absolute(path) if startswith(path, "/")

absolute(path) if substring(path, 1, 1) == ":"

# METADATA
# title: Inside a root
# description: True if a path without a fault is `root` or below it. Whole segments are compared, case included.
inside(path, root) if {
	absolute(root)
	absolute(path)
	_begins(_segments(path), _segments(root))
}

# METADATA
# title: A place in a list
# description: >-
#   The first of `places` that a path names or lies in, wherever it starts. A place is one or more names, as in `.ssh` or
#   `.aws/credentials`; `*.pem` stands for a last name that ends so, `.env.*` for a name that starts so. Case does not count,
#   nor which separator, nor blanks and dots after a name, which Windows drops.
place(path, places) := [place |
	names := _names(path)
	some place in places
	_names_place(names, lower(place))
][0]

# METADATA
# title: Escapes that hide a name
# description: >-
#   True for a file URI with an escaped letter, digit, `-`, `.`, `/` or `\`: none needs one, so whoever looks for a name does
#   not find it. Some brackets and the like are escaped the same way.
escaped(path) if {
	is_uri(path)
	some escape in ["%2d", "%2e", "%2f", "%3", "%4", "%5", "%6", "%7"]
	contains(lower(path), escape)
}

_names(path) := $"/{concat("/", names)}/" if {
	names := [name |
		some segment in split(replace(lower(path), "\\", "/"), "/")
		name := trim_right(segment, " .")
		name != ""
	]
}

_names_place(names, place) if {
	startswith(place, "*")
	endswith(names, $"{substring(place, 1, -1)}/")
}

_names_place(names, place) if {
	endswith(place, "*")
	contains(names, $"/{trim_right(place, "*")}")
}

_names_place(names, place) if contains(names, $"/{place}/")

_begins(segments, wanted) if {
	every i, segment in wanted {
		segments[i] == segment
	}
}

# Undefined, not empty, where there is no local path: no segments at all would hold every place.
_segments(path) := segments if {
	local := replace(_local(path), "\\", "/")
	segments := [segment |
		some segment in split(local, "/")
		not segment in {"", "."}
	]
}

_local(path) := path if not is_uri(path)

_local(path) := _after_host(path) if is_uri(path)

# The path of a file URI: the host must be empty or localhost, because another one is another machine.
_after_host(uri) := rest if {
	rest := substring(uri, 5, -1)
	startswith(rest, "/")
	not startswith(rest, "//")
} else := rest if {
	rest := substring(uri, 5, -1)
	startswith(rest, "///")
} else := rest if {
	startswith(lower(uri), "file://localhost/")
	rest := substring(uri, count("file://localhost"), -1)
}

# `%2e`, `%2f`, `%5c`, `%25` and `%00` could turn into `..`, a separator or an end once the server decodes them.
_plain_uri(uri) if {
	path := lower(_after_host(uri))
	not contains(path, "%2e")
	not contains(path, "%2f")
	not contains(path, "%5c")
	not contains(path, "%25")
	not contains(path, "%00")
}
