import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const doctor: AddCommand = (program, shell, done) => {
	const command = program
		.command('doctor')
		.summary('look whether everything is in place')
		.description(
			'Looks at everything that `run` needs and changes nothing. Exit 0 all is well, 1 something is in the way.',
		)
		.option('--config <file>', 'the configuration', 'sluice.yaml')
		.action(async (options) => {
			const { runDoctor } = await import('../runner/doctor.ts');
			const { spellItem } = await import('../output/text.ts');
			const items = await runDoctor(options.config, shell);
			const look = { width: shell.width, color: shell.color };
			for (const item of items) await shell.out(`${spellItem(item, look)}\n`);
			done(items.some(({ status }) => status === 'failure') ? 1 : 0);
		});
	example(command, 'sluice doctor --config sluice.yaml');
};
