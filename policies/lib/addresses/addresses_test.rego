package lib.addresses_test

import rego.v2

import data.lib.addresses

test_one_spelling_of_what_is_plain if {
	addresses.spellings("203.0.113.7") == {"203.0.113.7"}
	addresses.spellings("0.0.0.0") == {"0.0.0.0"}
	addresses.spellings("255.255.255.255") == {"255.255.255.255"}
}

test_spellings_of_loopback if {
	every host in [
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001",
		"127.0.0.0x1", "00000000177.0.0.1", "0x000000007f000001",
	] {
		"127.0.0.1" in addresses.spellings(host)
		addresses.kind(host) == "a loopback address"
		not addresses.unreadable(host)
	}
}

test_leading_zeros_are_read_both_ways if {
	addresses.spellings("010.0.0.1") == {"8.0.0.1", "10.0.0.1"}
	addresses.spellings("0127.0.0.1") == {"87.0.0.1", "127.0.0.1"}
	addresses.spellings("008.0.0.1") == {"8.0.0.1"}
	addresses.spellings("018.0.0.1") == {"18.0.0.1"}
	addresses.spellings("1e2.0.0.1") == set()
	addresses.spellings("00.00.00.00") == {"0.0.0.0"}
}

test_hexadecimal_digits if {
	addresses.spellings("0x01234567") == {"1.35.69.103"}
	addresses.spellings("0x89abcdef") == {"137.171.205.239"}
	addresses.spellings("0x") == {"0.0.0.0"}
}

test_octal_digits if {
	addresses.spellings("01234567") == {"0.5.57.119", "0.18.214.135"}
	addresses.spellings("037777777777") == {"255.255.255.255"}
}

test_the_last_number_fills_what_is_left if {
	addresses.spellings("10.256") == {"10.0.1.0"}
	addresses.spellings("10.16777215") == {"10.255.255.255"}
	addresses.spellings("10.16777216") == set()
	addresses.spellings("10.1.65535") == {"10.1.255.255"}
	addresses.spellings("10.1.65536") == set()
	addresses.spellings("10.1.2.255") == {"10.1.2.255"}
	addresses.spellings("10.1.2.256") == set()
	addresses.spellings("4294967295") == {"255.255.255.255"}
	addresses.spellings("4294967296") == set()
}

test_bytes_before_the_last_have_a_limit if {
	addresses.spellings("255.1") == {"255.0.0.1"}
	addresses.spellings("256.1") == set()
	addresses.spellings("10.256.1") == set()
	addresses.spellings("10.0.256.1") == set()
}

test_numbers_that_are_no_address_are_unreadable if {
	every host in ["256.1", "4294967296", "10.1.2.256", "1.2.3.4.5", "1.2.3.4.0", "0xg", "0x11112222333344445", "1::2::3", ":::", "a.b.08", "10..1", "host.9"] {
		addresses.unreadable(host)
		not addresses.kind(host)
	}
}

test_names_are_no_addresses if {
	every host in ["localhost", "example.com", "a.b", "x10", "10x", "1.2.3.com", "1e2.0.0.1x", "dead.beef", "", "."] {
		addresses.spellings(host) == set()
		not addresses.kind(host)
		not addresses.unreadable(host)
	}
}

test_what_is_longer_than_a_name_is_unreadable if {
	zeros := concat("", [zero | some _ in numbers.range(1, 252); zero := "0"])
	addresses.spellings($"{zeros}1") == {"0.0.0.1"}
	addresses.spellings($"{zeros}01") == set()
	addresses.unreadable($"{zeros}01")
	addresses.spellings($"::1.2.3.{substring(zeros, 0, 244)}4") == {"0:0:0:0:0:0:102:304", "1.2.3.4"}
	addresses.spellings($"::1.2.3.{substring(zeros, 0, 245)}4") == set()
	addresses.unreadable($"::1.2.3.{substring(zeros, 0, 245)}4")
	addresses.spellings("0x0000000000000000000000001") == {"0.0.0.1"}
	addresses.unreadable("0x11112222333344445")
}

test_ipv6_is_written_out if {
	addresses.spellings("2001:db8::1") == {"2001:db8:0:0:0:0:0:1"}
	addresses.spellings("2001:db8:1:2:3:4:5:6") == {"2001:db8:1:2:3:4:5:6"}
	addresses.spellings("2001:0db8:0001::") == {"2001:db8:1:0:0:0:0:0"}
	addresses.spellings("1:2:3:4:5:6:7::") == {"1:2:3:4:5:6:7:0"}
	addresses.spellings("::2:3:4:5:6:7:8") == {"0:2:3:4:5:6:7:8"}
	addresses.spellings("1:2:3:4::5:6:7:8") == {"1:2:3:4:5:6:7:8"}
	addresses.spellings("::") == {"0:0:0:0:0:0:0:0"}
	addresses.spellings("::1") == {"0:0:0:0:0:0:0:1"}
}

test_no_ipv6 if {
	every host in [
		"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5::6:7:8:9", "12345::", "g::", "1::2::3", ":", "::1.2.3", "::1.2.3.4.5",
		"::1.2.3.256", "::0x1.2.3.4", "::1.2.3.x", "::1.2.3.1e1", "1:2:3:4:5:6:7:1.2.3.4",
	] {
		addresses.spellings(host) == set()
		addresses.unreadable(host)
	}
}

test_ipv4_inside_ipv6 if {
	every host in [
		"::ffff:10.1.2.3", "::ffff:a01:203", "0:0:0:0:0:ffff:0a01:0203", "::ffff:0:10.1.2.3", "::10.1.2.3", "64:ff9b::10.1.2.3",
		"2002:a01:203::1",
	] {
		"10.1.2.3" in addresses.spellings(host)
		addresses.kind(host) == "a private address"
	}
	every host in ["::fffe:10.1.2.3", "64:ff9c::10.1.2.3", "2003:a01:203::1", "1::ffff:10.1.2.3", "65:ff9b::10.1.2.3"] {
		not "10.1.2.3" in addresses.spellings(host)
		count(addresses.spellings(host)) == 1
	}
}

test_the_edges_of_every_range if {
	every edge in [
		["0.0.0.0", "0.255.255.255", "an unspecified address"],
		["10.0.0.0", "10.255.255.255", "a private address"],
		["100.64.0.0", "100.127.255.255", "a shared address of a provider"],
		["127.0.0.0", "127.255.255.255", "a loopback address"],
		["168.63.129.16", "168.63.129.16", "a metadata service"],
		["169.254.0.0", "169.254.255.255", "a link-local address"],
		["172.16.0.0", "172.31.255.255", "a private address"],
		["192.0.0.0", "192.0.0.255", "a reserved address"],
		["192.168.0.0", "192.168.255.255", "a private address"],
		["198.18.0.0", "198.19.255.255", "a reserved address"],
		["224.0.0.0", "255.255.255.255", "a multicast or reserved address"],
		["::", "::", "an unspecified address"],
		["::1", "::1", "a loopback address"],
		["fc00::", "fdff:ffff::", "a private address"],
		["fe80::", "febf:ffff::", "a link-local address"],
		["fec0::", "feff:ffff::", "a private address"],
		["ff00::", "ffff:ffff::", "a multicast or reserved address"],
	] {
		addresses.kind(edge[0]) == edge[2]
		addresses.kind(edge[1]) == edge[2]
	}
}

test_what_lies_beside_a_range_is_public if {
	every host in [
		"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
		"191.255.255.255", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
		"223.255.255.255", "fbff::", "fe00::", "fe7f::", "2001:db8::1", "::ffff:8.8.8.8",
	] {
		count(addresses.spellings(host)) > 0
		not addresses.kind(host)
	}
}

test_metadata_services if {
	addresses.kind("169.254.169.254") == "a link-local address"
	addresses.kind("fd00:ec2::254") == "a private address"
	addresses.kind("192.0.0.192") == "a reserved address"
	addresses.kind("100.100.100.200") == "a shared address of a provider"
}

test_ill_typed_hosts_are_nothing if {
	every host in [null, 7, ["127.0.0.1"], {"a": 1}, true] {
		addresses.spellings(host) == set()
		not addresses.kind(host)
		not addresses.unreadable(host)
	}
}
