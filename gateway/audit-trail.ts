import { randomBytes } from 'node:crypto';
import type { EventLine, Line } from '../engine/recording/lines.ts';
import type { Principal } from '../engine/session/types.ts';
import type { Clock } from './clock.ts';
import type { Recorder } from './record/types.ts';
import type { RefusalRecord, Refused, Summary } from './refusals.ts';

/** Name of the server under which the trail's sessions stand in lists. */
export const AUDIT_SERVER = 'sluice';

type Detail = Readonly<Record<string, unknown>>;

/** What a line of the trail is, without its place in it. */
type Entry = Omit<EventLine, 'seq' | 't'> | (Omit<Line & { type: 'frame' }, 'seq' | 't'> & { type: 'frame' });

/**
 * What belongs to no session with a server: what people did with the evidence itself (who read or exported received
 * bytes) and with what judgements rest on (who accepted which tool definition), and what the gateway refused at its door. A recorded session of its own a process, opened when there is
 * something to say.
 */
export class AuditTrail implements RefusalRecord {
	readonly #recorder: Recorder;
	readonly #clock: Clock;
	#opened: Promise<{ readonly id: string; readonly startedNs: bigint }> | undefined;
	#seq = 0;

	constructor(recorder: Recorder, clock: Clock) {
		this.#recorder = recorder;
		this.#clock = clock;
	}

	/** Durable when it resolves; what cannot be recorded must not be shown. */
	async read(by: Principal, what: Detail): Promise<void> {
		await this.#append({ type: 'event', event: 'read', detail: { by: named(by), ...what } }, by);
	}

	/** Somebody takes the definition of a tool for good. Durable when it resolves; before that it is not in force. */
	async accepted(by: Principal, what: Detail): Promise<void> {
		await this.#append({ type: 'event', event: 'accepted', detail: { by: named(by), ...what } }, by);
	}

	/** Somebody let the gateway use a server in their name, or no longer does. Durable when it resolves. */
	async connection(
		event: 'connected' | 'disconnected',
		by: { issuer: string; id: string },
		what: Detail,
	): Promise<void> {
		await this.#append({ type: 'event', event, detail: { by: { issuer: by.issuer, id: by.id }, ...what } });
	}

	async refused({ principal, bytes, ...what }: Refused): Promise<void> {
		const { code, remote, server = '', status } = what;
		if (bytes === undefined) {
			const by = { issuer: principal.issuer, id: principal.id };
			return await this.#append({ type: 'event', event: 'refused', detail: { by, ...what } });
		}
		await this.#append({
			type: 'frame',
			from: 'client',
			bytes,
			delivered: null,
			verdict: 'deny',
			code,
			by: 'gateway',
			outcome: 'refused',
			wire: { remote, server, status },
			principal,
		});
	}

	async refusals({ since, until, ...rest }: Summary): Promise<void> {
		const detail = { since: String(since), until: String(until), ...rest };
		await this.#append({ type: 'event', event: 'refused', detail });
	}

	async #append(entry: Entry, by: Principal = GATEWAY): Promise<void> {
		this.#opened ??= this.#open(by).catch((error) => {
			this.#opened = undefined;
			throw error;
		});
		const { id, startedNs } = await this.#opened;
		const t = Number(this.#clock.now() - startedNs);
		await this.#recorder.append(id, [{ ...entry, seq: ++this.#seq, t }]);
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

/** Whose trail it is when it begins with something that nobody known did. */
const GATEWAY: Principal = { id: 'sluice', kind: 'service', issuer: 'sluice', groups: [], scopes: [], claims: {} };

function named({ issuer, id, human }: Principal): object {
	return { issuer, id, ...(human === undefined ? {} : { human }) };
}
