import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const wrap: AddCommand = (program, shell) => {
	const command = program
		.command('wrap')
		.summary('a stdio MCP server in front of one server')
		.description(
			'For clients that launch their servers: MCP on stdin and stdout, the named server behind the gate. ' +
				'Acts as the holder of SLUICE_TOKEN, else as the user who runs it.',
		)
		.argument('[command...]', 'after --: run this instead of the configured server (needs wrap.anyCommand)')
		.requiredOption('--server <name>', 'the server, as configured')
		.option('--config <file>', 'the configuration', 'sluice.yaml')
		.action(async (words: string[], options) => {
			const { configFrom } = await import('../runner/config-argument.ts');
			const { wrap: start } = await import('../../gateway/wrap.ts');
			const config = await configFrom(options.config, shell);
			for (const note of config.notes) shell.err(`note: ${note}\n`);
			const [program_, ...args] = words;
			shell.serve(() => {});
			const done = start({
				config,
				server: options.server,
				...(program_ === undefined ? {} : { command: [program_, ...args] }),
				env: shell.env,
				cwd: shell.cwd,
				input: shell.stdin,
				output: shell.stdout,
				log: shell.stderr,
				progress: (line) => shell.progress(line),
				clock: shell.clock,
				stopped: shell.stopped,
			});
			// on a signal the process waits for the store to be closed
			const close = shell.use(() => done.catch(() => {}));
			await done;
			await close();
		});
	example(command, 'sluice wrap --server files --config sluice.yaml');
};
