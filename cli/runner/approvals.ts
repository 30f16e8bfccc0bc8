import { SluiceError } from '../../engine/error.ts';
import { StoreApprovalBroker } from '../../gateway/approvals/store-broker.ts';
import type { Approval, ApprovalState } from '../../gateway/approvals/types.ts';
import { osPrincipal } from '../../gateway/identity/principals.ts';
import { Tokens } from '../../gateway/identity/tokens.ts';
import type { Identified } from '../../gateway/identity/types.ts';
import type { Shell } from '../shell.ts';
import { type LocalStore, type StorePlace, withStore } from './local-store.ts';
import { tokenOf } from './token-file.ts';

/** Where the store is and who asks. */
export interface Desk extends StorePlace {
	/** File with the token to act as; else `SLUICE_TOKEN`. */
	readonly tokenFile?: string;
}

/** Without a configuration: what contract §4 has by default, ns. */
const TEN_MINUTES = 600_000_000_000;

/** Approvals, newest first. @throws SluiceError */
export function listApprovals(desk: Desk, state: ApprovalState | undefined, shell: Shell): Promise<Approval[]> {
	return atDesk(desk, shell, async (broker) => broker.list(state === undefined ? {} : { state }));
}

/** One approval. @throws SluiceError `ERR_APPROVAL_UNKNOWN` */
export function showApproval(id: string, desk: Desk, shell: Shell): Promise<Approval> {
	return atDesk(desk, shell, async (broker) => {
		const approval = await broker.get(id);
		if (approval !== undefined) return approval;
		throw new SluiceError('ERR_APPROVAL_UNKNOWN', `there is no approval \`${id}\``, {
			help: '`sluice approvals list` shows what waits',
		});
	});
}

/** Votes as the holder of the token. @throws SluiceError `ERR_APPROVAL_…`, `ERR_TOKEN_…` */
export function voteOn(
	id: string,
	vote: 'approve' | 'deny',
	reason: string | undefined,
	desk: Desk,
	shell: Shell,
): Promise<Approval> {
	return atDesk(desk, shell, async (broker, who) => {
		if (who === undefined) {
			throw new SluiceError('ERR_TOKEN_MISSING', 'a vote needs to know the human behind it', {
				help: 'set SLUICE_TOKEN, or name a file with --token-file, that holds a token of role approver',
			});
		}
		return broker.vote(id, who.principal, who.role, vote, reason);
	});
}

/** Calls `tell` on every change of any approval, those that wait now first, until `shell.stopped`. */
export function watchApprovals(desk: Desk, tell: (approval: Approval) => void, shell: Shell): Promise<void> {
	return atDesk(desk, shell, async (broker) => {
		const stop = broker.onChange(tell);
		for (const approval of (await broker.list({ state: 'pending' })).reverse()) tell(approval);
		// the clock of the broker does not keep a process alive, and a watch is meant to stay
		const alive = setInterval(() => {}, 60_000);
		await new Promise<void>((end) => {
			if (shell.stopped.aborted) end();
			shell.stopped.addEventListener('abort', () => end(), { once: true });
		});
		clearInterval(alive);
		stop();
	});
}

function atDesk<T>(
	desk: Desk,
	shell: Shell,
	work: (broker: StoreApprovalBroker, who: Identified | undefined) => Promise<T>,
): Promise<T> {
	return withStore(desk, shell, false, async (local) => {
		const who = await holder(local, desk, shell);
		const { approvals } = local.config ?? {};
		const broker = new StoreApprovalBroker(local.store, {
			clock: shell.clock,
			timeoutNs: approvals === undefined ? TEN_MINUTES : approvals.timeout * 1e6,
			grantNs: approvals === undefined ? TEN_MINUTES : approvals.grantFor * 1e6,
			box: local.master.textBox('approvals'),
		});
		try {
			return await work(broker, who);
		} finally {
			broker.close();
		}
	});
}

/** Who acts: the holder of the token, or undefined for `os:<user>`, who may look (contract §3). */
async function holder({ store }: LocalStore, desk: Desk, shell: Shell): Promise<Identified | undefined> {
	const token = await tokenOf(desk.tokenFile, shell);
	if (token === undefined) return undefined;
	const who = new Tokens(store, shell.clock).verify(token);
	if (who === undefined) {
		throw new SluiceError('ERR_TOKEN_INVALID', 'the token is unknown, expired or revoked', {
			help: '`sluice token create` makes one',
		});
	}
	if (who.role === 'agent') {
		throw new SluiceError(
			'ERR_APPROVAL_ROLE',
			`\`${who.principal.id}\` has the role agent, which does not see approvals`,
			{
				help: `use a token of role approver, or none to look as os:${osPrincipal(shell.user).id}`,
			},
		);
	}
	return who;
}
