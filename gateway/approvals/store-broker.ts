import { randomBytes } from 'node:crypto';
import { SluiceError } from '../../engine/error.ts';
import type { HoldDemand } from '../../engine/policy/judgement.ts';
import type { Principal } from '../../engine/session/types.ts';
import type { Clock } from '../clock.ts';
import type { Role } from '../identity/types.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../store/table.ts';
import { callDigest, covers, sameDemands } from './binding.ts';
import { ChangeFeed } from './change-feed.ts';
import { asOf, castVote, expire, isUsable, join, use, withdraw } from './steps.ts';
import type { Approval, ApprovalBroker, ApprovalState, HeldCall, HoldRequest } from './types.ts';

export interface BrokerOptions {
	readonly clock: Clock;
	/** `approvals.timeout`: how long humans have, ns. */
	readonly timeoutNs: number;
	/** `approvals.grantFor`: how long an approval is usable and a denial holds, ns. */
	readonly grantNs: number;
	/** Seals what approvers are shown; it holds arguments of calls, and the store keeps those sealed everywhere. */
	readonly box: TextBox;
}

/** Seals a text, and opens what it has sealed. */
export interface TextBox {
	seal(text: string): string;
	open(sealed: string): string;
}

/**
 * Approvals in the store. One row an approval (`id/…`), and one row a call (`call/…`) that names its latest
 * approval: by that identical calls join, find their grant, and are refused after a denial.
 */
export class StoreApprovalBroker implements ApprovalBroker {
	readonly #table: Table<Approval>;
	readonly #latest: Table<string>;
	readonly #feed: ChangeFeed;
	readonly #options: BrokerOptions;

	constructor(store: Store, options: BrokerOptions) {
		this.#table = store.table('approvals');
		this.#latest = store.table('approvals');
		this.#options = options;
		this.#feed = new ChangeFeed(store.table('approvals'), options.clock, this);
	}

	async request(hold: HoldRequest): Promise<{ approval: Approval; joined: boolean }> {
		const key = callKey(hold);
		for (;;) {
			const now = this.#now();
			const known = this.#latest.get(key);
			const earlier = known === undefined ? undefined : this.#row(known.value);
			if (earlier !== undefined && this.#stillCounts(earlier, hold.demands, now)) {
				const joined = await this.#step(earlier.id, (approval) => join(approval, hold, now));
				return { approval: joined ?? (await this.get(earlier.id))!, joined: true };
			}
			const approval = this.#opening(hold, now);
			const row = { key: approvalKey(approval.id), value: approval };
			// Together: a question that another one was quicker to ask must not be shown to anybody, even for a moment.
			if (await this.#latest.swapWith(key, known?.version, approval.id, row)) {
				const opened = this.#open(approval);
				await this.#feed.changed(opened);
				return { approval: opened, joined: false };
			}
			// The identical call came in elsewhere at the same moment: join that one.
		}
	}

	async get(id: string): Promise<Approval | undefined> {
		await this.#settle(id);
		const approval = this.#row(id);
		return approval === undefined ? undefined : this.#open(approval);
	}

	async list(filter: { readonly state?: ApprovalState } = {}): Promise<Approval[]> {
		await this.expire();
		const now = this.#now();
		return this.#table
			.list(approvalKey(''))
			.map(({ value }) => asOf(value, now))
			.filter(({ state }) => filter.state === undefined || state === filter.state)
			.map((approval) => this.#open(approval))
			.sort((a, b) => (a.created === b.created ? 0 : a.created < b.created ? 1 : -1));
	}

	async vote(id: string, voter: Principal, role: Role, vote: 'approve' | 'deny', reason?: string): Promise<Approval> {
		const ballot = { voter, role, vote, ...(reason === undefined ? {} : { reason }) };
		await this.#settle(id);
		const voted = await this.#step(id, (approval) => castVote(approval, ballot, this.#now(), this.#options.grantNs));
		if (voted !== undefined) return voted;
		throw new SluiceError('ERR_APPROVAL_UNKNOWN', `there is no approval \`${id}\``, {
			help: '`sluice approvals list` shows what waits',
		});
	}

	async withdraw(id: string, call: { readonly session: string; readonly seq: number }): Promise<Approval | undefined> {
		const withdrawn = await this.#step(id, (approval) => withdraw(approval, call, this.#now()));
		return withdrawn ?? this.get(id);
	}

	async expire(): Promise<Approval[]> {
		const marked: Approval[] = [];
		for (const { value } of this.#table.list(approvalKey(''))) {
			const expired = await this.#settle(value.id, value);
			if (expired !== undefined) marked.push(expired);
		}
		return marked;
	}

	async grantFor(call: HeldCall, demands: readonly HoldDemand[]): Promise<Approval | undefined> {
		const approval = this.#latestOf(call);
		if (approval === undefined || !isUsable(approval, this.#now()) || !covers(approval, demands)) return undefined;
		return this.#open(approval);
	}

	async use(id: string): Promise<boolean> {
		return (await this.#step(id, (approval) => use(approval, this.#now()))) !== undefined;
	}

	async deniedRecently(call: HeldCall): Promise<Approval | undefined> {
		const approval = this.#latestOf(call);
		return approval !== undefined && isRefusing(approval, this.#now()) ? this.#open(approval) : undefined;
	}

	watch(id: string, listener: (approval: Approval) => void): () => void {
		return this.#feed.watch(id, listener);
	}

	onChange(listener: (approval: Approval) => void): () => void {
		return this.#feed.watchAll(listener);
	}

	close(): void {
		this.#feed.close();
	}

	/** Swaps one approval for its next state until nobody came between; `undefined`: there is none, or nothing to do. */
	async #step(id: string, step: (approval: Approval) => Approval | undefined): Promise<Approval | undefined> {
		for (;;) {
			const row = this.#table.get(approvalKey(id));
			if (row === undefined) return undefined;
			const next = step(row.value);
			if (next === undefined) return undefined;
			if (await this.#table.swap(row.key, row.version, next)) {
				const opened = this.#open(next);
				await this.#feed.changed(opened);
				return opened;
			}
		}
	}

	/** Whether an earlier approval of the identical call answers this one, whatever it says. */
	#stillCounts(approval: Approval, demands: readonly HoldDemand[], now: bigint): boolean {
		if (isRefusing(approval, now)) return true;
		if (isUsable(approval, now)) return covers(approval, demands);
		return approval.state === 'pending' && sameDemands(approval.demands, demands);
	}

	#opening(hold: HoldRequest, now: bigint): Approval {
		const { timeoutNs = this.#options.timeoutNs, grantNs = this.#options.grantNs, ...rest } = hold;
		return {
			...rest,
			// What a token says of somebody is not needed to decide, and not kept in clear.
			principal: { ...hold.principal, claims: {} },
			shown: this.#options.box.seal(hold.shown),
			id: newTicket(),
			state: 'pending',
			calls: [{ session: hold.session, seq: hold.seq }],
			votes: [],
			created: now,
			expiresAt: now + BigInt(timeoutNs),
			grantNs,
		};
	}

	#latestOf(call: HeldCall): Approval | undefined {
		const id = this.#latest.get(callKey(call))?.value;
		return id === undefined ? undefined : this.#row(id);
	}

	/**
	 * Writes down an expiry that is due, before anybody is told of it: a vote that is being written at this moment
	 * may still come first, and then that is what happened.
	 */
	async #settle(id: string, known = this.#table.get(approvalKey(id))?.value): Promise<Approval | undefined> {
		if (known === undefined || expire(known, this.#now()) === undefined) return undefined;
		try {
			return await this.#step(id, (approval) => expire(approval, this.#now()));
		} catch {
			// A store that cannot be written, or is open for reading only: then nobody else decides either.
			return undefined;
		}
	}

	/** As stored: `shown` is sealed. */
	#row(id: string): Approval | undefined {
		const row = this.#table.get(approvalKey(id));
		return row === undefined ? undefined : asOf(row.value, this.#now());
	}

	#open(approval: Approval): Approval {
		return { ...approval, shown: this.#options.box.open(approval.shown) };
	}

	#now(): bigint {
		return this.#options.clock.now();
	}
}

function isRefusing(approval: Approval, now: bigint): boolean {
	return approval.state === 'denied' && approval.deniedUntil !== undefined && now < approval.deniedUntil;
}

function approvalKey(id: string): string {
	return `id/${id}`;
}

function callKey(call: HeldCall): string {
	return `call/${callDigest(call)}`;
}

/** 60 bits in 12 characters that cannot be misread (Crockford's base 32). It opens nothing by itself. */
function newTicket(): string {
	return [...randomBytes(12)].map((byte) => '0123456789abcdefghjkmnpqrstvwxyz'[byte & 31]).join('');
}
