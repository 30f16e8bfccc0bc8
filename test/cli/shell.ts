import { Readable, Writable } from 'node:stream';
import type { Shell } from '../../cli/shell.ts';
import { systemClock } from '../../gateway/clock.ts';

/** A shell in this process, for what a command does apart from its flags: nobody looks, and nothing is on stdin. */
export function quietShell(cwd: string): Shell {
	const { CI: _, SLUICE_TOKEN: __, ...env } = process.env;
	const sink = () =>
		new Writable({
			write(_chunk, _encoding, done) {
				done();
			},
		});
	return {
		cwd,
		env,
		clock: systemClock,
		width: 80,
		color: false,
		terminal: false,
		user: 'tester',
		stdin: Readable.from([]),
		stdout: sink(),
		stderr: sink(),
		async out() {},
		err() {},
		progress() {},
		async read() {
			return Buffer.alloc(0);
		},
		use: (close) => async () => close(),
		stopped: new AbortController().signal,
		serve() {},
	};
}
