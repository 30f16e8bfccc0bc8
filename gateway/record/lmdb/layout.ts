import { hash, type KeyObject } from 'node:crypto';
import type { RecordingHeader } from '../../../engine/recording/lines.ts';
import { decodeExact, encodeExact } from '../../store/exact-json.ts';
import { seal, unseal } from '../aead.ts';
import type { MasterKey } from '../keys.ts';
import { RecordError } from '../record-error.ts';
import type { Tally } from '../summary.ts';

/**
 * Three databases of the store hold the evidence:
 *
 * - `records`: place (16 bytes of the session, `seq` as u64) → sealed line
 * - `record-headers`: session id → wrapped data key, sealed header
 * - `record-tallies`: session id → counts, in clear; its version guards every append to the session
 */
export const RECORDS = 'records';
export const HEADERS = 'record-headers';
export const TALLIES = 'record-tallies';

const PLACE = 24;

/** Sessions lie side by side, each in `seq` order. The first 16 bytes of a SHA-256: any id fits, none collide. */
export function sessionPrefix(session: string): Buffer {
	return hash('sha256', session, 'buffer').subarray(0, 16);
}

export function placeOf(prefix: Buffer, seq: number): Buffer {
	const place = Buffer.allocUnsafe(PLACE);
	prefix.copy(place);
	place.writeBigUInt64BE(BigInt(seq), 16);
	return place;
}

export function seqOf(place: Uint8Array): number {
	return Number(Buffer.from(place).readBigUInt64BE(16));
}

/** A header as it is kept: the data key wrapped under the master key, the header itself sealed under the data key. */
interface StoredHeader {
	readonly master: string;
	readonly key: Buffer;
	readonly sealed: Buffer;
}

/** A new data key for the session of `header`, and the bytes to keep. */
export function sealHeader(header: RecordingHeader, master: MasterKey): { dataKey: KeyObject; stored: Buffer } {
	const { key, wrapped } = master.newDataKey(header.id);
	const sealed = seal(key, headerClear(header.id), Buffer.from(encodeExact(header), 'utf8'));
	const stored: StoredHeader = { master: master.id, key: wrapped, sealed };
	return { dataKey: key, stored: Buffer.from(encodeExact(stored), 'utf8') };
}

/** Errors: `ERR_RECORD_KEY` (another master key), `ERR_RECORD_DAMAGED`. */
export function openHeader(
	session: string,
	stored: Buffer,
	master: MasterKey,
): { dataKey: KeyObject; header: RecordingHeader } {
	let kept: StoredHeader;
	try {
		kept = decodeExact(stored.toString('utf8')) as StoredHeader;
	} catch (cause) {
		throw damagedHeader(session, cause);
	}
	if (kept.master !== master.id) throw wrongKey(session);
	try {
		const dataKey = master.unwrap(session, kept.key);
		const text = unseal(dataKey, headerClear(session), kept.sealed).toString('utf8');
		return { dataKey, header: decodeExact(text) as RecordingHeader };
	} catch (cause) {
		throw damagedHeader(session, cause);
	}
}

/** What a sealed header is bound to. No record starts like this, so neither can stand for the other. */
function headerClear(session: string): Buffer {
	return Buffer.from(`header\0${session}`, 'utf8');
}

function wrongKey(session: string): RecordError {
	return new RecordError('ERR_RECORD_KEY', `session \`${session}\` was sealed under another master key`, {
		session,
		help: 'give `keys.master` the key that was in force when the session was recorded',
	});
}

function damagedHeader(session: string, cause: unknown): RecordError {
	return new RecordError('ERR_RECORD_DAMAGED', `the header of session \`${session}\` is damaged`, {
		session,
		cause,
		help: 'restore the store from a backup',
	});
}

export function encodeTally(tally: Tally): Buffer {
	return Buffer.from(JSON.stringify(tally), 'utf8');
}

export function decodeTally(stored: Buffer): Tally {
	return JSON.parse(stored.toString('utf8')) as Tally;
}
