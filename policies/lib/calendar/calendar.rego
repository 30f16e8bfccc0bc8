# METADATA
# title: Hours of the week
# description: >-
#   Windows of time that data gives: `{days: [Monday, …], from: "09:00", to: "17:00", timezone: Europe/Berlin}`. The
#   timezone is UTC where none is given. A window whose end is not after its start lasts until the next day.
package lib.calendar

import rego.v2

# METADATA
# title: Within a window
# description: True if the time (Unix ns) is in one of the windows. The start belongs to a window, the end does not.
within(windows, ns) if {
	some window in windows
	_within(window, ns)
}

# METADATA
# title: Windows that can be read
# description: True for a list of windows, also an empty one, with known days, times from 00:00 to 24:00 and known timezones.
valid(windows) if {
	is_array(windows)
	every window in windows {
		is_array(window.days)
		every day in window.days {
			day in _days
		}
		regex.match(_time, window.from)
		regex.match(_time, window.to)
		time.weekday([0, _zone(window)])
	}
}

_within(window, ns) if {
	_day(window, ns) in window.days
	window.from <= _clock(window, ns)
	_clock(window, ns) < window.to
}

# Over midnight: the evening of one of the days.
_within(window, ns) if {
	window.to <= window.from
	_day(window, ns) in window.days
	window.from <= _clock(window, ns)
}

# And the morning after it.
_within(window, ns) if {
	window.to <= window.from
	_day(window, ns - _24_hours) in window.days
	_clock(window, ns) < window.to
}

_day(window, ns) := time.weekday([ns, _zone(window)])

# As `09:05`, so that texts compare as times do.
_clock(window, ns) := $"{_two_digits(hour)}:{_two_digits(minute)}" if {
	[hour, minute, _] := time.clock([ns, _zone(window)])
}

_two_digits(n) := $"0{n}" if n < 10

_two_digits(n) := $"{n}" if n >= 10

_zone(window) := object.get(
	window, "timezone",
	# sluice:equivalent change-constant the zone without a name is UTC too
	"UTC",
)

_time := `^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`

_days := {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

_24_hours := 86400000000000
