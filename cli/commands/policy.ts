import type { Command } from 'commander';
import type { AddCommand } from '../program.ts';
import { example } from './options.ts';

export const policy: AddCommand = (program, shell) => {
	const family = program
		.command('policy')
		.summary('the policy in force')
		.description('Asks a running gateway about its policy. Acts as the holder of SLUICE_TOKEN or --token-file.');

	const status = addGateway(
		family
			.command('status')
			.description('Shows the revision in force and what stands in the way of another one; JSON in a pipe.'),
	).action(async (options) => {
		const { policyStatus, spellStatus } = await import('../runner/policy.ts');
		const found = await policyStatus(options, shell);
		await shell.out(shell.terminal ? spellStatus(found, shell) : `${JSON.stringify({ version: 1, ...found })}\n`);
	});
	example(status, 'sluice policy status --gateway http://127.0.0.1:7071');

	const reload = addGateway(
		family
			.command('reload')
			.description(
				'Takes the policy as it stands in the files now, also where it lacks rules of the running one (role admin). ' +
					'Exit 2: it was not taken, and the running one stays.',
			),
	).action(async (options) => {
		const { reloadPolicy } = await import('../runner/policy.ts');
		const { outcome, revision } = await reloadPolicy(options, shell);
		await shell.out(`${outcome} ${revision}\n`);
	});
	example(reload, 'sluice policy reload');
};

function addGateway(command: Command): Command {
	return command
		.option('--gateway <url>', 'its admin address (default: `admin` of the configuration)')
		.option('--config <file>', 'its configuration', 'sluice.yaml')
		.option('--token-file <file>', 'act as the holder of the token in this file (default: SLUICE_TOKEN)');
}
