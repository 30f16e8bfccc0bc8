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

let interrupted = false;
process.on('SIGINT', () => {
	if (interrupted) process.exit(130);
	interrupted = true;
	shell.stop();
	// the store first, so that nothing that was acknowledged is lost
	void shell.closeAll().finally(() => process.exit(130));
});

const exit = await run(process.argv.slice(2), shell);
if (!interrupted) {
	await shell.closeAll();
	process.exitCode = exit;
}
