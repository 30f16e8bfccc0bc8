import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../error.ts';
import { type Splice, splice } from '../mask/splice.ts';
import { spliceBetween } from './delivered.ts';
import type { EventLine, FrameLine, GatewayLine, Line, RecordingHeader, RejudgeLine } from './lines.ts';
import { Releasable } from './releasable.ts';
import {
	ANONYMOUS,
	candidateOf,
	pick,
	sourceOfStart,
	stem,
	wholeLabels,
	wholePrincipal,
	wholeReasons,
	wholeSplice,
} from './session-defaults.ts';
import { complaint, type Json, type Shape } from './session-shapes.ts';
import { whyNotJson } from './why-not-json.ts';

/** Unix ns that a date can hold (ECMA-262 §21.4.1.1), less the longest session. */
const LAST_NS = 8_630_000_000_000_000_000_000n;

/** What a line of a session file is: the header of a session, a line of that session, or blank. */
export interface ParsedLine {
	readonly header?: RecordingHeader;
	readonly line?: Line;
}

/**
 * Reads a session file line by line, in bounded memory however long it is: of what it has read it keeps the last line and
 * frames that a release may be about. What the lines of a file are is as for `parseSessions`.
 */
export class SessionParser {
	readonly #name: string;
	#last: Line | undefined;
	readonly #frames = new Releasable();
	#number: number;
	#sessions: number;

	/** `after`: what of the file comes before what will be read here. */
	constructor(name: string, after: { readonly lines: number; readonly sessions: number } = { lines: 0, sessions: 0 }) {
		this.#name = name;
		this.#number = after.lines;
		this.#sessions = after.sessions;
	}

	/** The next line, without its line feed. @throws SluiceError `ERR_SESSION_FILE`, `ERR_SESSION_FILE_VERSION` */
	line(raw: string | Buffer): ParsedLine {
		const text = this.#text(raw);
		if (text === '' || text.trim() === '') return {};
		const value = this.#json(text);
		if (this.#sessions === 0 || 'sluice' in value) {
			const header = this.#readHeader(value, text);
			this.#last = undefined;
			this.#frames.clear();
			this.#sessions++;
			return { header };
		}
		const line = this.#readLine(value);
		const last = this.#last;
		if (last !== undefined && line.seq <= last.seq) {
			throw this.#error(
				`\`seq\` is ${line.seq} after ${last.seq}`,
				'lines stand in the order of `seq`, each has its own',
			);
		}
		if (last !== undefined && line.t < last.t) {
			throw this.#error(`\`t\` is ${line.t} after ${last.t}`, 'time never runs backwards in a session');
		}
		this.#last = line;
		return { line };
	}

	/** Goes past a line of a session that nobody wants, unless it may be the header of another. */
	skip(raw: Buffer): ParsedLine {
		if (raw.includes('"sluice"')) {
			const value = this.#json(this.#text(raw));
			this.#number--;
			if ('sluice' in value) return this.line(raw);
		}
		this.#number++;
		return {};
	}

	/** There are no more lines. @throws SluiceError `ERR_SESSION_FILE` when there was no session */
	end(): void {
		if (this.#sessions > 0) return;
		this.#number = 1;
		throw this.#error('the file is empty', 'begin it with {"sluice":"session","version":1}');
	}

	#text(raw: string | Buffer): string {
		this.#number++;
		if (typeof raw !== 'string' && !isUtf8(raw)) throw notUtf8(this.#name);
		const text = typeof raw === 'string' ? raw : raw.toString('utf8');
		return this.#number === 1 ? text.replace(/^\ufeff/, '') : text;
	}

	#json(text: string): Json {
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch (cause) {
			throw this.#error(`not JSON: ${whyNotJson(cause)}`, 'each line is one JSON object', cause);
		}
		if (typeof value !== 'object' || value === null || Array.isArray(value)) {
			throw this.#error('not a JSON object', 'each line is one JSON object');
		}
		return value as Json;
	}

	#readHeader(value: Json, text: string): RecordingHeader {
		if (value.sluice !== 'session') {
			throw this.#error('this is not a session file', 'its first line must be {"sluice":"session","version":1}');
		}
		if (typeof value.version === 'number' && value.version > 1) {
			throw new SluiceError(
				'ERR_SESSION_FILE_VERSION',
				`${this.#name}:${this.#number}: the file has format version ${value.version}, this Sluice reads 1`,
				{ help: 'use the Sluice that wrote it, or a newer one' },
			);
		}
		this.#check('header', value);
		const startedNs = sourceOfStart(text);
		if (startedNs !== undefined && !/^-?[0-9]+$/.test(startedNs)) {
			throw this.#error('`started_ns` must be an integer without point and exponent', 'write Unix time in ns');
		}
		const started = BigInt(startedNs ?? 0);
		if (started > LAST_NS || started < -LAST_NS)
			throw this.#error('`started_ns` is out of range', 'write Unix time in ns');
		const { server, transport, client, principal } = value as Record<string, Json | undefined>;
		return {
			version: 1,
			id: (value.id as string | undefined) ?? this.#defaultId(),
			started_ns: started,
			server: { name: 'server', labels: [], transport: 'stdio', ...server },
			transport: { kind: 'stdio', remote: '', ...transport },
			principal: principal === undefined ? ANONYMOUS : wholePrincipal(principal),
			...(client === undefined ? {} : { client: { name: client.name as string, version: '', ...client } }),
			...pick(value, ['protocol', 'detectors', 'pins', 'scrubbed', 'synthetic', 'exported']),
		};
	}

	/** The file's name; the second session of a file gets a number. */
	#defaultId(): string {
		const before = this.#sessions;
		return before === 0 ? stem(this.#name) : `${stem(this.#name)}-${before + 1}`;
	}

	#readLine(value: Json): Line {
		if ('rejudges' in value) return this.#rejudge(value);
		if ('event' in value) return this.#event(value);
		if (value.from === 'gateway') return this.#gateway(value);
		return this.#frame(value);
	}

	#frame(value: Json): FrameLine {
		this.#check('frame', value);
		const bytes = this.#bytes(value, 'line');
		const seq = value.seq as number;
		this.#frames.add(seq, bytes, value.verdict);
		const principal = value.principal as Json | undefined;
		const line = pick(value, [
			...(['recent', 'answers', 'verdict', 'code', 'by', 'findings', 'revision', 'outcome', 'wire'] as const),
		]);
		return {
			type: 'frame',
			seq,
			t: this.#t(value),
			from: value.from as FrameLine['from'],
			bytes,
			...this.#delivered(value, bytes),
			...(principal === undefined ? {} : { principal: wholePrincipal(principal) }),
			...(value.reasons === undefined ? {} : { reasons: wholeReasons(value.reasons) }),
			...(value.labels === undefined ? {} : { labels: wholeLabels(value.labels) }),
			...candidateOf(value),
			...line,
		};
	}

	#gateway(value: Json): GatewayLine {
		this.#check('gateway', value);
		const { seq, to = 'client' } = value as { seq: number; to?: GatewayLine['to'] };
		return {
			type: 'gateway',
			seq,
			t: this.#t(value),
			to,
			...pick(value, ['answers']),
			bytes: this.#bytes(value, 'line'),
		};
	}

	#rejudge(value: Json): RejudgeLine {
		this.#check('rejudge', value);
		const { seq, rejudges, verdict, outcome } = value as unknown as RejudgeLine;
		return {
			type: 'rejudge',
			seq,
			t: this.#t(value),
			rejudges,
			verdict,
			...pick(value, ['code', 'recent']),
			reasons: wholeReasons(value.reasons ?? []),
			labels: wholeLabels(value.labels ?? []),
			...this.#delivered(value, this.#frames.get(rejudges)),
			revision: (value.revision as string | undefined) ?? '',
			outcome,
			...candidateOf(value),
		};
	}

	#event(value: Json): EventLine {
		this.#check('event', value);
		const { seq, event } = value as unknown as EventLine;
		return { type: 'event', seq, t: this.#t(value), event, ...pick(value, ['of', 'detail']) };
	}

	#t(value: Json): number {
		return (value.t as number | undefined) ?? this.#last?.t ?? 0;
	}

	#bytes(value: Json, what: 'line' | '`delivered`'): Buffer {
		const { text, base64 } = value as { text?: string; base64?: string };
		if (text !== undefined && base64 !== undefined) {
			throw this.#error(`the ${what} has \`text\` and \`base64\``, 'keep one of them');
		}
		if (text !== undefined) {
			if (!text.isWellFormed()) {
				throw this.#error(
					`the \`text\` of the ${what} has half a surrogate pair`,
					'bytes that are not UTF-8 go to `base64`',
				);
			}
			return Buffer.from(text, 'utf8');
		}
		if (base64 === undefined)
			throw this.#error(`the ${what} has no bytes`, 'add `text`, or `base64` for bytes that are not UTF-8');
		const bytes = Buffer.from(base64, 'base64');
		if (bytes.toString('base64') !== base64)
			throw this.#error(`the \`base64\` of the ${what} is not base64 (RFC 4648 §4)`);
		return bytes;
	}

	#delivered(value: Json, received: Buffer | undefined): { delivered?: readonly Splice[] | null } {
		const { delivered, splices } = value as { delivered?: Json | null; splices?: Partial<Splice>[] };
		if (delivered === null) {
			if (splices === undefined) return { delivered: null };
			throw this.#error('`delivered` is null, so there can be no `splices`', 'remove one of them');
		}
		const bytes = delivered === undefined ? undefined : this.#bytes(delivered, '`delivered`');
		if (splices !== undefined) {
			const whole = splices.map(wholeSplice);
			this.#checkSplices(whole, received, bytes);
			return { delivered: whole };
		}
		if (bytes === undefined) return {};
		if (received === undefined)
			throw this.#error('`delivered` needs the frame it was made from', 'give `splices` instead');
		if (bytes.equals(received)) return {};
		const between = spliceBetween(received, bytes);
		if (between === undefined)
			throw this.#error('`delivered` is not UTF-8', 'what is delivered changed is always JSON');
		return { delivered: [between] };
	}

	#checkSplices(splices: readonly Splice[], received: Buffer | undefined, delivered: Buffer | undefined): void {
		let end = 0;
		for (const s of splices) {
			if (s.start < end || s.end < s.start || (received !== undefined && s.end > received.length)) {
				throw this.#error(
					'`splices` overlap, are out of order or out of the frame',
					'remove them: `delivered` is enough',
				);
			}
			end = s.end;
		}
		if (received === undefined || delivered === undefined || splice(received, splices).equals(delivered)) return;
		throw this.#error('`splices` do not make `delivered` out of the frame', 'after an edit by hand remove `splices`');
	}

	#check(shape: Shape, value: Json): void {
		const wrong = complaint(shape, value);
		if (wrong !== undefined) throw this.#error(wrong.message, wrong.help);
	}

	#error(message: string, help?: string, cause?: unknown): SluiceError {
		return new SluiceError('ERR_SESSION_FILE', `${this.#name}:${this.#number}: ${message}`, {
			...(help === undefined ? {} : { help }),
			...(cause === undefined ? {} : { cause }),
		});
	}
}

/** The error for a file that is no text. */
export function notUtf8(name: string): SluiceError {
	return new SluiceError('ERR_SESSION_FILE', `${name}: the file is not UTF-8`, {
		help: 'bytes that are not UTF-8 go to `base64`',
	});
}
