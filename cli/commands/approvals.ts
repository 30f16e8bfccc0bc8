import { type Command, Option } from 'commander';
import type { Approval } from '../../gateway/approvals/types.ts';
import type { AddCommand } from '../program.ts';
import type { Shell } from '../shell.ts';
import { addPlace, example } from './options.ts';

/** Codes of a vote that is not taken: an outcome, not a mistake in the command line (contract §3, exit 1). */
const REFUSED = /^ERR_APPROVAL_(DECIDED|ROLE|NO_HUMAN|SELF|NOT_APPROVER|VOTED)$/;

export const approvals: AddCommand = (program, shell, done) => {
	const family = program
		.command('approvals')
		.summary('requests that wait for a human')
		.description('Lists and decides held requests. Acts as the holder of SLUICE_TOKEN or --token-file.');

	const list = addDesk(
		family.command('list').description('Lists approvals, newest first: a table on a terminal, JSON in a pipe.'),
	)
		.addOption(
			new Option('--state <state>', 'only these').choices([
				'pending',
				'approved',
				'denied',
				'expired',
				'withdrawn',
				'used',
			]),
		)
		.action(async (options) => {
			const { listApprovals } = await import('../runner/approvals.ts');
			const found = await listApprovals(options, options.state, shell);
			if (!shell.terminal) return json({ version: 1, approvals: found.map(entry) }, shell);
			const { table } = await import('../output/table.ts');
			const rows = found.map(({ id, state, server, tool, method, principal }) => [
				id,
				state,
				server,
				tool ?? method,
				principal.id,
			]);
			return shell.out(table([['ID', 'STATE', 'SERVER', 'TOOL', 'REQUESTER'], ...rows], shell.width));
		});
	example(list, 'sluice approvals list --state pending');

	const show = addDesk(
		family
			.command('show')
			.description('Shows one approval with the arguments as exact text, masked as they would be delivered.'),
	)
		.argument('<id>', 'the ticket')
		.action(async (id, options) => {
			const { showApproval } = await import('../runner/approvals.ts');
			const approval = await showApproval(id, options, shell);
			if (!shell.terminal) return json({ version: 1, ...full(approval) }, shell);
			return shell.out(await spell(approval, shell));
		});
	example(show, 'sluice approvals show 7hq2mzk4x0ab');

	for (const vote of ['approve', 'deny'] as const) {
		const command = addDesk(
			family
				.command(vote)
				.description(vote === 'approve' ? 'Approves one call, exactly as shown.' : 'Denies it. That is final.'),
		)
			.argument('<id>', 'the ticket')
			.option('--reason <text>', 'why, for the record')
			.action(async (id, options) => {
				const { voteOn } = await import('../runner/approvals.ts');
				const { SluiceError } = await import('../../engine/error.ts');
				const { failure } = await import('../failure.ts');
				try {
					const { state, votes } = await voteOn(id, vote, options.reason, options, shell);
					await shell.out(`${id} ${state}${state === 'pending' ? `, ${votes.length} voted` : ''}\n`);
				} catch (error) {
					if (!(error instanceof SluiceError) || !REFUSED.test(error.code)) throw error;
					shell.err(failure(error).text);
					done(1);
				}
			});
		example(command, `sluice approvals ${vote} 7hq2mzk4x0ab --reason "ticket 4711"`);
	}

	const watch = addDesk(
		family.command('watch').description('Follows approvals until Ctrl-C; JSON lines in a pipe.'),
	).action(async (options) => {
		const { watchApprovals } = await import('../runner/approvals.ts');
		const { exactJson } = await import('../../engine/exact-json.ts');
		const tell = (approval: Approval) => {
			const { id, state, server, tool, method, principal } = approval;
			const words = `${id}  ${state}  ${server}  ${tool ?? method}  ${principal.id}`;
			void shell.out(shell.terminal ? `${words}\n` : `${exactJson(entry(approval))}\n`);
		};
		await watchApprovals(options, tell, shell);
	});
	example(watch, 'sluice approvals watch');
};

function addDesk(command: Command): Command {
	return addPlace(command).option(
		'--token-file <file>',
		'act as the holder of the token in this file (default: SLUICE_TOKEN)',
	);
}

async function json(value: unknown, shell: Shell): Promise<void> {
	const { exactJson } = await import('../../engine/exact-json.ts');
	await shell.out(`${exactJson(value)}\n`);
}

/** What a list says of an approval: not what it shows. */
function entry(approval: Approval): object {
	const { id, state, server, method, tool, principal, session, seq, created, expiresAt, demands, votes } = approval;
	const requester = {
		issuer: principal.issuer,
		id: principal.id,
		...(principal.human === undefined ? {} : { human: principal.human }),
	};
	return {
		id,
		state,
		server,
		method,
		...(tool === undefined ? {} : { tool }),
		requester,
		session,
		seq,
		created,
		expires: expiresAt,
		demands,
		votes,
	};
}

function full(approval: Approval): object {
	return { ...entry(approval), arguments: approval.shown };
}

async function spell(approval: Approval, shell: Shell): Promise<string> {
	const { wrap } = await import('../output/wrap.ts');
	const { spellTime } = await import('../output/time.ts');
	const { id, state, server, method, tool, principal, session, seq, expiresAt, demands, votes, shown } = approval;
	const lines = [
		`${id}  ${state}`,
		`  asked by   ${principal.id}${principal.human === undefined ? '' : ` for ${principal.human}`}`,
		`  to call    ${tool ?? method} on ${server}`,
		`  recorded   session ${session} seq ${seq}`,
		`  until      ${spellTime(expiresAt)}`,
		...demands.map(({ rule, message, approvers, quorum }) => {
			const who = approvers.length === 0 ? 'anybody with the role approver' : approvers.join(', ');
			return `  ${rule}: ${message} (${quorum} of ${who})`;
		}),
		...votes.map(
			({ by, human, vote, reason }) => `  ${vote} by ${by} (${human})${reason === undefined ? '' : `: ${reason}`}`,
		),
	];
	// the arguments are exact text: not wrapped, but nothing in them drives the terminal
	const { visible } = await import('../output/wrap.ts');
	const text = shown.split('\n').map(visible).join('\n');
	return `${lines.map((line) => wrap(line, shell.width, '    ')).join('\n')}\n\n${text}\n`;
}
