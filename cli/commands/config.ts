import { Argument } from 'commander';
import type { AddCommand } from '../program.ts';
import { DOCUMENTS, type DocumentName } from '../runner/schemas.ts';
import { example } from './options.ts';

export const config: AddCommand = (program, shell) => {
	const family = program
		.command('config')
		.summary('the configuration')
		.description('What sluice.yaml can hold, and what it says.');
	const schema = family
		.command('schema')
		.description('Prints the JSON Schema of sluice.yaml, or of another document, for editors and other programs.')
		.addArgument(new Argument('[document]', 'which').choices(Object.keys(DOCUMENTS)).default('config'))
		.action(async (name) => {
			const { schemaOf } = await import('../runner/schemas.ts');
			await shell.out(await schemaOf(name as DocumentName));
		});
	example(schema, 'sluice config schema input > input.schema.json');
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
