import { Option } from 'commander';
import type { AddCommand } from '../program.ts';
import { addPlace, example, several } from './options.ts';

export const token: AddCommand = (program, shell) => {
	const family = program
		.command('token')
		.summary('credentials of agents and people')
		.description('Makes, lists and revokes tokens, also while the gateway runs.');

	const create = family
		.command('create')
		.description('Makes a token and prints it, alone, on stdout. It is not shown again.')
		.requiredOption('--as <id>', 'id of the principal')
		.addOption(
			new Option('--role <role>', 'what it may be used for')
				.choices(['agent', 'approver', 'auditor', 'admin'])
				.makeOptionMandatory(),
		)
		.option('--for <human>', 'the human it acts for')
		.option('--group <group>', 'a group it is in; may be given several times', several)
		.option('--expires <duration>', 'when it ends, e.g. 90d (default: never)');
	addPlace(create).action(async (options) => {
		const { createToken } = await import('../runner/tokens.ts');
		const { token: secret, info } = await createToken(options, shell);
		await shell.out(`${secret}\n`);
		shell.progress(`role ${info.role}, prefix ${info.prefix}; keep it, it is not shown again`);
	});
	example(create, 'sluice token create --as research-agent --for ana@example.com --role agent --expires 90d');

	const list = family
		.command('list')
		.description('Lists tokens by prefix, never the tokens: a table on a terminal, JSON in a pipe.');
	addPlace(list).action(async (options) => {
		const { listTokens, tokenState } = await import('../runner/tokens.ts');
		const { exactJson } = await import('../../engine/exact-json.ts');
		const now = shell.clock.now();
		const tokens = (await listTokens(options, shell)).map((info) => ({ ...info, state: tokenState(info, now) }));
		if (!shell.terminal) return shell.out(`${exactJson({ version: 1, tokens })}\n`);
		const { table } = await import('../output/table.ts');
		const { spellTime } = await import('../output/time.ts');
		const rows = tokens.map(({ prefix, role, state, created, expires, lastUsed, id, groups }) => [
			prefix,
			role,
			state,
			spellTime(created).slice(0, 10),
			expires === undefined ? 'never' : minute(spellTime(expires)),
			lastUsed === undefined ? 'never' : minute(spellTime(lastUsed)),
			[id, info(groups)].join(' ').trim(),
		]);
		return shell.out(
			table([['PREFIX', 'ROLE', 'STATE', 'MADE', 'ENDS', 'USED', 'ID'], ...rows], Math.max(shell.width, 120)),
		);
	});
	example(list, 'sluice token list');

	const revoke = family
		.command('revoke')
		.description('Ends all tokens of an id, or the one with this prefix.')
		.argument('<id>', 'id of the principal, or prefix (slc_…) of one token');
	addPlace(revoke).action(async (which, options) => {
		const { revokeTokens } = await import('../runner/tokens.ts');
		const ended = await revokeTokens(which, options, shell);
		for (const { prefix, id } of ended) await shell.out(`${prefix} ${id}\n`);
	});
	example(revoke, 'sluice token revoke research-agent');
};

/** As exact as the last use is known. */
function minute(time: string): string {
	return `${time.slice(0, 16)}Z`;
}

function info(groups: readonly string[]): string {
	return groups.length === 0 ? '' : `(${groups.join(', ')})`;
}
