package lib.calendar_test

import rego.v2

import data.lib.calendar

_office := [{"days": ["Monday", "Tuesday"], "from": "09:30", "to": "17:05"}]

_night := [{"days": ["Friday"], "from": "22:00", "to": "06:00"}]

# 2026-06-01 is a Monday.
_at(text) := time.parse_rfc3339_ns(text)

test_within_hours if {
	every moment in ["2026-06-01T09:30:00Z", "2026-06-01T12:00:00Z", "2026-06-02T17:04:59Z", "2026-06-02T10:09:00Z"] {
		calendar.within(_office, _at(moment))
	}
}

test_outside_of_hours if {
	every moment in [
		"2026-06-01T09:29:59Z", "2026-06-01T17:05:00Z", "2026-06-01T23:00:00Z", "2026-06-01T08:59:00Z",
		"2026-06-03T12:00:00Z", "2026-05-31T12:00:00Z", "2026-06-02T00:00:00Z",
	] {
		not calendar.within(_office, _at(moment))
	}
}

test_within_over_midnight if {
	every moment in ["2026-06-05T22:00:00Z", "2026-06-05T23:59:59Z", "2026-06-06T00:00:00Z", "2026-06-06T05:59:59Z"] {
		calendar.within(_night, _at(moment))
	}
}

test_outside_over_midnight if {
	every moment in [
		"2026-06-05T21:59:59Z", "2026-06-06T06:00:00Z", "2026-06-05T05:00:00Z", "2026-06-06T22:00:00Z",
		"2026-06-05T12:00:00Z", "2026-06-07T05:00:00Z",
	] {
		not calendar.within(_night, _at(moment))
	}
}

test_equal_times_are_a_day if {
	window := [{"days": ["Friday"], "from": "10:00", "to": "10:00"}]
	calendar.within(window, _at("2026-06-05T10:00:00Z"))
	calendar.within(window, _at("2026-06-06T09:59:59Z"))
	not calendar.within(window, _at("2026-06-05T09:59:59Z"))
	not calendar.within(window, _at("2026-06-06T10:00:00Z"))
}

# From the end of Friday on: the whole Saturday, to its last nanosecond.
test_the_day_after if {
	window := [{"days": ["Friday"], "from": "24:00", "to": "24:00"}]
	calendar.within(window, _at("2026-06-06T00:00:00Z"))
	calendar.within(window, _at("2026-06-06T23:59:59.999999999Z"))
	not calendar.within(window, _at("2026-06-05T23:59:59.999999999Z"))
	not calendar.within(window, _at("2026-06-07T00:00:00Z"))
}

test_a_whole_day if {
	window := [{"days": ["Friday"], "from": "00:00", "to": "24:00"}]
	calendar.within(window, _at("2026-06-05T00:00:00Z"))
	calendar.within(window, _at("2026-06-05T23:59:59Z"))
	not calendar.within(window, _at("2026-06-04T23:59:59Z"))
	not calendar.within(window, _at("2026-06-06T00:00:00Z"))
}

test_timezone if {
	window := [object.union(_office[0], {"timezone": "Europe/Berlin"})]
	calendar.within(window, _at("2026-06-01T07:30:00Z"))
	not calendar.within(window, _at("2026-06-01T15:05:00Z"))
	sydney := [object.union(_office[0], {"timezone": "Australia/Sydney"})]
	calendar.within(sydney, _at("2026-06-01T00:00:00Z"))
	calendar.within(sydney, _at("2026-05-31T23:45:00Z"))
	not calendar.within(sydney, _at("2026-06-02T23:45:00Z"))
}

test_one_of_several_windows if {
	calendar.within(array.concat(_office, _night), _at("2026-06-05T22:00:00Z"))
	not calendar.within([], _at("2026-06-05T22:00:00Z"))
	not calendar.within(null, _at("2026-06-05T22:00:00Z"))
}

test_unknown_time_is_in_no_window if {
	every moment in [null, "2026-06-01T12:00:00Z", [], {}] {
		not calendar.within(_office, moment)
		not calendar.within(_night, moment)
	}
}

test_valid if {
	calendar.valid([])
	calendar.valid(_office)
	calendar.valid(array.concat(_office, _night))
	every at in ["00:00", "09:59", "19:00", "20:00", "23:59", "24:00"] {
		calendar.valid([object.union(_office[0], {"from": at})])
		calendar.valid([object.union(_office[0], {"to": at})])
	}
	calendar.valid([object.union(_office[0], {"timezone": "America/New_York"})])
	calendar.valid([object.union(
		_office[0],
		{"days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]},
	)])
}

test_not_valid if {
	every change in [
		{"days": "Monday"}, {"days": ["monday"]}, {"days": ["Monday", 7]}, {"days": null}, {"days": {"first": "Monday"}}, {"timezone": "Mars/Base"},
		{"timezone": 7},
	] {
		not calendar.valid([object.union(_office[0], change)])
	}
	every at in ["9:00", "09:60", "24:01", "25:00", "0900", "09:00:00", " 09:00", "30:00", 900, null] {
		not calendar.valid([object.union(_office[0], {"from": at})])
		not calendar.valid([object.union(_office[0], {"to": at})])
	}
	every key in ["days", "from", "to"] {
		not calendar.valid([object.remove(_office[0], [key])])
	}
	every windows in [null, {}, "Monday", 7, [7], _office[0]] {
		not calendar.valid(windows)
	}
	not calendar.valid([_office[0], {}])
}
