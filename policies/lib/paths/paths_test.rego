package lib.paths_test

import rego.v2

import data.lib.paths

test_fault_not_a_text if {
	every value in [7, true, false, null, ["/a"], {"a": "/a"}] {
		paths.fault(value) == "is not a text"
	}
}

test_fault_goes_up if {
	every path in ["..", "../a", "/a/..", "/a/../b", `C:\a\..\b`, `a\..`, "file:///a/../b", "/a/./../b"] {
		paths.fault(path) == "goes up with `..`"
	}
}

test_fault_home if {
	paths.fault("~/a") == "starts in a home directory"
	paths.fault("~root/a") == "starts in a home directory"
}

test_fault_network if {
	paths.fault(`\\server\share\a`) == "is a network path"
}

test_fault_nul if {
	paths.fault("/srv/docs\u0000/../etc") == "contains a NUL character"
}

test_fault_wrapped if {
	every path in [" /etc/passwd", "/etc/passwd ", "\"/etc/passwd\"", "'/etc'", "\n/etc"] {
		paths.fault(path) == "has spaces or quotes around it"
	}
}

test_fault_uri if {
	every path in [
		"file://other/srv/docs/a",
		"file:srv/docs/a",
		"file:///srv/docs/%2e%2e/etc",
		"file:///srv/docs/%2E%2E%2Fetc",
		"file:///srv/docs/a%2fb",
		"file:///srv/docs/a%00",
		"file:///srv/docs/%252e%252e/etc",
		`file:///srv/docs/a%5cb`,
	] {
		paths.fault(path) == "is a file URI with another host or an escaped separator"
	}
}

test_fault_mixed_separators if {
	paths.fault(`/srv/docs\a`) == "mixes `/` and `\\`"
}

test_no_fault if {
	every path in [
		"/",
		"/srv/docs/a.md",
		"/srv/docs/..a",
		"/srv/docs/a..b/...",
		"docs/a.md",
		"",
		".",
		`C:\docs\a.md`,
		"file:///srv/docs/my%20notes.md",
		"FILE:///srv/docs/a.md",
		"file://localhost/srv/docs/a.md",
		"file:/srv/docs/a.md",
	] {
		not paths.fault(path)
	}
}

test_inside if {
	paths.inside("/srv/docs", "/srv/docs")
	paths.inside("/srv/docs/", "/srv/docs")
	paths.inside("/srv/docs", "/srv/docs/")
	paths.inside("/srv//docs/./a.md", "/srv/docs")
	paths.inside("/srv/./docs/a.md", "/srv/docs")
	paths.inside("/srv/docs/a.md", "/srv/./docs")
	paths.inside("/anything", "/")
	paths.inside("file:///srv/docs/a.md", "/srv/docs")
	paths.inside("file:/srv/docs/a.md", "/srv/docs")
	paths.inside("FILE://LOCALHOST/srv/docs/a.md", "/srv/docs")
	paths.inside("/srv/docs/a.md", "file:///srv/docs")
	paths.inside(`C:\docs\a.md`, `C:\docs`)
	paths.inside("C:/docs/a.md", `C:\docs`)
	paths.inside("file:///C:/docs/a.md", `C:\docs`)
}

test_outside if {
	not paths.inside("/srv/docs-private/a", "/srv/docs")
	not paths.inside("/srv", "/srv/docs")
	not paths.inside("/etc/passwd", "/srv/docs")
	not paths.inside("/SRV/docs/a", "/srv/docs")
	not paths.inside("file:///etc/passwd", "/srv/docs")
	not paths.inside("file://other/srv/docs/a", "/srv/docs")
	not paths.inside(`D:\docs\a`, `C:\docs`)
}

test_relative_is_never_inside if {
	not paths.inside("srv/docs/a", "/srv/docs")
	not paths.inside("", "/")
}

test_unusable_roots_hold_nothing if {
	every root in ["srv/docs", "", null, 7, "file://other/srv/docs", ["/srv/docs"]] {
		not paths.inside("/srv/docs/a", root)
	}
}

test_ill_typed_paths_are_never_inside if {
	every path in [null, 7, false, ["/srv"], {"a": "/srv"}] {
		not paths.inside(path, "/")
	}
}

test_place_is_found_anywhere if {
	every path in [
		"/home/u/.ssh", "/home/u/.ssh/id_rsa", ".ssh/config", "~/.ssh", `C:\Users\u\.ssh\id_rsa`, "/home//u/./.SSH/", "file:///home/u/.ssh/x",
		"../.ssh/x", ".ssh. /x", ".ssh ",
	] {
		paths.place(path, ["x.y", ".ssh"]) == ".ssh"
	}
}

test_place_of_several_names if {
	paths.place("/home/u/.aws/credentials", [".AWS/credentials"]) == ".AWS/credentials"
	paths.place("/home/u/.aws/./credentials", [".aws/credentials"]) == ".aws/credentials"
	not paths.place("/home/u/.aws/config", [".aws/credentials"])
	not paths.place("/home/u/.aws/x/credentials", [".aws/credentials"])
}

test_place_by_the_end_of_a_name if {
	every path in ["/a/server.pem", "SERVER.PEM", "/a/server.pem/", `a\.pem`] {
		paths.place(path, ["*.pem"]) == "*.pem"
	}
	every path in ["/a/server.pem/b", "/a/server.pem.txt", "/a/pem"] {
		not paths.place(path, ["*.pem"])
	}
}

test_place_by_the_start_of_a_name if {
	every path in [".env.local", "/a/.env.production", "/a/.env.d/x"] {
		paths.place(path, [".env.*"]) == ".env.*"
	}
	every path in [".env", "/a/x.env.local", "/a/env.local"] {
		not paths.place(path, [".env.*"])
	}
}

test_no_place if {
	every path in ["", "/", ".", "/home/u/ssh", "/home/u/.sshx", "/home/u/x.ssh", "my.ssh/x", 7, null, ["/.ssh"], {"a": ".ssh"}] {
		not paths.place(path, [".ssh"])
	}
	every places in [[], [7, null], null, ".ssh", 7] {
		not paths.place("/home/u/.ssh", places)
	}
}

test_the_first_place_is_named if {
	paths.place("/a/.ssh/b.pem", [7, "*.pem", ".ssh"]) == "*.pem"
}

test_escaped if {
	every path in [
		"file:///a/.%73sh", "FILE:///a/%2Essh", "file:///a%2fb", "file:///a%5Cb", "file:///a%2Db", "file:///a%30", "file:///a%41", "file:///a%6f", "file:///a%7a",
	] {
		paths.escaped(path)
	}
	every path in ["file:///a%20b", "file:///a%c3%a4", "file:///a", "/a%41", "file:///a%2b", 7, null] {
		not paths.escaped(path)
	}
}
