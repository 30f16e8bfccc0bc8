package lib.urls_test

import rego.v2

import data.lib.urls

_calling(arguments) := {"method": "tools/call", "tool": {"arguments": arguments}}

test_urls_of_a_call if {
	frame := _calling({"url": "https://a.example/x", "more": ["see https://b.example", {"u": "  ftp://c.example"}], "n": 7, "time": "12:30"})
	urls.named == {
		{"name": "url", "value": "https://a.example/x"},
		{"name": "more/1/u", "value": "ftp://c.example"},
	} with input as frame
}

test_uri_of_a_resource if {
	every method in ["resources/read", "resources/subscribe"] {
		urls.named == {{"name": "uri", "value": "http://a.example"}} with input as {
			"method": method,
			"params": {"uri": "http://a.example"},
		}
	}
}

test_no_urls_in_other_frames if {
	every frame in [
		{},
		{"method": "tools/call"},
		_calling(null),
		_calling({}),
		{"method": "tools/list", "tool": {"arguments": {"url": "http://a.example"}}, "params": {"uri": "http://a.example"}},
		{"method": "resources/read"},
		{"method": "resources/read", "params": {"uri": 7}},
		{"method": "resources/read", "params": {"uri": "note"}},
		{"method": "tools/call", "params": {"uri": "http://a.example"}},
	] {
		urls.named == set() with input as frame
	}
}

test_only_the_start_is_looked_at if {
	padding := concat("", [letter | some _ in numbers.range(1, 5000); letter := "a"])
	some found in urls.named with input as _calling({"url": $"http://{padding}"})
	count(found.value) == 4096
	some other in urls.named with input as {"method": "resources/read", "params": {"uri": $"http://{padding}"}}
	count(other.value) == 4096
}

test_hosts_of_a_frame if {
	frame := _calling({"page": "https://a.example/x", "host": "b.example:80", "hosts": ["c.example", 7], "note": "d.example"})
	urls.reached(["host", "hosts"]) == {
		{"name": "page", "host": "a.example"},
		{"name": "host", "host": "b.example"},
		{"name": "hosts/0", "host": "c.example"},
	} with input as frame
	urls.reached([]) == {{"name": "page", "host": "a.example"}} with input as frame
	urls.reached(["host"]) == set() with input as object.union(frame, {"method": "tools/list"})
	urls.reached(["host"]) == {{"name": "uri", "host": "a.example"}} with input as {
		"method": "resources/read",
		"params": {"uri": "http://a.example"},
	}
}

test_is_url if {
	every text in [
		"http://a.example", "HTTPS://A.EXAMPLE", "ws://a", "postgres://db", "http:a.example", "https:/a.example", `http:\\a.example`,
		`ftp:\\a.example`, `ftp:\/a.example`, "\t\n http://a.example", "<http://a.example>", "\"http://a.example\"", "'http://a", "(http://a)",
		"\u0000http://a", "\u001fhttp://a", "\u00a0http://a", "\ufeffhttp://a", "git+ssh://a", "x-1.y://a", "file:///a", "http:",
	] {
		urls.is_url(text)
	}
}

test_is_no_url if {
	every text in [
		"", "a.example", "//a.example", "://a.example", "see http://a.example", "12:30", "C:/docs", `C:\docs`, "mailto:user@example.com",
		"ftp:/a", "ftp:a", "a_b://c", "ä://b", "key: value", 7, null, ["http://a.example"], true, {"url": "http://a"},
	] {
		not urls.is_url(text)
	}
}

test_scheme if {
	urls.scheme("HTTP://a") == "http"
	urls.scheme(" git+ssh://a") == "git+ssh"
	every text in ["://a", "a b://c", "ä://c", 7, null] {
		not urls.scheme(text)
	}
}

test_a_scheme_has_an_end if {
	long := concat("", [letter | some _ in numbers.range(1, 32); letter := "x"])
	urls.scheme($"{long}://a") == long
	not urls.scheme($"{long}x://a")
}

test_hosts if {
	every text in [
		"http://a.example", "http://a.example/", "http://a.example:8080/x", "http://a.example?x", "http://a.example#x", "http://A.EXAMPLE",
		"http://a.example.", "http://a.example..:80", "http:a.example", "http:/a.example", "http:////a.example", `http:\\a.example\x`,
		"http://user@a.example", "http://user:pass@a.example:80/x@y", "http://a.example x", "http://a.example>x", "http://a.example\"x", "http://a.example'x",
		"http://a.example<x", "http://a%2eexample", "http://a%2Eexample", "http://a。example", "http://a．example", "http://a｡example",
	] {
		urls.hosts(text) == {"a.example"}
	}
}

test_addresses_as_hosts if {
	urls.hosts("http://[::1]:80/") == {"::1"}
	urls.hosts("http://[FE80::1%eth0]/") == {"fe80::1"}
	urls.hosts("http://[fe80::1%25eth0]/") == {"fe80::1"}
	urls.hosts("http://user@[::1]") == {"::1"}
	urls.hosts("http://::1") == {"::1"}
	urls.hosts("http://fe80::1%eth0") == {"fe80::1"}
	urls.hosts("http://0123456789:1") == {"0123456789"}
}

test_digits_of_other_scripts if {
	urls.hosts("http://０１２３４５６７８９") == {"0123456789"}
	urls.hosts("http://⓪①②③④⑤⑥⑦⑧⑨") == {"0123456789"}
}

test_all_readings_count if {
	urls.hosts(`http://a.example\@b.example/`) == {"a.example", "b.example"}
	urls.hosts("http://a.example@b.example@c.example") == {"b.example", "c.example"}
	urls.hosts("http://a\t.example") == {"a", "a.example"}
	urls.hosts("http://a\n.example") == {"a", "a.example"}
	urls.hosts("http://a\r.example") == {"a", "a.example"}
}

test_no_hosts if {
	every text in ["file:///a/b", "http://", "http://:80", "http://.", "http://@", "a.example", "", 7, null] {
		urls.hosts(text) == set()
	}
}

test_hosts_of_a_name if {
	every name in ["a.example", "A.example.", "a.example:80", "a.example/x", "user@a.example", "//a.example/x", `\\a.example\x`, " a.example", "http://a.example/x"] {
		urls.hosts_of_name(name) == {"a.example"}
	}
	urls.hosts_of_name("::1") == {"::1"}
	urls.hosts_of_name("[::1]:80") == {"::1"}
	urls.hosts_of_name("10.0.0.1") == {"10.0.0.1"}
	every name in ["", "/", 7, null, ["a.example"]] {
		urls.hosts_of_name(name) == set()
	}
}

test_unclear if {
	urls.unclear("a%41b")
	long := concat("", [letter | some _ in numbers.range(1, 253); letter := "a"])
	urls.unclear($"{long}a")
	not urls.unclear(long)
	not urls.unclear("a.example")
}

test_among if {
	urls.among("a.example", ["b.example", "A.Example."]) == "A.Example."
	urls.among("b.a.example", ["*.a.example"]) == "*.a.example"
	urls.among("c.b.a.example", ["*.a.example", "c.b.a.example"]) == "*.a.example"
	every listed in [[], ["*.a.example"], ["example"], ["*example"], ["a.example.com"], [7, null], ["*"], "a.example", null] {
		not urls.among("a.example", listed)
	}
	not urls.among("xa.example", ["*.a.example"])
}

test_has_password if {
	every url in ["https://user:pass@a.example/x", "HTTPS://:pass@a.example", "postgres://u:p@db/x", "http://a:b@c@d", "http://a@b:c@d", "http://a::b@c", "http://a:b:c@d", "http://a:b:@c:d@e"] {
		urls.has_password(url)
	}
	every url in ["https://a.example:80/x", "https://user@a.example", "https://user:@a.example", "https://a.example/u:p@b", "https://a.example?u:p@b", "u:p@a.example", "", 7, null] {
		not urls.has_password(url)
	}
}

test_parameters if {
	urls.parameters("https://a.example/x?Token=1&b=2;c=3#access%5Ftoken=4&api%2dkey=5=6&d=&e&=f&g==") == {
		"token", "b", "c", "access_token", "api-key", "",
	}
	every url in ["https://a.example/x=1", "", 7, null] {
		urls.parameters(url) == set()
	}
}
