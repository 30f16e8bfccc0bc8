import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const run: AddCommand = (program, shell) => {
	const command = program
		.command('run')
		.summary('the gateway')
		.description(
			'Runs the gateway and prints one line on stdout when it is ready. SIGHUP takes the policy as it stands in the files; ' +
				'SIGTERM ends it gracefully, a second signal at once.',
		)
		.option('--config <file>', 'the configuration', 'sluice.yaml')
		.action(async (options) => {
			const { configFrom } = await import('../runner/config-argument.ts');
			const { startGateway } = await import('../../gateway/index.ts');
			const config = await configFrom(options.config, shell);
			for (const note of config.notes) shell.err(`note: ${note}\n`);
			const gateway = await startGateway({
				config,
				env: shell.env,
				log: shell.stderr,
				progress: (line) => shell.progress(line),
				clock: shell.clock,
			});
			const stop = shell.use(() => gateway.stop());
			// what is wrong with the policy is in the log; the one in force stays
			shell.serve(() => void gateway.reload().catch(() => {}));
			await shell.out(`sluice listening mcp=${gateway.mcp} admin=${gateway.admin}\n`);
			await new Promise<void>((end) => {
				if (shell.stopped.aborted) end();
				shell.stopped.addEventListener('abort', () => end(), { once: true });
			});
			await stop();
		});
	example(command, 'sluice run --config sluice.yaml');
};
