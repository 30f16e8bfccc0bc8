import type { KeyObject } from 'node:crypto';
import type { Line } from '../../engine/recording/lines.ts';
import { decodeExact, encodeExact } from '../store/exact-json.ts';
import { checkPosition } from './admissible.ts';
import { sealBehind, unseal } from './aead.ts';
import { damaged, RecordError } from './record-error.ts';

/**
 * One record, as it lies in the store:
 *
 *     version u8 · type u8 · seq u64 · t u64 · length u16 · session       clear, authenticated
 *     form u8 · length u32 · meta (JSON) · received bytes                 sealed under the session's data key
 *
 * Integers are big-endian. The clear part is what proofs and `verify` need: they never see a data key.
 */
export const RECORD_FORMAT = 1;

const TYPES = ['frame', 'gateway', 'rejudge', 'event'] as const satisfies readonly Line['type'][];
const FIXED = 20;
const PLAIN = 0;
const TAGGED = 1;
const NO_BYTES = Buffer.alloc(0);

/** The part of a record that is readable without any key. */
export interface ClearHeader {
	readonly session: string;
	readonly seq: number;
	/** ns since the session's start */
	readonly t: number;
	readonly type: Line['type'];
}

/** Seals a line under the data key of its session. Everything is copied: the caller may reuse `line.bytes`. */
export function sealLine(session: string, line: Line, dataKey: KeyObject): Buffer {
	const clear = clearHeader(session, line);
	// Type, seq and t are in the clear header; everything else but the bytes is JSON.
	const { type, seq, t, bytes = NO_BYTES, ...meta } = line as Line & { bytes?: Buffer };
	const [form, json] = metaText(meta);
	const length = Buffer.byteLength(json);
	const plain = Buffer.allocUnsafe(5 + length + bytes.length);
	plain.writeUInt8(form, 0);
	plain.writeUInt32BE(length, 1);
	plain.write(json, 5, 'utf8');
	bytes.copy(plain, 5 + length);
	return sealBehind(dataKey, clear, plain);
}

/**
 * The line of a record that was read from the place of (`session`, `seq`).
 * Errors: `ERR_RECORD_DAMAGED` for anything but exactly what was sealed for that place; `ERR_RECORD_NEWER`.
 */
export function openLine(session: string, seq: number, sealed: Buffer, dataKey: KeyObject): Line {
	const header = readClearHeader(sealed);
	if (header === 'newer') {
		throw new RecordError('ERR_RECORD_NEWER', `record ${seq} of session \`${session}\` was written by a newer Sluice`, {
			session,
			seq,
			help: 'use the newer Sluice',
		});
	}
	if (header === undefined) throw damaged(session, seq, 'its header does not read');
	if (header.session !== session || header.seq !== seq) {
		throw damaged(session, seq, `record ${header.seq} of session \`${header.session}\` stands in its place`);
	}
	const start = FIXED + Buffer.byteLength(session);
	try {
		return lineOf(header, unseal(dataKey, sealed.subarray(0, start), sealed.subarray(start)));
	} catch (cause) {
		throw damaged(session, seq, 'it is not what was sealed', cause);
	}
}

/** `undefined`: not a record; `'newer'`: of a format this Sluice does not know. Nothing is authenticated here. */
export function readClearHeader(sealed: Buffer): ClearHeader | undefined | 'newer' {
	if (sealed.length < FIXED) return undefined;
	const version = sealed.readUInt8(0);
	if (version > RECORD_FORMAT) return 'newer';
	const type = TYPES[sealed.readUInt8(1)];
	const length = sealed.readUInt16BE(18);
	if (version !== RECORD_FORMAT || type === undefined || sealed.length < FIXED + length) return undefined;
	return {
		type,
		seq: Number(sealed.readBigUInt64BE(2)),
		t: Number(sealed.readBigUInt64BE(10)),
		session: sealed.toString('utf8', FIXED, FIXED + length),
	};
}

function clearHeader(session: string, line: Line): Buffer {
	checkPosition(session, line);
	const clear = Buffer.allocUnsafe(FIXED + Buffer.byteLength(session));
	clear.writeUInt8(RECORD_FORMAT, 0);
	clear.writeUInt8(TYPES.indexOf(line.type), 1);
	clear.writeBigUInt64BE(BigInt(line.seq), 2);
	clear.writeBigUInt64BE(BigInt(line.t), 10);
	clear.writeUInt16BE(clear.length - FIXED, 18);
	clear.write(session, FIXED, 'utf8');
	return clear;
}

/** Plain JSON where that is enough, which is nearly always and ten times faster; else with tags for `bigint`. */
function metaText(meta: object): [form: number, json: string] {
	try {
		return [PLAIN, JSON.stringify(meta)];
	} catch {
		return [TAGGED, encodeExact(meta)];
	}
}

function lineOf(header: ClearHeader, opened: Buffer): Line {
	const form = opened.readUInt8(0);
	const end = 5 + opened.readUInt32BE(1);
	const json = opened.toString('utf8', 5, end);
	const meta = (form === TAGGED ? decodeExact(json) : JSON.parse(json)) as object;
	const { type, seq, t } = header;
	const hasBytes = type === 'frame' || type === 'gateway';
	return { type, seq, t, ...meta, ...(hasBytes ? { bytes: opened.subarray(end) } : {}) } as Line;
}
