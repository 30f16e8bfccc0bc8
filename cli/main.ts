import { systemClock } from '../gateway/clock.ts';
import { run } from './program.ts';
import { processShell } from './shell.ts';

const shell = processShell(systemClock);

// A reader that has seen enough (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
		throw error;
	});
}

let ending = false;
const end = (code: () => number) => () => {
	if (ending) process.exit(130);
	ending = true;
	shell.stop();
	// closing may wait on timers that do not keep a process alive
	setInterval(() => {}, 1000);
	// the store first, so that nothing that was acknowledged is lost
	void shell.closeAll().finally(() => process.exit(code()));
};
process.on(
	'SIGINT',
	end(() => 130),
);
process.on(
	'SIGTERM',
	end(() => (shell.serving ? 0 : 143)),
);

const exit = await run(process.argv.slice(2), shell);
if (!ending) {
	await shell.closeAll();
	process.exitCode = exit;
}
