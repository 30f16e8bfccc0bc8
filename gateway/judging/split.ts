import type { BytesPlace, FilePlace } from './place.ts';
import { byteChunks, fileChunks } from './read.ts';

/** Sessions that lie side by side are one piece of work up to so many bytes. */
const PIECE = 256 * 1024;

interface Cut {
	readonly start: number;
	readonly lines: number;
	readonly sessions: number;
}

/** A file with many sessions as several pieces, cut at header lines, so that several threads can judge it. */
export async function splitFile(place: FilePlace): Promise<readonly FilePlace[]> {
	const cuts = await cutsIn(fileChunks(place));
	return pieces(cuts, place.weight).map(({ start, end, after, several }) => ({
		...place,
		...{ start, end, weight: end - start, several },
		...(after === undefined ? {} : { after }),
	}));
}

/** The same for bytes. Each piece has bytes of its own, made when it is asked for. */
export async function* splitBytes(place: BytesPlace): AsyncGenerator<BytesPlace> {
	const cuts = await cutsIn(byteChunks(place.bytes));
	for (const { start, end, after, several } of pieces(cuts, place.bytes.length)) {
		const bytes = place.bytes.slice(start, end);
		yield { ...place, bytes, weight: end - start, several, ...(after === undefined ? {} : { after }) };
	}
}

function pieces(cuts: readonly Cut[], size: number) {
	const kept: Cut[] = [];
	for (const cut of cuts) {
		const last = kept.at(-1);
		if (last === undefined || cut.start - last.start >= PIECE) kept.push(cut);
	}
	const sessions = cuts.length;
	return kept.map(({ start, lines, sessions: before }, i) => ({
		start,
		end: kept[i + 1]?.start ?? size,
		after: i === 0 ? undefined : { lines, sessions: before },
		several: sessions > 1,
	}));
}

/** Where sessions begin: at the start, and at each line that is an object with the member `sluice`. */
async function cutsIn(chunks: AsyncIterable<Buffer>): Promise<Cut[]> {
	const cuts: Cut[] = [{ start: 0, lines: 0, sessions: 0 }];
	let rest: Buffer[] = [];
	let start = 0;
	let lines = 0;
	/** Nothing but blank lines so far: the header that comes is that of the first session. */
	let blank = true;
	const line = (bytes: Buffer): void => {
		if (!blank && isHeader(bytes)) cuts.push({ start, lines, sessions: cuts.length });
		blank &&= bytes.toString('latin1').trim() === '';
		lines++;
	};
	for await (const chunk of chunks) {
		let at = 0;
		for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
			const part = chunk.subarray(at, end);
			const whole = rest.length === 0 ? part : Buffer.concat([...rest, part]);
			line(whole);
			start += whole.length + 1;
			rest = [];
			at = end + 1;
		}
		if (at < chunk.length) rest.push(chunk.subarray(at));
	}
	if (rest.length > 0) line(Buffer.concat(rest));
	return cuts;
}

/** Most lines do not even have the word; those that do are asked. */
function isHeader(line: Buffer): boolean {
	if (!line.includes('"sluice"')) return false;
	try {
		const value: unknown = JSON.parse(line.toString('utf8'));
		return typeof value === 'object' && value !== null && !Array.isArray(value) && 'sluice' in value;
	} catch {
		// whoever reads it says what is wrong
		return false;
	}
}
