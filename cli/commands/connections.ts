import type { AddCommand } from '../program.ts';
import { addPlace, example } from './options.ts';

export const connections: AddCommand = (program, shell) => {
	const family = program
		.command('connections')
		.summary('accounts that people let the gateway use')
		.description(
			'Lists and ends the connections that people made to servers which are used in their name, also while the gateway runs.',
		);

	const list = family
		.command('list')
		.description('Lists connections, never their tokens: a table on a terminal, JSON in a pipe.');
	addPlace(list).action(async (options) => {
		const { listConnections } = await import('../runner/connections.ts');
		const { exactJson } = await import('../../engine/exact-json.ts');
		const all = await listConnections(options, shell);
		if (!shell.terminal) return shell.out(`${exactJson({ version: 1, connections: all })}\n`);
		const { table } = await import('../output/table.ts');
		const { spellTime } = await import('../output/time.ts');
		const rows = all.map(({ id, server, principal, created, renewed }) => [
			id,
			server,
			spellTime(created),
			spellTime(renewed),
			principal.id,
		]);
		return shell.out(table([['ID', 'SERVER', 'MADE', 'RENEWED', 'PRINCIPAL'], ...rows], Math.max(shell.width, 110)));
	});
	example(list, 'sluice connections list');

	const remove = family
		.command('remove')
		.description('Ends a connection; its owner is asked to connect anew. Prints its server and principal.')
		.argument('<id>', 'as `sluice connections list` shows it');
	addPlace(remove).action(async (id, options) => {
		const { removeConnection } = await import('../runner/connections.ts');
		const { server, principal } = await removeConnection(id, options, shell);
		await shell.out(`${server} ${principal.id}\n`);
	});
	example(remove, 'sluice connections remove 3f0c1a7be2d94f5c8a6b7d1e0f2c3a4b');
};
