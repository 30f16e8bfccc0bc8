import type { AddCommand } from '../program.ts';
import { addPlace, example } from './options.ts';
import { exporting } from './sessions-export.ts';

export const sessions: AddCommand = (program, shell) => {
	const family = program
		.command('sessions')
		.summary('recorded sessions')
		.description('Lists, shows, exports and imports recorded sessions.');

	const list = family
		.command('list')
		.description('Lists the recorded sessions, oldest first: a table on a terminal, JSON in a pipe.')
		.option('--server <name>', 'only sessions with this server')
		.option('--principal <id>', 'only sessions of this principal');
	addPlace(list).action(async (options) => {
		const { listSessions } = await import('../runner/sessions.ts');
		const { exactJson } = await import('../../engine/exact-json.ts');
		const found = await listSessions(options, options, shell);
		if (!shell.terminal) return shell.out(`${exactJson({ version: 1, sessions: found })}\n`);
		const { table } = await import('../output/table.ts');
		const { spellTime } = await import('../output/time.ts');
		const rows = found.map(({ id, started_ns, server, principal, frames, verdicts: v }) => [
			id,
			spellTime(started_ns),
			String(frames),
			`${v.mask}/${v.hold}/${v.deny}`,
			`${server} ${principal}`,
		]);
		return shell.out(
			table(
				[['SESSION', 'STARTED', 'FRAMES', 'MASK/HOLD/DENY', 'SERVER, PRINCIPAL'], ...rows],
				Math.max(shell.width, 100),
			),
		);
	});
	example(list, 'sluice sessions list --server github');

	const show = family
		.command('show')
		.description('Shows one session line by line: as delivered, every finding masked.')
		.argument('<session>', 'session id');
	addPlace(show).action(async (id, options) => {
		const { showSession } = await import('../runner/sessions.ts');
		const { exactJson } = await import('../../engine/exact-json.ts');
		const { header, lines } = await showSession(id, options, shell);
		if (!shell.terminal) return shell.out(`${exactJson({ version: 1, session: header, lines })}\n`);
		const { table } = await import('../output/table.ts');
		const { spellSince, spellTime } = await import('../output/time.ts');
		await shell.out(`${header.id}  ${header.server.name}  ${header.principal.id}  ${spellTime(header.started_ns)}\n\n`);
		const rows = lines.map(({ seq, t, from, what, verdict = '', rules = [], outcome = '' }) => [
			String(seq),
			spellSince(t),
			from,
			verdict,
			outcome,
			[what, ...rules].join('  '),
		]);
		return shell.out(table([['SEQ', 'T', 'FROM', 'VERDICT', 'OUTCOME', 'WHAT'], ...rows], shell.width));
	});
	example(show, 'sluice sessions show 5f1c… --config sluice.yaml');

	exporting(family, shell);

	const into = family
		.command('import')
		.description('Puts session files into the store and prints the ids. Nothing that is there is changed.')
		.argument('<files...>', 'session files (.jsonl, .jsonl.gz), - for stdin');
	addPlace(into).action(async (files, options) => {
		const { importSessions } = await import('../runner/session-import.ts');
		for (const id of await importSessions(files, options, shell)) await shell.out(`${id}\n`);
	});
	example(into, 'sluice sessions import recorded.session.jsonl --store ./.sluice');
};
