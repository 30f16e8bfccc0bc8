import { request } from 'undici';
import { until } from './until.ts';

/** An approval as the API shows it. */
export interface Shown {
	readonly id: string;
	readonly state: string;
	readonly arguments?: string;
}

interface Said {
	readonly state?: string;
	readonly error?: { readonly code: string };
}

/** An approver at the API of a gateway. */
export class Desk {
	readonly #api: string;
	readonly #headers: Readonly<Record<string, string>>;

	constructor(admin: string, token: string) {
		this.#api = `${admin}/api/v1/approvals`;
		this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
	}

	/** Newest first. */
	async list(): Promise<Shown[]> {
		const { body } = await request(this.#api, { headers: this.#headers });
		return ((await body.json()) as { approvals: Shown[] }).approvals;
	}

	/** The newest that waits, once there is one; `except`: not these. */
	pending(...except: string[]): Promise<string> {
		return until('a call is held', async () => {
			const found = (await this.list()).find(({ id, state }) => state === 'pending' && !except.includes(id));
			return found?.id;
		});
	}

	async state(id: string): Promise<string | undefined> {
		return (await this.list()).find((approval) => approval.id === id)?.state;
	}

	/** Votes; the HTTP status and what was said. */
	async vote(id: string, vote: 'approve' | 'deny', reason?: string): Promise<{ status: number; said: Said }> {
		const { statusCode, body } = await request(`${this.#api}/${id}/${vote}`, {
			method: 'POST',
			headers: this.#headers,
			body: JSON.stringify(reason === undefined ? {} : { reason }),
		});
		return { status: statusCode, said: (await body.json()) as Said };
	}
}
