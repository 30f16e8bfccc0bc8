import { createReadStream, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { SluiceError } from '../../engine/error.ts';
import type { Line, RecordingHeader } from '../../engine/recording/lines.ts';
import { type ParsedLine, SessionParser } from '../../engine/recording/session-file.ts';
import { recordedLines } from '../record/lmdb/recorded-lines.ts';
import type { Store } from '../store/store.ts';
import type { BytesPlace, FilePlace, SessionPlace, StorePlace } from './place.ts';

/** Who is told of sessions as they are read, one after the other. */
export interface SessionSink {
	/** False: nobody wants the lines of this one. */
	begin(header: RecordingHeader): boolean;
	/** A promise: the next line has to wait for it. */
	line(line: Line): Promise<void> | undefined;
}

const unzip = promisify(gunzip);

/** Opens the store of a data folder; whoever gives it closes it. */
export type OpenStore = (dataDir: string) => Promise<Store>;

/** Read in one go, bytes. */
const CHUNK = 1 << 20;
/** Lines of a store after which others get their turn. */
const LINES = 256;

/**
 * Reads the sessions of a place from beginning to end, in bounded memory.
 * @throws SluiceError `ERR_SESSION_UNKNOWN`, `ERR_SESSION_FILE…`, `ERR_RECORD_…`, and what the sink throws
 */
export async function readSessions(place: SessionPlace, sink: SessionSink, openStore: OpenStore): Promise<void> {
	if (place.kind === 'store') return readRecord(place, sink, await openStore(place.dataDir));
	const parser = new SessionParser(place.name, place.after);
	let skipping = false;
	const take = (raw: Buffer): Promise<void> | undefined => {
		const { header, line }: ParsedLine = skipping ? parser.skip(raw) : parser.line(raw);
		if (header !== undefined) skipping = !sink.begin(header);
		return line === undefined || skipping ? undefined : sink.line(line);
	};
	let rest: Buffer[] = [];
	for await (const chunk of chunksOf(place)) {
		let at = 0;
		for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
			const line = chunk.subarray(at, end);
			const waits = take(rest.length === 0 ? line : Buffer.concat([...rest, line]));
			if (waits !== undefined) await waits;
			rest = [];
			at = end + 1;
		}
		if (at < chunk.length) rest.push(chunk.subarray(at));
	}
	if (rest.length > 0) await take(Buffer.concat(rest));
	if (place.after === undefined) parser.end();
}

async function readRecord(place: StorePlace, sink: SessionSink, store: Store): Promise<void> {
	if (!sink.begin(place.header)) return;
	let lines = 0;
	for await (const line of recordedLines(store, place.header.id, place.dataKey)) {
		await sink.line(line);
		if (++lines % LINES === 0) await turn();
	}
}

function chunksOf(place: FilePlace | BytesPlace): AsyncIterable<Buffer> {
	return place.kind === 'file' ? fileChunks(place) : byteChunks(place.bytes);
}

/** Bytes as they are read, with turns for others between. */
export async function* byteChunks(bytes: Uint8Array): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length; at += CHUNK) {
		yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(CHUNK, bytes.length - at));
		await turn();
	}
}

/** The bytes of a place in a file, unpacked. @throws SluiceError `ERR_SESSION_UNKNOWN`, `ERR_SESSION_FILE` */
export async function* fileChunks(place: FilePlace): AsyncGenerator<Buffer> {
	try {
		if (place.end === undefined && statSync(place.path).size <= CHUNK) {
			// one go costs less than a stream, and there may be thousands of them
			const bytes = readFileSync(place.path);
			yield isGzip(bytes) ? await unzip(bytes) : bytes;
			return;
		}
		yield* streamed(place);
	} catch (error) {
		throw unreadable(place, error);
	}
}

async function* streamed({ path, start = 0, end }: FilePlace): AsyncGenerator<Buffer> {
	const zipped = start === 0 && isGzip(await firstBytes(path));
	const file = createReadStream(path, { highWaterMark: CHUNK, start, ...(end === undefined ? {} : { end: end - 1 }) });
	try {
		// errors of the file come out of the end that is read
		yield* (zipped ? pipeline(file, createGunzip({ chunkSize: CHUNK }), () => {}) : file) as AsyncIterable<Buffer>;
	} finally {
		file.destroy();
	}
}

async function firstBytes(path: string): Promise<Buffer> {
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await file.close();
	}
}

/** RFC 1952: it begins with 1f 8b. */
function isGzip(bytes: Buffer): boolean {
	return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What is wrong with a file that cannot be read to its end. Errors that have a code of ours stay. */
function unreadable({ name }: { readonly name: string }, error: unknown): unknown {
	const { code, message } = error as NodeJS.ErrnoException;
	if (error instanceof SluiceError || code === undefined) return error;
	if (code.startsWith('Z_')) {
		return new SluiceError('ERR_SESSION_FILE', `${name}: the gzip data is damaged`, {
			help: 'export the session again',
			cause: error,
		});
	}
	return new SluiceError('ERR_SESSION_UNKNOWN', `cannot read the session file \`${name}\`: ${message.split(',')[0]}`, {
		help: 'check the path, and who may read it',
		cause: error,
	});
}
