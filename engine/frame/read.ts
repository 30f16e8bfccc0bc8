import { envelopeOf } from './era.ts';
import type { Frame, FrameLimits, Kind, Scanned } from './frame.ts';
import type { JsonMember, JsonNode, JsonObject } from './json.ts';
import { member } from './json.ts';
import { confusedWith, ENVELOPE_MEMBERS, META_MEMBERS, PARAMS_MEMBERS } from './members.ts';
import { FrameRefused, refusalOf } from './refusal.ts';
import { scanJson } from './scan.ts';

/** How a wire frame is to be read. */
export interface ReadOptions {
	readonly limits: FrameLimits;
	/** Whether the session speaks 2025-03-26, the only revision with JSON-RPC batches. */
	readonly batches: boolean;
}

/** Strings by which the protocol finds things: half a surrogate pair in one of them is two names at once. */
const NAMING = ['name', 'uri', 'cursor', 'progressToken', 'requestId', 'requestState', 'taskId', 'protocolVersion'];

/** UTF-8 bytes of an id, quotes not counted. */
const MAX_ID = 256;

/**
 * Reads what came in one piece from a wire as JSON-RPC 2.0 messages of MCP, or says why it is none that two
 * readers would understand alike (contract §1). Unknown methods and unknown top-level members are none of its
 * business. Never throws.
 */
export function readFrames(bytes: Buffer, options: ReadOptions): Scanned {
	const json = scanJson(bytes, options.limits);
	if (!json.ok) return json;
	const { root, loneSurrogates } = json;
	try {
		if (root.type !== 'array') {
			return { ok: true, batch: false, frames: [readMessage(bytes, root, loneSurrogates)] };
		}
		if (!options.batches) {
			throw new FrameRefused('ERR_FRAME_BATCH', 'batches exist in protocol revision 2025-03-26 only', root.start);
		}
		if (root.items.length === 0) throw new FrameRefused('ERR_FRAME_BATCH', 'the batch is empty', root.start);
		const frames = root.items.map((item) => readMessage(bytes, item, within(loneSurrogates, item)));
		if (frames.some((frame) => envelopeOf(frame) !== undefined)) {
			throw new FrameRefused('ERR_FRAME_BATCH', 'a message with an envelope of its own stands alone', root.start);
		}
		refuseTwins(frames);
		return { ok: true, batch: true, frames };
	} catch (thrown) {
		return { ok: false, refusal: refusalOf(thrown) };
	}
}

function readMessage(bytes: Buffer, root: JsonNode, loneSurrogates: readonly number[]): Frame {
	if (root.type !== 'object') throw envelope('a message is a JSON object', root);
	let jsonrpc: JsonMember | undefined;
	let id: JsonMember | undefined;
	let method: JsonMember | undefined;
	let params: JsonMember | undefined;
	let result: JsonMember | undefined;
	let error: JsonMember | undefined;
	for (const m of root.members) {
		if (m.key === 'jsonrpc') jsonrpc = m;
		else if (m.key === 'id') id = m;
		else if (m.key === 'method') method = m;
		else if (m.key === 'params') params = m;
		else if (m.key === 'result') result = m;
		else if (m.key === 'error') error = m;
		else refuseConfusable(m, ENVELOPE_MEMBERS);
	}
	if (jsonrpc?.value.type !== 'string' || jsonrpc.value.value !== '2.0') {
		throw new FrameRefused('ERR_FRAME_VERSION', '`jsonrpc` must be "2.0"', (jsonrpc?.value ?? root).start);
	}
	const kind = kindOf(root, id, method, result, error);
	if (params !== undefined) {
		if (kind === 'result' || kind === 'error') throw envelope('an answer has no `params`', params.value);
		if (params.value.type !== 'object' && params.value.type !== 'array') {
			throw new FrameRefused('ERR_FRAME_PARAMS', '`params` must be an object or an array', params.value.start);
		}
		refuseConfusables(params.value, PARAMS_MEMBERS);
	}
	for (const part of [params, result, error]) refuseConfusables(member(part?.value, '_meta'), META_MEMBERS);
	if (loneSurrogates.length > 0)
		refuseSurrogates(loneSurrogates, [id?.value, method?.value], params?.value, result?.value);
	const token = idToken(id, kind);
	return {
		bytes,
		root,
		kind,
		...(token !== undefined && { id: token }),
		...(method?.value.type === 'string' && { method: method.value.value }),
		...(params && { params: params.value }),
		...(result && { result: result.value }),
		...(error && { error: error.value }),
		loneSurrogates,
	};
}

/** JSON-RPC 2.0 §4 and §5: exactly one of `method`, `result`, `error` says what a message is. */
function kindOf(
	root: JsonObject,
	id: JsonMember | undefined,
	method: JsonMember | undefined,
	result: JsonMember | undefined,
	error: JsonMember | undefined,
): Kind {
	if (result && error) throw envelope('a message has `result` or `error`, not both', error.value);
	if (method) {
		if (result || error) throw envelope('a message with `method` has no `result` or `error`', method.value);
		if (method.value.type !== 'string') {
			throw new FrameRefused('ERR_FRAME_METHOD', '`method` must be a string', method.value.start);
		}
		return id ? 'request' : 'notification';
	}
	if (error) {
		if (error.value.type !== 'object') throw envelope('`error` must be an object', error.value);
		return 'error';
	}
	if (result) return 'result';
	throw envelope('a message has one of `method`, `result` and `error`', root);
}

/**
 * The id as a token, escapes spelled one way, so that `"a"` and `"\\u0061"` are one id. MCP allows strings and integers; `1.0`, `1e0` and `-0` are numbers that
 * another reader would answer under another token. An error without an id, or with `null`, answers something
 * that its sender could not read (JSON-RPC 2.0 §5).
 */
function idToken(id: JsonMember | undefined, kind: Kind): string | undefined {
	if (id === undefined) {
		if (kind === 'result') throw new FrameRefused('ERR_FRAME_ID', 'a `result` needs the `id` that it answers');
		return undefined;
	}
	const { value } = id;
	if (value.type === 'string') {
		if (Buffer.byteLength(value.value) <= MAX_ID) return JSON.stringify(value.value);
		throw new FrameRefused('ERR_FRAME_ID', `\`id\` is longer than ${MAX_ID} bytes`, value.start);
	}
	if (value.type === 'number' && value.raw.length <= MAX_ID && /^(?:0|-?[1-9][0-9]*)$/.test(value.raw))
		return value.raw;
	if (kind === 'error' && value.type === 'literal' && value.value === null) return undefined;
	throw new FrameRefused('ERR_FRAME_ID', '`id` must be a string or an integer', value.start);
}

function refuseConfusables(node: JsonNode | undefined, known: ReadonlySet<string>): void {
	if (node?.type === 'object') for (const m of node.members) refuseConfusable(m, known);
}

function refuseConfusable(m: JsonMember, known: ReadonlySet<string>): void {
	const name = confusedWith(m.key, known);
	if (name === undefined) return;
	throw new FrameRefused(
		'ERR_FRAME_CONFUSABLE_KEY',
		`a key could be taken for \`${name}\` but is spelled otherwise`,
		m.keyStart,
	);
}

function refuseSurrogates(
	lone: readonly number[],
	envelopeValues: readonly (JsonNode | undefined)[],
	params: JsonNode | undefined,
	result: JsonNode | undefined,
): void {
	const named = [params, result].flatMap((part) => NAMING.map((name) => member(part, name)));
	const meta = [params, result].map((part) => member(member(part, '_meta'), 'progressToken'));
	const ref = member(params, 'ref');
	const nextCursor = member(result, 'nextCursor');
	for (const node of [...envelopeValues, ...named, ...meta, ref, nextCursor]) {
		const offset = node && within(lone, node)[0];
		if (offset === undefined) continue;
		throw new FrameRefused('ERR_FRAME_SURROGATE', 'a protocol member has half of a surrogate pair', offset);
	}
}

function within(offsets: readonly number[], node: JsonNode): readonly number[] {
	return offsets.length === 0 ? offsets : offsets.filter((at) => at >= node.start && at < node.end);
}

/** Two requests of one batch under one id could not be told apart by their answers. */
function refuseTwins(frames: readonly Frame[]): void {
	const ids = new Set<string>();
	for (const { kind, id, root } of frames) {
		if (kind !== 'request' || id === undefined) continue;
		if (ids.has(id))
			throw new FrameRefused('ERR_FRAME_BATCH', 'two requests of the batch have the same `id`', root.start);
		ids.add(id);
	}
}

function envelope(message: string, node: JsonNode): FrameRefused {
	return new FrameRefused('ERR_FRAME_ENVELOPE', message, node.start);
}
