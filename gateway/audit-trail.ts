import { randomBytes } from 'node:crypto';
import type { Principal } from '../engine/session/types.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './record/types.ts';

/** Name of the server under which the trail's sessions stand in lists. */
export const AUDIT_SERVER = 'sluice';

/**
 * What people did with the evidence itself (who read or exported received bytes): a recorded session of its own a
 * process, opened when there is something to say.
 */
export class AuditTrail {
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	#opened: Promise<{ readonly id: string; readonly startedNs: bigint }> | undefined;
	#seq = 0;

	constructor(recorder: Recorder, clock: Clock) {
		this.#recorder = recorder;
		this.#clock = clock;
	}

	/** Durable when it resolves; what cannot be recorded must not be shown. */
	async read(by: Principal, what: Readonly<Record<string, unknown>>): Promise<void> {
		this.#opened ??= this.#open(by);
		const { id, startedNs } = await this.#opened;
		const t = Number(this.#clock.now() - startedNs);
		const detail = {
			by: { issuer: by.issuer, id: by.id, ...(by.human === undefined ? {} : { human: by.human }) },
			...what,
		};
		await this.#recorder.append(id, [{ type: 'event', seq: ++this.#seq, t, event: 'read', detail }]);
	}

	async #open(principal: Principal): Promise<{ id: string; startedNs: bigint }> {
		const id = randomBytes(16).toString('hex');
		const startedNs = this.#clock.now();
		await this.#recorder.open({
			version: 1,
			id,
			started_ns: startedNs,
			server: { name: AUDIT_SERVER, labels: [], transport: 'stdio' },
			transport: { kind: 'stdio', remote: 'local' },
			principal,
		});
		return { id, startedNs };
	}
}
