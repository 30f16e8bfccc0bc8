import type { Finding } from '../detect/finding.ts';
import { SluiceError } from '../error.ts';
import type { Frame } from '../frame/frame.ts';
import { RECORDED_LIMITS } from '../frame/limits.ts';
import { readFrames } from '../frame/read.ts';
import type { JudgedInput } from '../judge.ts';
import { whyNotJson } from '../recording/why-not-json.ts';
import type { Principal } from '../session/types.ts';

/** A policy input that somebody wrote, as far as the contract (version 1) goes: any part may be missing. */
export interface InputDocument {
	/** The JSON text that is evaluated: numbers stay as they are spelled. */
	readonly bytes: Buffer;
	readonly about: JudgedInput;
}

type Members = Readonly<Record<string, unknown>>;

const HELP = 'an input document is one JSON object';

/**
 * An input document of its JSON text, or of the object itself.
 *
 * @param origin what it is called in messages
 * @throws {SluiceError} `ERR_INPUT` when it is not one JSON object
 */
export function readDocument(input: Uint8Array | string | object, origin = 'the input document'): InputDocument {
	const bytes = typeof input === 'string' || input instanceof Uint8Array ? Buffer.from(input) : spelled(input, origin);
	let value: unknown;
	try {
		value = JSON.parse(bytes.toString('utf8'));
	} catch (cause) {
		throw new SluiceError('ERR_INPUT', `${origin} is not JSON: ${whyNotJson(cause)}`, { help: HELP, cause });
	}
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		return { bytes, about: about(value as Members) };
	}
	throw new SluiceError('ERR_INPUT', `${origin} is not a JSON object`, { help: HELP });
}

/** What JSON cannot hold (bigint, a cycle) is as wrong as text that is not JSON. */
function spelled(input: object, origin: string): Buffer {
	try {
		return Buffer.from(JSON.stringify(input) ?? '', 'utf8');
	} catch (cause) {
		throw new SluiceError('ERR_INPUT', `${origin} cannot be written as JSON: ${(cause as Error).message}`, {
			help: HELP,
			cause,
		});
	}
}

/** The message and the circumstances that the document describes, as far as it does. */
function about(input: Members): JudgedInput {
	const { from, kind, method, params, result, error, findings } = input;
	const session = (input.session ?? {}) as { id?: string; seq?: number };
	const tool = (input.tool as { name?: string } | undefined)?.name;
	const notified = kind === 'notification';
	const body = kind === 'result' ? { result } : kind === 'error' ? { error } : { method, params };
	return {
		frame: frameOf({ jsonrpc: '2.0', ...(notified ? {} : { id: 1 }), ...body }),
		from: from === 'server' ? 'server' : 'client',
		kind: kind === 'result' || kind === 'error' || notified ? kind : 'request',
		method: typeof method === 'string' ? method : '',
		seed: `${session.id ?? ''}/${session.seq ?? 0}`,
		scope: {
			principal: { ...NOBODY, ...(input.principal as object) },
			server: { name: '', labels: [], transport: 'stdio', ...(input.server as object) },
			nowNs: time(input),
			...(tool === undefined ? {} : { tool }),
		},
		...(Array.isArray(findings) ? { findings: findings as Finding[] } : {}),
	};
}

const NOBODY: Principal = { id: '', kind: 'anonymous', issuer: '', groups: [], scopes: [], claims: {} };

/** What masks are located in. A document that describes no proper message has nothing to mask. */
function frameOf(message: object): Frame {
	for (const json of [message, { jsonrpc: '2.0', id: 1, result: {} }]) {
		const read = readFrames(Buffer.from(JSON.stringify(json), 'utf8'), { limits: RECORDED_LIMITS, batches: false });
		if (read.ok && read.frames[0] !== undefined) return read.frames[0];
	}
	throw new TypeError('an empty result reads');
}

function time(input: Members): bigint {
	const ns = (input.time as { ns?: unknown } | undefined)?.ns;
	return typeof ns === 'number' && Number.isSafeInteger(Math.round(ns / 1000)) ? BigInt(Math.round(ns)) : 0n;
}
