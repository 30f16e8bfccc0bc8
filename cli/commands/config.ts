import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const config: AddCommand = (program, shell) => {
	const family = program
		.command('config')
		.summary('the configuration')
		.description('What sluice.yaml can hold, and what it says.');
	const schema = family
		.command('schema')
		.description('Prints the JSON Schema of sluice.yaml.')
		.action(async () => {
			const { configSchema } = await import('../../gateway/config/schema.ts');
			await shell.out(`${JSON.stringify(configSchema, null, 2)}\n`);
		});
	example(schema, 'sluice config schema > sluice.schema.json');
	const print = family
		.command('print')
		.description('Prints the configuration in force: defaults written out, paths absolute, secrets as their source.')
		.option('--config <file>', 'the configuration', 'sluice.yaml')
		.action(async (options) => {
			const { configFrom } = await import('../runner/config-argument.ts');
			const { printConfig } = await import('../../gateway/config/print.ts');
			await shell.out(printConfig(await configFrom(options.config, shell)));
		});
	example(print, 'sluice config print --config sluice.yaml');
};
