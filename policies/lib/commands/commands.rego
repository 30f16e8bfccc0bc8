# METADATA
# title: Shell commands
# description: >-
#   Finds commands that destroy, open or hand over a machine, by their words: no shell, no variables, no files. Quotes and
#   backslashes are taken away first, so a text that only speaks of such a command counts as one.
package lib.commands

import rego.v2

# METADATA
# title: What a command does
# description: What each dangerous command in `text` does, as a set; empty for texts that do nothing of the kind.
dangers(text) := {danger |
	plain := _plain(text)
	some danger in _in_text(plain)
} | {danger |
	some pipeline in _pipelines(_plain(text))
	some command in pipeline
	danger := _in_command(command)
} | {"runs what it downloads or decodes" | _fed(_pipelines(_plain(text)))}

# Quotes and backslashes change how a word looks, not what it is.
_plain(text) := strings.replace_n(
	{"\\": "", "'": "", "\"": "", "${ifs}": " ", "$ifs": " ", "${home}": "$home", "\t": " ", "\r": " "},
	replace(lower(text), "\\\n", " "),
)

# Pipelines of commands of words: what stands before a `;` or a line end, in brackets, or beside `&&`.
_pipelines(plain) := [[_words(command) | some command in split(pipeline, "|")] |
	some pipeline in split(
		strings.replace_n(
			{
				">&": " ", "|&": "|", "||": ";", "&": ";", "\n": ";",
				"$(": " $;", "<(": " <;", "`": " $;", "(": ";", ")": ";", "{": ";", "}": ";",
			},
			replace(plain, "&>", " "),
		),
		";",
	)
]

_words(command) := [word |
	some word in split(command, " ")
	word != ""
]

_in_text(plain) := {"opens a reverse shell" |
	some place in ["/dev/tcp/", "/dev/udp/"]
	contains(plain, place)
} | {"overwrites a device" |
	some device in ["disk", "hd", "mem", "nvme", "sd", "vd", "xvd"]
	contains(replace(plain, "> ", ">"), $">/dev/{device}")
} | {"is a fork bomb" |
	contains(replace(replace(plain, " ", ""), "\n", ""), "(){:|:&};:")
} | {"runs what it downloads or decodes" |
	some runner in ["iex", "invoke-expression"]
	contains(plain, runner)
	some source in ["downloadstring", "invoke-webrequest", "iwr", "frombase64string"]
	contains(plain, source)
}

_in_command(words) := "removes everything below a place" if {
	_runs(words, {"rm"})
	some flag in words
	_recursive(flag)
	some word in words
	trim_right(word, "/*") in _roots
} else := "opens files to everybody" if {
	_runs(words, {"chmod"})
	some mode in words
	trim_left(mode, "0") in {"666", "777", "1777", "2777", "4777", "6777", "a+rwx", "a=rwx", "a+w", "o+w", "o+rwx", "o=rwx", "ugo+rwx"}
} else := "overwrites a device" if {
	_runs(words, {"dd"})
	some word in words
	startswith(word, "of=/dev/")
	word != "of=/dev/null"
} else := "overwrites a device" if {
	_runs(words, {"blkdiscard", "cfdisk", "fdisk", "mke2fs", "mkswap", "parted", "sfdisk", "sgdisk", "wipefs"})
} else := "overwrites a device" if {
	_runs(words, {"shred"})
	some word in words
	startswith(word, "/dev/")
} else := "overwrites a device" if {
	some i, word in words
	_first(words, i)
	startswith(_program(word), "mkfs")
} else := "opens a reverse shell" if {
	_runs(words, {"nc", "ncat", "netcat"})
	some word in words
	_executes(word)
} else := "opens a reverse shell" if {
	_runs(words, {"socat"})
	some word in words
	some start in ["exec:", "system:", "shell:"]
	contains(word, start)
} else := "stops the machine" if {
	_runs(words, {"halt", "poweroff", "reboot", "shutdown"})
}

# What is left of a target once its final `/` and `*` are gone.
_roots := {
	"", ".", "..", "~", "$home", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/root", "/sbin", "/srv",
	"/system", "/users", "/usr", "/var",
}

_recursive("--recursive")

_recursive(flag) if {
	startswith(flag, "-")
	not startswith(flag, "--")
	contains(flag, "r")
}

_executes(word) if word in {"--exec", "--lua-exec", "--sh-exec"}

_executes(word) if {
	startswith(word, "-")
	not startswith(word, "--")
	some letter in ["c", "e"]
	contains(word, letter)
}

# A download or a decoder whose output a program of any language reads: through a pipe, or put in its place.
_fed(pipelines) if {
	some pipeline in pipelines
	some i, source in pipeline
	_gives(source)
	some j, reader in pipeline
	j > i
	_runs(reader, _interpreters)
}

_fed(pipelines) if {
	some i, pipeline in pipelines
	some command in pipeline
	_runs(command, _interpreters)
	command[count(command) - 1] in {"$", "<"}
	some source in pipelines[i + 1]
	_gives(source)
}

_gives(words) if _runs(words, {"aria2c", "curl", "fetch", "lwp-download", "uudecode", "wget"})

_gives(words) if {
	_runs(words, {"base32", "base64", "openssl", "xxd"})
	some word in words
	word in {"-d", "-di", "--decode", "-r", "-rp"}
}

_interpreters := {
	".", "ash", "bash", "csh", "dash", "eval", "fish", "ksh", "lua", "node", "perl", "php", "powershell", "pwsh", "python", "python2",
	"python3", "ruby", "sh", "source", "tclsh", "tcsh", "zsh",
}

# The program that is run, or one that another program is told to run.
_runs(words, programs) if {
	some i, word in words
	_first(words, i)
	_program(word) in programs
}

_first(_, 0)

_first(words, _) if {
	_program(words[0]) in {
		"builtin", "busybox", "chroot", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "time",
		"timeout", "xargs",
	}
}

_first(words, _) if contains(words[0], "=")

_program(word) := name if {
	steps := split(word, "/")
	name := steps[count(steps) - 1]
}
